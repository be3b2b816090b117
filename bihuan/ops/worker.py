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
SELDOM = 60.0  # between two rounds of what can wait


def main() -> None:
    """Works until TERM or INT."""
    django.setup()
    stop = Event()

    def asked(_sign: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    from bihuan.ledger.actions import anchor_days
    from bihuan.obligations.escalator import sweep
    from bihuan.obligations.tallies import refresh

    chores: list[Callable[[], object]] = [anchor_days, refresh]
    seldom = 0.0
    while not stop.is_set():
        now = time.monotonic()
        _do(sweep)
        if now >= seldom:
            for chore in chores:
                _do(chore)
            seldom = now + SELDOM
        stop.wait(BEAT)
    connections.close_all()


def _do(chore: Callable[[], object]) -> None:
    """Does a chore; one that fails is told and done again at the next beat, since nothing of it was committed."""
    try:
        chore()
    except (DatabaseError, InterfaceError) as error:
        print(f"bihuan: {chore.__name__}: {error}".splitlines()[0], file=sys.stderr, flush=True)
        connections.close_all()


if __name__ == "__main__":
    main()
