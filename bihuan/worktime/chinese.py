"""Statutory holidays and make-up working days (调休) of mainland China."""

from collections.abc import Iterable
from datetime import date

from bihuan.worktime.hours import WrittenSlots

OFFICE_HOURS: WrittenSlots = (("09:00", "12:00"), ("13:30", "18:00"))
_NATIONAL_DAY = (10, 1)


class ChineseHolidays(tuple[frozenset[date], dict[date, list[tuple[str, str]]]]):
    """`holidays, overrides` for a Calendar; besides, the years that are `covered` by data and those `uncovered`."""

    covered: tuple[int, ...]
    uncovered: tuple[int, ...]

    @property
    def holidays(self) -> frozenset[date]:
        """The dates off work."""
        return self[0]

    @property
    def overrides(self) -> dict[date, list[tuple[str, str]]]:
        """The worked weekend days, each with its slots."""
        return self[1]


def chinese_holidays(years: int | Iterable[int], *, slots: WrittenSlots = OFFICE_HOURS) -> ChineseHolidays:
    """Return the dates off work in those years, weekends among them, and the worked weekends with their slots.

    Nothing is guessed: a year that the data do not hold has no dates here and is named in `uncovered`. Give `covered`
    to the Calendar, and it warns about all other years.
    """
    from chinese_calendar.constants import holidays, workdays  # slow to load

    asked = sorted({years} if isinstance(years, int) else set(years))
    # A year is announced as a whole; single dates of it may stand in the announcement of the year before.
    covered = tuple(year for year in asked if date(year, *_NATIONAL_DAY) in holidays)
    off = frozenset(day for day in holidays if day.year in covered)
    worked = {day: list(slots) for day in sorted(workdays) if day.year in covered}
    found = ChineseHolidays((off, worked))
    found.covered, found.uncovered = covered, tuple(year for year in asked if year not in covered)
    return found
