"""From aware datetimes to whole microseconds of UTC and back, and from a wall clock to its instant.

An instant is the number of microseconds of UTC since the day before 1 January of year 1: the day of an instant is
then its `date` ordinal. Whole numbers only, so nothing is ever rounded.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
DAY = 86_400 * SECOND

_FIRST = datetime.min.replace(tzinfo=UTC)
_DAY = 1440  # minutes
_MINUTES = (_DAY, _DAY + (datetime.max - datetime.min) // timedelta(minutes=1))
_REMEMBERED = 40_000  # days; offices of one zone share them, a century of each


def load_zone(name: str) -> ZoneInfo:
    """Return the zone of that name; raise ValueError for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, AttributeError, OSError):
        raise ValueError(
            f'zone: {name!r} is not known; use a name such as "Asia/Shanghai"'
            " (where no zone is known at all, install the package tzdata)"
        ) from None


def instant_of(at: datetime) -> int:
    """Return the instant of an aware datetime; raise ValueError for a naive one."""
    try:
        since = at - _FIRST
    except TypeError:
        if not isinstance(at, datetime):
            raise
        raise ValueError(f"{at!r} has no zone; give an aware datetime, such as at.replace(tzinfo=zone)") from None
    return ((since.days + 1) * 86_400 + since.seconds) * SECOND + since.microseconds


def moment_of(instant: int, *, zone: ZoneInfo) -> datetime:
    """Return the instant as a datetime of the zone; raise ValueError outside the years 1 to 9999."""
    try:
        return (_FIRST + timedelta(microseconds=instant - DAY)).astimezone(zone)
    except OverflowError:
        raise ValueError("the result lies outside the years 1 to 9999; use a date nearer by") from None


def wall_instant(minutes: int, *, zone: ZoneInfo) -> int:
    """Return when the zone's clock first shows a time, given in minutes of wall clock since ordinal day 0.

    A time that the clock skips counts as the instant of the skip.
    """
    offset = _still(minutes // _DAY, zone)
    if offset is not None:
        return SECOND * (minutes * 60 - offset)
    earlier, later = _offsets(minutes, zone=zone)
    if earlier < later:  # the clock springs from one offset to the other between the two readings
        seconds = range(minutes * 60 - later, minutes * 60 - earlier)
        return SECOND * (seconds.start + bisect_left(seconds, later, key=lambda second: _offset(second, zone=zone)))
    return SECOND * (minutes * 60 - earlier)


@lru_cache(maxsize=_REMEMBERED)
def _still(day: int, zone: ZoneInfo) -> int | None:
    """Return the seconds by which the clock is ahead of UTC all day; None where it is shifted.

    No zone has ever been shifted there and back within a day: the least time between two shifts is four days.
    """
    offsets = {*_offsets(day * _DAY, zone=zone), *_offsets((day + 1) * _DAY, zone=zone)}
    return offsets.pop() if len(offsets) == 1 else None


def _offsets(minutes: int, *, zone: ZoneInfo) -> tuple[int, int]:
    """Return the seconds that a wall clock is ahead of UTC, as before and as after a shift at that very time."""
    known = min(max(minutes, _MINUTES[0]), _MINUTES[1])
    wall = datetime.min.replace(tzinfo=zone) + timedelta(minutes=known - _MINUTES[0])
    return _seconds(wall), _seconds(wall.replace(fold=1))


def _offset(second: int, *, zone: ZoneInfo) -> int:
    return _seconds(moment_of(second * SECOND, zone=zone))


def _seconds(at: datetime) -> int:
    offset = at.utcoffset() or timedelta(0)
    return offset.days * 86_400 + offset.seconds
