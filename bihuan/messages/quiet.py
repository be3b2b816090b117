"""When customers are left in peace: reminders wait for the morning; whatever answers somebody goes at once."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

EVENING, MORNING = time(21, 0), time(8, 0)  # by the clocks of the site


def daytime(at: datetime, zone: str) -> datetime:
    """The instant itself by day, else the next morning there."""
    local = at.astimezone(ZoneInfo(zone))
    if MORNING <= local.time() < EVENING:
        return at
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, local.tzinfo).astimezone(at.tzinfo)
