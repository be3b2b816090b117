"""The working calendar."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from operator import index
from types import MappingProxyType

from bihuan.worktime import hours as told
from bihuan.worktime import zones
from bihuan.worktime.opening import open_time, working_days

_MICROSECOND = timedelta(microseconds=1)
_VERSION_DIGITS = 12
_NOTHING: Mapping[str, told.GivenSlots] = MappingProxyType({})


class Calendar:
    """When an office is open. Immutable, hashable, picklable, safe to share between threads.

    `weekly` gives the slots of each weekday ("mon" to "sun"; absent is closed), `holidays` the dates that are closed,
    `overrides` dated slots that beat both ([] closes the day). A slot is a start and an end, "HH:MM", by the wall
    clock of `zone`; "23:59" as an end means "24:00"; an end before its start lies in the next day, and the slot belongs
    to the day it begins. Dates may be written in ISO form. `covered` are the years whose holidays are confirmed.

    All instants are aware datetimes; results are in the calendar's zone. Naive datetimes, unknown zones and weekdays,
    malformed or empty slots and a calendar without working time raise ValueError.
    """

    __slots__ = ("_covered", "_days", "_hours", "_time", "_version", "_zone")

    def __init__(
        self,
        zone: str = "Asia/Shanghai",
        weekly: Mapping[str, told.GivenSlots] = _NOTHING,
        holidays: Iterable[date | str] = (),
        overrides: Mapping[date, told.GivenSlots] | Mapping[str, told.GivenSlots] = _NOTHING,
        *,
        covered: Iterable[int] | None = None,
    ) -> None:
        hours = told.read_hours(zone, weekly, holidays, overrides)
        self._prepare(hours, None if covered is None else frozenset(covered))

    def _prepare(self, hours: told.Hours, covered: frozenset[int] | None) -> None:
        self._hours, self._covered, self._version = hours, covered, ""
        self._zone = zones.load_zone(hours.zone)
        self._time, self._days = open_time(hours, zone=self._zone), working_days(hours)

    @property
    def zone(self) -> str:
        """The name of the zone."""
        return self._hours.zone

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that are the same for the same zone, hours, holidays and overrides."""
        if not self._version:
            self._version = _digest(self._hours)
        return self._version

    def add(self, start: datetime, budget: timedelta) -> datetime:
        """Return when a budget of working time that runs from `start` is used up; a negative one runs backwards.

        A budget used up exactly at closing ends at closing, a negative one used up exactly at an opening ends at that
        opening. Zero is `start` while open, otherwise the next opening. Raise ValueError when the calendar has not that
        much working time.
        """
        due = self._time.position(zones.instant_of(start)) + budget // _MICROSECOND
        find = self._time.earliest if budget > timedelta(0) else self._time.latest
        return zones.moment_of(find(due), zone=self._zone)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`; negative when `end` is the earlier."""
        first, last = zones.instant_of(start), zones.instant_of(end)
        return timedelta(microseconds=self._time.position(last) - self._time.position(first))

    def add_days(self, start: datetime, days: int) -> datetime:
        """Return the same time of day on the n-th working day after the date of `start`; before it for a negative n.

        The date of `start` itself never counts. Zero is `start` on a working day, otherwise the next working day. A
        working day is a date on which a slot begins. A time of day that the clock skips moves on by as much as is
        skipped; one that comes twice is the first. Raise ValueError when the calendar has not that many working days.
        """
        local = zones.moment_of(zones.instant_of(start), zone=self._zone)
        today, count = local.toordinal(), index(days)
        if count > 0:
            # The n-th day after today is used up where its successor begins: step back to its own beginning.
            day = self._days.earliest(self._days.position(today + 1) + count) - 1
        else:
            day = self._days.latest(self._days.position(today) + count)
        return local if day == today else self._same_time(local, date.fromordinal(day))

    def is_open(self, at: datetime) -> bool:
        """Tell whether work is done at an instant; the opening instant is open, the closing instant is closed."""
        return self._time.contains(zones.instant_of(at))

    def next_open(self, at: datetime) -> datetime:
        """Return `at` while open, otherwise the next opening; raise ValueError when there is none."""
        return self.add(at, timedelta(0))

    def warns(self, at: datetime) -> bool:
        """Tell whether the holidays of the year of `at` are unconfirmed, so that only weekly hours stand behind it.

        A calendar that was not told its `covered` years does not warn.
        """
        year = zones.moment_of(zones.instant_of(at), zone=self._zone).year
        return self._covered is not None and year not in self._covered

    def _same_time(self, local: datetime, day: date) -> datetime:
        # A start in the second passing of a repeated hour says nothing about any other day.
        wall = datetime.combine(day, local.time().replace(fold=0), tzinfo=self._zone)
        return zones.moment_of(zones.instant_of(wall), zone=self._zone)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Calendar):
            return NotImplemented
        return (self._hours, self._covered) == (other._hours, other._covered)

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        return f"<Calendar {self.zone} {self.version}>"

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (self._hours, self._covered)


def _restored(hours: told.Hours, covered: frozenset[int] | None) -> Calendar:
    calendar = Calendar.__new__(Calendar)
    calendar._prepare(hours, covered)
    return calendar


def _digest(hours: told.Hours) -> str:
    from hashlib import sha256  # only who asks for a version pays for these
    from json import dumps

    plain = dumps(hours.content(), default=date.isoformat)
    return sha256(plain.encode()).hexdigest()[:_VERSION_DIGITS]
