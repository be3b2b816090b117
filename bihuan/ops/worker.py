"""The worker: takes what falls due, second by second; keeps roll-ups and anchors. Any number of them may run."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from threading import Event
from types import FrameType

import django
from django.db import DatabaseError, InterfaceError, connections

BEAT = 1.0  # seconds between two looks at what is due


def main() -> None:
    """Works until TERM or INT."""
    django.setup()
    stop = Event()

    def asked(_sign: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    from bihuan.config.chores import HOURLY, MINUTELY
    from bihuan.obligations.escalator import sweep

    rounds = [_Round(BEAT, [sweep]), _Round(60.0, MINUTELY), _Round(3600.0, HOURLY)]
    while not stop.is_set():
        for one in rounds:
            one.tend(time.monotonic())
        stop.wait(BEAT)
    connections.close_all()


class _Round:
    """Chores that are done every so many seconds."""

    def __init__(self, every: float, chores: list[Callable[[], object]]) -> None:
        self._every, self._chores, self._next = every, chores, 0.0

    def tend(self, now: float) -> None:
        """Does them when it is time."""
        if now >= self._next:
            self._next = now + self._every
            for chore in self._chores:
                _do(chore)


def _do(chore: Callable[[], object]) -> None:
    """Does a chore; one that fails is told and done again at the next beat, since nothing of it was committed."""
    try:
        chore()
    except (DatabaseError, InterfaceError) as error:
        print(f"bihuan: {chore.__name__}: {error}".splitlines()[0], file=sys.stderr, flush=True)
        connections.close_all()


if __name__ == "__main__":
    main()
