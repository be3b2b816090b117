"""Sorting more obligations than memory should hold: sorted runs on disk, merged."""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Iterable, Iterator
from operator import itemgetter

from bihuan.rulebook.obligation import Obligation
from bihuan.rulebook.record import encode, order
from bihuan.rulebook.sitetime import SiteTimes

ROOM = 200_000  # how many lines are held in memory
Line = tuple[tuple[int, str, str, int], bytes]


def sorted_lines(obligations: Iterable[Obligation], calendars: SiteTimes) -> Iterator[bytes]:
    """The obligations as JSON lines, ordered by due time, rule, subject and opening."""
    runs: list[Iterator[Line]] = []
    held: list[Line] = []
    for one in obligations:
        held.append((order(one), encode(one, calendars)))
        if len(held) >= ROOM:
            runs.append(_put_aside(held))
            held = []
    held.sort(key=itemgetter(0))
    for _, line in heapq.merge(*runs, held, key=itemgetter(0)):
        yield line


def _put_aside(lines: list[Line]) -> Iterator[Line]:
    lines.sort(key=itemgetter(0))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the iterator that reads it
    for line in lines:
        pickle.dump(line, file, protocol=5)
    file.seek(0)
    return _read_back(file, len(lines))


def _read_back(file: object, count: int) -> Iterator[Line]:
    for _ in range(count):
        yield pickle.load(file)  # type: ignore[arg-type]
