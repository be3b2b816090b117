"""Children: in a session of their own, which a terminal's Ctrl-C does not reach, and never outliving this process."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

SHIM = Path(__file__).with_name("child.py")
POLL = 0.01  # seconds between two looks
SELF = "self:0:0"

Argv = Sequence[str | Path]
Pause = Callable[[float], object]  # waits so many seconds, or less; may raise to give up


class Child:
    """A running command. Starts from the main thread only, see child.py; `identity` as there.

    `at_parents_end` is the signal that it gets should this process be killed.
    """

    def __init__(
        self,
        command: Argv,
        *,
        env: Mapping[str, str] | None = None,
        identity: str = SELF,
        at_parents_end: signal.Signals = signal.SIGTERM,
        stdin: int | IO[Any] = subprocess.DEVNULL,
        output: int | IO[Any] | None = None,
    ) -> None:
        tie = [str(os.getpid()), str(int(at_parents_end))]
        shim: list[str | Path] = [sys.executable, "-I", "-S", SHIM, *tie, identity]
        stderr = None if output is None else subprocess.STDOUT
        self._process = subprocess.Popen(
            [*shim, *command], env=env, stdin=stdin, stdout=output, stderr=stderr, start_new_session=True
        )
        self.pid = self._process.pid

    def ended(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs. What it left in its session ends with it."""
        running = self._process.returncode is None
        code = self._process.poll()
        if running and code is not None:
            self._kill_session()
        return code

    def send(self, sign: signal.Signals) -> None:
        """Sends a signal to the process itself; to one that ended, nothing."""
        if self.ended() is None:
            self._process.send_signal(sign)

    def kill(self) -> None:
        """Ends it and all of its session now, and waits for that."""
        if self.ended() is None:
            self._kill_session()
            self._process.wait()

    def wait(self, pause: Pause) -> int:
        """Its exit code, when it has one."""
        while (code := self.ended()) is None:
            pause(POLL)
        return code

    def _kill_session(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def fate(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
