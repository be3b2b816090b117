"""Times as people say them: today 14:00, tomorrow 09:02, 11/27 09:02; and how much is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

SOON = timedelta(hours=1)


def said(at: datetime | None, *, now: datetime) -> str:
    """An instant in the site's time, with its day only where it is not today."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = local.strftime("%H:%M")
    days = (local.date() - today).days
    if days in (-1, 0, 1):
        return {-1: _("yesterday %s"), 0: _("today %s"), 1: _("tomorrow %s")}[days] % clock
    if local.year == today.year:
        return f"{local.month}/{local.day} {clock}"
    return f"{local.year}/{local.month}/{local.day} {clock}"


def left(due: datetime, *, now: datetime) -> str:
    """What a work list shows: −1:12 over, 0:44 left within hours, 17:30 today, else the day."""
    if due < now:
        return "−" + _hours(now - due)
    if due - now < timedelta(hours=2):
        return _hours(due - now)
    local, today = timezone.localtime(due), timezone.localtime(now).date()
    return local.strftime("%H:%M") if local.date() == today else f"{local.month}/{local.day} {local:%H:%M}"


def _hours(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes >= 100 * 60:
        return _("%d d") % (minutes // 1440)
    return f"{minutes // 60}:{minutes % 60:02d}"


def passed(span: timedelta) -> str:
    """Minutes and seconds that have gone by, such as 2:41."""
    seconds = max(0, int(span.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def standing(state: str, due: datetime, *, now: datetime) -> str:
    """How a promise stands, as the style sheet knows it."""
    if state == "met":
        return "kept"
    if state != "open":
        return "waived"
    if due < now:
        return "overdue"
    return "soon" if due - now <= SOON else "open"


def start_of_day(now: datetime) -> datetime:
    """Midnight of the present local day."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def start_of_month(now: datetime) -> datetime:
    """Midnight of the first of the present local month."""
    return start_of_day(now).replace(day=1)


def months(now: datetime, count: int) -> list[str]:
    """The last months, such as 2026-11, the present local one first."""
    local = timezone.localtime(now)
    last = local.year * 12 + local.month - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(last, last - count, -1)]
