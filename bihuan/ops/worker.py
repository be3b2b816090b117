"""The worker: takes what falls due, second by second; keeps roll-ups and anchors. Any number of them may run.

Mail leaves and comes in threads beside it: a mail server that does not answer holds up nothing that is due.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType

import django
from django.db import DatabaseError, InterfaceError, connections

BEAT, MINUTE = 1.0, 60.0  # seconds between two looks at what is due, and at the rest


def main() -> None:
    """Works until TERM or INT."""
    django.setup()
    stop, wanted = Event(), Event()

    def asked(_sign: int, _frame: FrameType | None) -> None:
        wanted.set()
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    from bihuan.config.chores import HOURLY, INCOMING, MINUTELY, OUTGOING
    from bihuan.obligations.escalator import sweep

    for beside in (_Round(BEAT, OUTGOING), _Round(MINUTE, INCOMING)):
        Thread(target=_work, args=([beside], stop), daemon=True).start()  # may be cut off: it begins again
    _work([_Round(BEAT, [sweep]), _Round(MINUTE, MINUTELY), _Round(60 * MINUTE, HOURLY)], stop)
    sys.exit(0 if wanted.is_set() else 1)


def _work(rounds: list[_Round], stop: Event) -> None:
    """Tends to its rounds until it is to stop; a fault in one of several threads stops them all."""
    try:
        while not stop.is_set():
            for one in rounds:
                one.tend(time.monotonic())
            stop.wait(BEAT)
    finally:
        stop.set()
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
