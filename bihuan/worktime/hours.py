"""What a calendar was told, checked and put into one canonical form."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from bihuan.worktime.spans import Span, union

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60  # minutes
LAST_MINUTE = DAY - 1  # "23:59" as an end is how people write the end of the day

Slots = tuple[Span, ...]  # minutes from the midnight that begins the day; past DAY is the next day
WrittenSlots = Sequence[tuple[str, str]]
GivenSlots = Iterable[Sequence[str]]


class Hours:
    """Opening hours in canonical form: equal hours are equal, however they were written."""

    __slots__ = ("holidays", "overrides", "weekly", "zone")

    def __init__(
        self, zone: str, *, weekly: tuple[Slots, ...], holidays: frozenset[date], overrides: dict[date, Slots]
    ) -> None:
        self.zone = zone
        self.weekly = weekly  # seven, Monday first
        self.holidays = holidays
        self.overrides = overrides

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hours) and self.content() == other.content()

    def content(self) -> tuple[object, ...]:
        """Return all of it in an order that does not depend on how it was given."""
        return self.zone, self.weekly, sorted(self.holidays), sorted(self.overrides.items())

    def exceptions(self) -> dict[int, Slots]:
        """Return the slots of each day, by ordinal, that does not follow its weekday."""
        closed: dict[int, Slots] = {day.toordinal(): () for day in self.holidays}
        return closed | {day.toordinal(): slots for day, slots in self.overrides.items()}


def read_hours(
    zone: str,
    weekly: Mapping[str, GivenSlots],
    holidays: Iterable[date | str],
    overrides: Mapping[date, GivenSlots] | Mapping[str, GivenSlots],
) -> Hours:
    """Check what was given; raise ValueError naming the place, the mistake and the remedy."""
    unknown = [name for name in weekly if name not in WEEKDAYS]
    if unknown:
        raise ValueError(f"weekly: {unknown[0]!r} is no weekday; use {', '.join(WEEKDAYS)}")
    week = tuple(_slots(weekly.get(name, ()), where=f"weekly {name}") for name in WEEKDAYS)
    special = {_day(day, where="overrides"): _slots(given, where=f"override {day}") for day, given in overrides.items()}
    if not any(week) and not any(special.values()):
        raise ValueError("the calendar has no working time: give at least one slot in weekly or overrides")
    closed = frozenset(_day(day, where="holidays") for day in holidays)
    return Hours(zone, weekly=week, holidays=closed, overrides=special)


def _day(given: date | str, *, where: str) -> date:
    # A datetime is a date to Python, but would never equal one: it would be a holiday that closes nothing.
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given)  # type: ignore[arg-type]  # refused below
    except (TypeError, ValueError):
        raise ValueError(f'{where}: {given!r} is no date; give datetime.date(2026, 5, 1) or "2026-05-01"') from None


def _slots(given: GivenSlots, *, where: str) -> Slots:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ValueError(f'{where}: {given!r} is no list of slots; write [("09:00", "12:00")], or [] for closed')
    return tuple(union(_slot(slot, where=where) for slot in given))


def _slot(given: Sequence[str], *, where: str) -> Span:
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != 2:
        raise ValueError(f'{where}: {given!r} is no slot; write a start and an end, as ("09:00", "12:00")')
    start, end = (_minutes(text, where=where) for text in given)
    if start == end:
        raise ValueError(f'{where}: the slot {given[0]}-{given[1]} is empty; a whole day is ("00:00", "24:00")')
    if start == DAY:
        raise ValueError(f'{where}: no slot starts at "24:00"; start it at "00:00" of the next day')
    if end == LAST_MINUTE:
        return start, DAY
    return start, end if end > start else end + DAY


def _minutes(text: str, *, where: str) -> int:
    hour, minute = _figures(text) if isinstance(text, str) else (0, DAY)
    if minute >= 60 or hour * 60 + minute > DAY:
        raise ValueError(f'{where}: {text!r} is no time of day; write "HH:MM" from "00:00" to "24:00"')
    return hour * 60 + minute


def _figures(text: str) -> tuple[int, int]:
    """Return hour and minute; more minutes than there can be where the text is not of the form H:MM or HH:MM."""
    hour, _, minute = text.partition(":")
    formed = len(hour) in (1, 2) and len(minute) == 2 and text.isascii() and (hour + minute).isdigit()
    return (int(hour), int(minute)) if formed else (0, DAY)
