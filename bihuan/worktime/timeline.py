"""A timeline: working time as one long tape, read in both directions.

`position` tells how much tape lies before a point of the axis; `earliest` and `latest` find the point again. Each year
is a table of running sums, built when it is first needed; above them stands one list of running sums over the years.
Every question is then two binary searches, however far apart its dates lie.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate
from threading import Lock

from bihuan.worktime.spans import Span

# Zones have their own history between these years; outside, a year is like any other that begins on the same weekday
# and has as many days. Twenty-eight years without a skipped leap year hold all fourteen kinds.
_PAST_TWINS, _FUTURE_TWINS, _CYCLE = 1701, 2101, 28
_DISTINCT = range(1800, _FUTURE_TWINS)
_ORDINALS = (date.min.toordinal(), date.max.toordinal())

Build = Callable[[int, bool], Sequence[Span]]


class _Year:
    """The table of one year."""

    __slots__ = ("ends", "starts", "sums")

    def __init__(self, spans: Sequence[Span], *, origin: int) -> None:
        self.starts = [start - origin for start, _ in spans]
        self.ends = [end - origin for _, end in spans]
        self.sums = [0, *accumulate(end - start for start, end in spans)]  # before each span, and at last the whole


class Timeline:
    """Spans of an axis whose days are `unit` long; `build(year, plain)` gives a year's, ordered and apart.

    A plain year leaves out the exceptions; `exceptional` are the years which have any. Searches past `years` raise
    ValueError with the text `beyond`.
    """

    def __init__(self, build: Build, *, unit: int, exceptional: frozenset[int], years: range, beyond: str) -> None:
        self._build, self._unit, self._exceptional, self._years, self._beyond = build, unit, exceptional, years, beyond
        self._tables: dict[int, _Year] = {}
        self._twins: dict[int, _Year] = {}
        self._index: tuple[int, list[int]] = (0, [0])  # first year, and the tape before it and each following one
        self._lock = Lock()

    def position(self, point: int) -> int:
        """Return the tape before a point, counted from an arbitrary but fixed beginning."""
        year = self._year_of(point)
        first, sums = self._reach(year)
        table, offset = self._tables[year], point - self._start(year)
        index = bisect_right(table.starts, offset) - 1
        inside = 0 if index < 0 else table.sums[index] + min(offset, table.ends[index]) - table.starts[index]
        return sums[year - first] + inside

    def contains(self, point: int) -> bool:
        """Tell whether a point lies in a span; its start does, its end does not."""
        year = self._year_of(point)
        self._reach(year)
        table, offset = self._tables[year], point - self._start(year)
        index = bisect_right(table.starts, offset) - 1
        return index >= 0 and offset < table.ends[index]

    def earliest(self, position: int) -> int:
        """Return the first point with that much tape before it: where one span ends, not where the next starts."""
        return self._find(position, bisect_left)

    def latest(self, position: int) -> int:
        """Return the last point with that much tape before it: where a span starts, not where the last one ended."""
        return self._find(position, bisect_right)

    def _find(self, position: int, bisect: Callable[[list[int], int], int]) -> int:
        while True:
            first, sums = self._index
            index = bisect(sums, position) - 1
            if index < 0:
                self._reach(first - 1)
            elif index == len(sums) - 1:
                self._reach(first + index)
            else:
                break
        table, rest = self._tables[first + index], position - sums[index]
        slot = bisect(table.sums, rest) - 1
        return self._start(first + index) + table.starts[slot] + rest - table.sums[slot]

    def _reach(self, year: int) -> tuple[int, list[int]]:
        """Return an index that covers the year, and see to its table."""
        first, sums = self._index
        if first <= year < first + len(sums) - 1:
            return first, sums
        if year not in self._years:
            raise ValueError(self._beyond)
        with self._lock:
            self._grow(year)
            return self._index

    def _grow(self, year: int) -> None:
        if not self._tables:
            self._index = (year, [0])
        # Readers hold no lock: a list may only grow at its end, and a new beginning needs a new list.
        first, sums = self._index
        for later in range(first + len(sums) - 1, year + 1):
            sums.append(sums[-1] + self._table(later).sums[-1])
        if year < first:
            earlier = [sums[0]]
            for before in range(first - 1, year - 1, -1):
                earlier.append(earlier[-1] - self._table(before).sums[-1])
            self._index = (year, earlier[:0:-1] + sums)

    def _table(self, year: int) -> _Year:
        if year in _DISTINCT or year in self._exceptional:
            table = self._summed(year, False)
        else:
            twin = _twin(year)
            table = self._twins[twin] = self._twins.get(twin) or self._summed(twin, True)
        self._tables[year] = table
        return table

    def _summed(self, year: int, plain: bool) -> _Year:
        return _Year(self._build(year, plain), origin=self._start(year))

    def _start(self, year: int) -> int:
        return date(year, 1, 1).toordinal() * self._unit

    def _year_of(self, point: int) -> int:
        day = min(max(point // self._unit, _ORDINALS[0]), _ORDINALS[1])
        return min(max(date.fromordinal(day).year, self._years[0]), self._years[-1])


def _twin(year: int) -> int:
    """Return the year that stands for all years of the same kind in the same age."""
    begin = _FUTURE_TWINS if year >= _FUTURE_TWINS else _PAST_TWINS
    return next(twin for twin in range(begin, begin + _CYCLE) if _kind(twin) == _kind(year))


def _kind(year: int) -> tuple[int, int]:
    return date(year, 1, 1).weekday(), date(year, 12, 31).weekday()
