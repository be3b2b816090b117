"""Offices and instants that the tests share."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bihuan.worktime import Calendar

HOURS = [("09:00", "12:00"), ("13:30", "18:00")]
FIVE_DAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS)
ALL_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHANGHAI, BERLIN, NEW_YORK = "Asia/Shanghai", "Europe/Berlin", "America/New_York"

office = Calendar(SHANGHAI, FIVE_DAYS)


def at(text: str, zone: str = SHANGHAI, fold: int = 0) -> datetime:
    """Return the instant at which a clock of the zone shows the text."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def h(hours: float = 0, minutes: int = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes)


def every_day(*slots: tuple[str, str], zone: str = SHANGHAI) -> Calendar:
    return Calendar(zone, dict.fromkeys(ALL_DAYS, slots))


def same(result: datetime, expected: datetime) -> bool:
    """Tell whether both are the same instant and show the same wall clock in the same zone."""
    return (result.isoformat(), result.tzinfo) == (expected.isoformat(), expected.tzinfo)
