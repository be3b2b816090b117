"""Time as whole seconds of the site's wall clock (+08:00, no summer time), and how it is written."""

from datetime import date, timedelta
from functools import lru_cache

from bihuan.ops.generate.tables import DAY, HOLIDAYS, SPRING_FESTIVAL, SPRING_FESTIVAL_DAYS

EPOCH = date(1970, 1, 1).toordinal()
THURSDAY = 3  # the weekday of day 0
_MINUTES = tuple(f"{minute // 60:02}:{minute % 60:02}:" for minute in range(1440))
_SECONDS = tuple(f"{second:02}+08:00" for second in range(60))


def day_number(day: date) -> int:
    """Count the days since 1970."""
    return day.toordinal() - EPOCH


def day_date(day: int) -> date:
    """Turn a day's number back into a date."""
    return date.fromordinal(day + EPOCH)


def weekday(day: int) -> int:
    """Return 0 for Monday to 6 for Sunday."""
    return (day + THURSDAY) % 7


@lru_cache(maxsize=1024)
def _day_text(day: int) -> str:
    return day_date(day).isoformat() + "T"


def iso(at: int) -> str:
    """Write an instant as ISO 8601 with the offset."""
    day, second = divmod(at, DAY)
    return _day_text(day) + _MINUTES[second // 60] + _SECONDS[second % 60]


def months_later(start: date, months: int) -> date:
    """Add months; a day that the month does not have becomes its last."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=start.day - 1), following - timedelta(days=1))


def is_holiday(day: date) -> bool:
    """Tell whether people are on holiday: the fixed days, and the week of the Spring Festival where it is known."""
    if day.isoformat()[5:] in HOLIDAYS:
        return True
    festival = SPRING_FESTIVAL.get(day.year)
    if festival is None:
        return False
    return 0 <= (day - date.fromisoformat(f"{day.year}-{festival}")).days < SPRING_FESTIVAL_DAYS
