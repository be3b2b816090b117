"""How fast complaints are taken in over HTTP, beside the floor: their rows written by bare psycopg under bare WSGI."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.errors import Refused
from bihuan.ops.benches.throwaway import throwaway
from bihuan.ops.commands.serve import web
from bihuan.ops.serving.children import Child

CLIENTS, ROUNDS, SECONDS = 6, 3, 5.0
WARM = 0.3  # of a round's seconds, uncounted, before the first
TOKENS = 4  # for each client: one token may ask 20 times a second
PATH = "/api/v1/cases"
STARTING = 30.0  # seconds that a server is waited for
FLOOR = "bihuan.ops.benches.floor:application"


@dataclass(slots=True)
class Tally:
    """What the clients of one server have seen over all rounds."""

    done: int = 0
    seconds: float = 0.0
    medians: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.done / self.seconds

    @property
    def median(self) -> float:
        """Milliseconds of the middle request, of the middle round."""
        return 1000 * sorted(self.medians)[len(self.medians) // 2]


def bench_intake(*, seconds: float = SECONDS, rounds: int = ROUNDS) -> float:
    """The rate of intakes as a share of its floor's; both are measured in turns, for so many seconds each."""
    with throwaway() as home:
        (home / "static").mkdir()  # which the server is told to serve too
        requests = _requests()
        with _served("bihuan.config.wsgi:application") as port:
            first = _ask(port, requests[:1], clients=1, seconds=0.01)
            assert first["done"]
            os.environ["BENCH_CASE"] = _the_case()
            with _served(FLOOR) as floor:
                intake, least = Tally(), Tally()
                servers = ((port, intake), (floor, least))
                for one, _ in servers:
                    _ask(one, requests, clients=CLIENTS, seconds=seconds * WARM)
                before = _written()
                for _ in range(rounds):
                    for one, tally in servers:
                        _round(one, requests, seconds, tally)
                assert _written() - before == intake.done + least.done
    ratio = intake.rate / least.rate
    print(
        f"complaints taken in {intake.rate:>8,.1f} a second over HTTP, {intake.median:.1f} ms each, {CLIENTS} clients"
    )
    print(f"their rows alone    {least.rate:>8,.1f} a second by bare psycopg and WSGI, {least.median:.1f} ms each")
    print(f"ratio               {ratio:>8.3f}")
    return ratio


def _requests() -> list[tuple[str, dict[str, Any]]]:
    """Who asks, and what: a classified complaint of every customer in turn, under the tokens of their site's agent."""
    from bihuan.accounts.tokens import issue
    from bihuan.ops.benches.company import PROBLEM, found

    company = found()
    issued = {site: [issue(one, days=1) for _ in range(CLIENTS * TOKENS)] for site, one in company.agents.items()}
    said = {"kind": "complaint", "channel": "phone", "severity": "B", "problem": PROBLEM}
    said |= {
        "summary": "楼上夜间施工，噪声扰民",
        "details": "昨夜十一点以后楼上仍在敲打，老人和孩子都睡不着，请尽快处理。",
    }
    return [
        (
            issued[home.site_id][number % (CLIENTS * TOKENS)],
            said | {"site": home.site_id, "home": home.pk, "party": party.pk},
        )
        for number, (home, party) in enumerate(company.customers)
    ]


@contextmanager
def _served(application: str) -> Iterator[int]:
    """The port on which granian, set as `serve` sets it, serves the application while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    child = Child(web("127.0.0.1", port, application=application), env=os.environ)
    try:
        until = time.monotonic() + STARTING
        while not _open(port):
            if child.ended() is not None or time.monotonic() > until:
                raise Refused("the server to be measured does not start.", remedy="See above.", code="not_started")
            time.sleep(0.05)
        yield port
    finally:
        child.kill()


def _open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _ask(port: int, requests: Sequence[object], *, clients: int, seconds: float) -> Any:
    """Has the clients, in a process of their own, ask for so many seconds."""
    plan = {"port": port, "path": PATH, "clients": clients, "seconds": seconds, "requests": requests}
    command = [sys.executable, "-P", "-m", "bihuan.ops.benches.clients"]
    ran = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise Refused(f"the server did not take a complaint in: {ran.stderr.strip()}", code="not_taken_in")
    return json.loads(ran.stdout)


def _round(port: int, requests: Sequence[object], seconds: float, tally: Tally) -> None:
    seen = _ask(port, requests, clients=CLIENTS, seconds=seconds)
    tally.done += seen["done"]
    tally.seconds += seen["seconds"]
    tally.medians.append(seen["median"])


def _the_case() -> str:
    from bihuan.cases.models import Case

    return str(Case.objects.values_list("pk", flat=True).latest("pk"))


def _written() -> int:
    """How many complaints there are, each whole: with its chain and the words of its first event."""
    from bihuan.cases.models import Case

    return Case.objects.filter(notes__isnull=False).count()
