"""Days, weeks and months begin at each site's own midnight, each once: what the site owes itself opens with them.

One row of a site and a period says what begins next. Whoever does this chore holds that row, tells the ledger, and
moves the row on, in one transaction; so after a standstill all that was missed is told, in its order, nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from bihuan.accounts.models import Site
from bihuan.kernel import clock
from bihuan.ledger.actions import Happened
from bihuan.obligations.actions import record
from bihuan.obligations.models import Beginning, Period
from bihuan.obligations.tallies import following

BATCH = 100  # sites whose midnight is told in one transaction
CALENDAR = "calendar"  # as actor: the clock keeps promises of its own, and is asked to account for what it does


def begin_days() -> int:
    """Tells `site.day_began` wherever a day has begun; gives how many."""
    return _begin(Period.DAY)


def begin_weeks() -> int:
    """Tells `site.week_began` wherever a Monday has begun; gives how many."""
    return _begin(Period.WEEK)


def begin_months() -> int:
    """Tells `site.month_began` wherever the first of a month has begun; gives how many."""
    return _begin(Period.MONTH)


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _monday_after(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _first_after(day: date) -> date:
    return following(day.replace(day=1))


NEXT: dict[str, Callable[[date], date]] = {
    Period.DAY: _day_after,
    Period.WEEK: _monday_after,
    Period.MONTH: _first_after,
}


def _begin(period: Period) -> int:
    now, told = clock.now(), 0
    _enrol(period, now)
    while count := _begin_some(period, now):
        told += count
    return told


def _enrol(period: Period, now: datetime) -> None:
    """A site that is new owes nothing for what began before it was there."""
    for site in Site.objects.exclude(code__in=Beginning.objects.filter(period=period).values("site")):
        day = NEXT[period](now.astimezone(ZoneInfo(site.zone)).date())
        row = Beginning(site=site, period=period, next_day=day, next_at=_midnight(day, site))
        Beginning.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def _begin_some(period: Period, now: datetime) -> int:
    """One beginning of each of some sites; those that another worker has in hand are left to it."""
    due = Beginning.objects.select_for_update(of=("self",), skip_locked=True).filter(period=period, next_at__lte=now)
    rows = list(due.select_related("site").order_by("next_at", "site")[:BATCH])
    happened = [_happened(row) for row in rows]
    for row in rows:
        row.next_day = NEXT[period](row.next_day)
        row.next_at = _midnight(row.next_day, row.site)
    if happened:
        record(*happened)
        Beginning.objects.bulk_update(rows, ["next_day", "next_at"])
    return len(rows)


def _happened(row: Beginning) -> Happened:
    return Happened(f"site.{row.period}_began", f"site:{row.site_id}", row.site_id, row.next_at, CALENDAR)


def _midnight(day: date, site: Site) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(site.zone))
