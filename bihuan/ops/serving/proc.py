"""Other processes of this machine, as /proc tells of them. Elsewhere than on Linux there are none to be seen."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from bihuan.ops.serving.children import POLL, Pause

PROC = Path("/proc")
GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


def all_of(belongs: Callable[[int], bool]) -> list[int]:
    """The ids of living processes of which this is true."""
    return [pid for pid in _everybody() if pid != os.getpid() and belongs(pid)]


def started(pid: int | str) -> str:
    """When a process started, in ticks since the machine did: with its id, its name for good. Empty when it is gone."""
    with suppress(*GONE):
        state, *rest = _stat(pid)
        return "" if state == "Z" else rest[18]
    return ""


def is_postgres(pid: int) -> bool:
    """Whether a process is PostgreSQL and alive."""
    with suppress(*GONE):
        return (PROC / str(pid) / "comm").read_text().strip() == "postgres" and started(pid) != ""
    return False


def command_of(pid: int) -> list[str]:
    """The words of its command line: readable by everybody, unlike its folder."""
    with suppress(*GONE):
        return os.fsdecode((PROC / str(pid) / "cmdline").read_bytes()).split("\0")
    return []


def environment_of(pid: int) -> list[str]:
    """NAME=VALUE, as far as we may read them."""
    with suppress(*GONE):
        return os.fsdecode((PROC / str(pid) / "environ").read_bytes()).split("\0")
    return []


def end(find: Callable[[], list[int]], *, sign: signal.Signals, within: float, pause: Pause) -> bool:
    """Sends a signal to all that are found, and waits so many seconds for them to be gone; whether they are.

    They are gone when neither found nor running: one that is ending hides what it was, but still holds its port.
    """
    found = {pid: started(pid) for pid in find()}
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
    until = time.monotonic() + within
    while find() or any(since and started(pid) == since for pid, since in found.items()):
        if time.monotonic() > until:
            return False
        pause(POLL)
    return True


def _everybody() -> Iterator[int]:
    with suppress(FileNotFoundError):
        yield from (int(name) for name in os.listdir(PROC) if name.isdecimal())


def _stat(pid: int | str) -> list[str]:
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
