"""Killed in the middle of its work, it loses nothing that was acknowledged, leaves nothing half done, and does nothing
twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Lock, Thread

import pytest

from tests.journeys.conftest import ROOT, free_port

CLIENTS = 3
PATIENCE = 40.0  # seconds until it must be back

CHECK = """
from bihuan.ops.application import application
import json, sys
with application():
    from django.db.models import Count
    from bihuan.cases.models import Case
    from bihuan.ledger.models import Event
    from bihuan.ledger.verify import verify
    from bihuan.obligations.models import Escalation, Obligation
    cases = {str(pk) for pk in Case.objects.values_list("pk", flat=True)}
    owed = {s.removeprefix("case:") for s in Obligation.objects.values_list("subject", flat=True)}
    first = Event.objects.filter(kind="complaint.received").values_list("subject", flat=True)
    received = {s.removeprefix("case:") for s in first}
    steps = Escalation.objects.values("obligation", "step").annotate(n=Count("id")).filter(n__gt=1).count()
    told = {"cases": sorted(cases), "owed": sorted(owed), "received": sorted(received)}
    print(json.dumps(told | {"twice": steps, "broken": verify().broken}))
"""


class Running:
    """`./run --empty` on a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.env["BIHUAN_HOME"] = str(home)
        command = [sys.executable, "-P", "-m", "bihuan", "--empty", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.env)
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("it did not come back")

    def ask(self, *command: str) -> str:
        """What a program says that works on the same installation."""
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.env, check=True, capture_output=True, text=True
        ).stdout

    def kill(self, part: str) -> None:
        """Ends every process of one part at once, as a failing machine would."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                said = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                home = f"BIHUAN_HOME={self.home}".encode() in (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if part in said and (home or str(self.home) in said) and int(folder.name) != self.process.pid:
                os.kill(int(folder.name), signal.SIGKILL)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


@pytest.fixture
def running() -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="bihuan-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        one = Running(Path(name) / "home")
        yield one
        one.stop()


class Callers:
    """Clients that take cases in, one after the other, and remember what was acknowledged."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.acknowledged: list[str] = []
        self._lock, self._stop = Lock(), Event()
        self._threads = [Thread(target=self._call, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _call(self, client: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            body = {
                "kind": "complaint",
                "channel": "phone",
                "site": "CH",
                "summary": "电梯异响",
                "severity": "B",
                "problem": "04",
            }
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/api/v1/cases",
                data=json.dumps(body).encode(),
                headers={
                    "Authorization": f"Bearer {self.token}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": f"call-{client}-{number}",
                },
            )
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    told = json.load(answer)
                with self._lock:
                    self.acknowledged.append(told["id"])
            except (OSError, ValueError):
                time.sleep(0.2)
            else:
                time.sleep(0.05)  # what one client may ask in a second is limited

    def more(self, count: int = 5) -> None:
        """Waits until some more have been acknowledged."""
        wanted = len(self.acknowledged) + count
        until = time.monotonic() + PATIENCE
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, "nothing is taken in any more"
            time.sleep(0.05)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_nothing_acknowledged_is_lost_when_anything_is_killed(running: Running) -> None:
    token = running.ask("-m", "tests.ops.small").strip()
    callers = Callers(running.port, token)
    try:
        callers.more()
        for part in ("granian", "bihuan.ops.worker", "bin/postgres -D"):
            running.kill(part)
            running.wait()
            callers.more()
    finally:
        callers.stop()
    found = json.loads(running.ask("-c", CHECK))
    assert set(callers.acknowledged) <= set(found["cases"])
    assert found["cases"] == found["owed"] == found["received"]
    assert (found["twice"], found["broken"]) == (0, "")
