"""A supervisor under test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from signal import Signals

from tests.serving.machine import alive, family, free_port, until

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORKER = ["sh", "-c", "trap 'kill $!; exit' TERM; while :; do sleep 600 & wait $!; done"]


class Server:
    """Runs serve_here.py on a data folder, and remembers what it said."""

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        prepare: Sequence[Sequence[str]] = (),
        manner: str = "usual",
        grace: float = 10,
        before: Sequence[str] = (),
        **environment: str,
    ) -> None:
        self.home, self.port = home, port or free_port()
        self._said = tempfile.NamedTemporaryFile("w")  # noqa: SIM115 - as long as the server
        web = [sys.executable, str(HERE / "stand_in_web.py"), str(self.port), manner]
        how = {"home": str(home), "port": self.port, "prepare": prepare, "web": web, "worker": WORKER, "grace": grace}
        self.process = subprocess.Popen(
            [*before, sys.executable, "-P", str(HERE / "serve_here.py"), json.dumps(how)],
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )

    @property
    def said(self) -> list[str]:
        """Its output so far, in lines."""
        return Path(self._said.name).read_text().splitlines()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ready(self) -> Server:
        """Waits until it serves."""
        self.until_said("serving")
        return self

    def until_said(self, word: str) -> None:
        """Waits for a line that holds the word."""
        until(lambda: any(word in line for line in self.said) or self.process.poll() is not None)
        assert any(word in line for line in self.said), self.said

    def family(self) -> dict[int, str]:
        """Its living processes."""
        return family(self.process.pid)

    def one(self, words: str) -> int:
        """The child whose command line holds these words."""
        until(lambda: self._all(words))
        return self._all(words)[0]  # parents first: between fork and exec a child bears its parent's words

    def _all(self, words: str) -> list[int]:
        return [pid for pid in family(self.process.pid) if words in _command(pid) and pid != self.process.pid]

    def stop(self, sign: Signals = Signals.SIGTERM) -> int:
        """Asks it to stop, and gives its exit code once it and all of its processes are gone."""
        those = self.family()
        self.process.send_signal(sign)
        code = self.ended()
        until(lambda: alive(those) == [], seconds=3)  # the kernel may still be clearing away what a crash had ended
        return code

    def ended(self) -> int:
        """Its exit code, when it has ended."""
        return self.process.wait(timeout=30)

    def away(self) -> None:
        """For a test's end: gone, in whatever state the test left it."""
        those = self.family()
        if self.process.poll() is None:
            self.process.terminate()
            self.ended()
        until(lambda: not alive(those))
        self._said.close()


def _command(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""
