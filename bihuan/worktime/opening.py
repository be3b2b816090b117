"""From opening hours to timelines: one of working time, in microseconds, and one of working days, in days."""

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, date
from zoneinfo import ZoneInfo

from bihuan.worktime.hours import DAY, Hours, Slots
from bihuan.worktime.spans import Span, clip, union
from bihuan.worktime.timeline import Timeline
from bihuan.worktime.zones import DAY as INSTANT_DAY
from bihuan.worktime.zones import wall_instant

SlotsOf = Callable[[int], Slots]  # the slots that begin on a day, by ordinal


def open_time(hours: Hours, *, zone: ZoneInfo) -> Timeline:
    """Return the timeline of the instants at which work is done."""
    return _timeline(hours, lambda year, slots: _open_spans(year, slots, zone=zone), unit=INSTANT_DAY)


def working_days(hours: Hours) -> Timeline:
    """Return the timeline of the dates, by ordinal, on which a slot begins."""
    return _timeline(hours, _day_spans, unit=1)


def _open_spans(year: int, slots: SlotsOf, *, zone: ZoneInfo) -> list[Span]:
    first, after = _bounds(year)
    # A local day may stand in another year than its UTC instants, and an overnight slot reaches a day further.
    walls = ((day * DAY + start, day * DAY + end) for day in range(first - 2, after + 1) for start, end in slots(day))
    spans = union((wall_instant(start, zone=zone), wall_instant(end, zone=zone)) for start, end in walls)
    return clip(spans, first * INSTANT_DAY, after * INSTANT_DAY)


def _day_spans(year: int, slots: SlotsOf) -> list[Span]:
    return union((day, day + 1) for day in range(*_bounds(year)) if slots(day))


def _bounds(year: int) -> tuple[int, int]:
    return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1


def _timeline(hours: Hours, spans: Callable[[int, SlotsOf], list[Span]], *, unit: int) -> Timeline:
    exceptions = hours.exceptions()
    years = sorted({date.fromordinal(day).year for day in exceptions})

    def usual(day: int) -> Slots:
        return hours.weekly[(day - 1) % len(hours.weekly)]  # ordinal 1 was a Monday

    def actual(day: int) -> Slots:
        found = exceptions.get(day)
        return usual(day) if found is None else found

    def build(year: int, plain: bool) -> list[Span]:
        return spans(year, usual if plain else actual)

    exceptional = frozenset(year + reach for year in years for reach in (-1, 0, 1))
    return Timeline(build, unit=unit, exceptional=exceptional, years=_span(hours, years), beyond=_beyond(hours))


def _span(hours: Hours, years: list[int]) -> range:
    """Return the years worth searching: without weekly hours, those around the exceptions."""
    if any(hours.weekly):
        return range(MINYEAR, MAXYEAR + 1)
    return range(max(years[0] - 1, MINYEAR), min(years[-1] + 1, MAXYEAR) + 1)


def _beyond(hours: Hours) -> str:
    if any(hours.weekly):
        return f"the result lies outside the years {MINYEAR} to {MAXYEAR}; use a smaller amount or a date nearer by"
    dates = sorted(day for day, slots in hours.overrides.items() if slots)
    return (
        f"no working time is left: this calendar is open only between {dates[0]} and {dates[-1]};"
        " give it weekly hours or further overrides"
    )
