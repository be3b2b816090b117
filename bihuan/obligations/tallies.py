"""Tallies: how the promises of months that are over were kept, counted once, and again only where something changed.

A promise belongs to the month in which it falls due, by the clocks of its site. Until a month is tallied readers count
it themselves (see figures.py), so what a page says never rests on whether a worker runs. Afterwards whoever changes a
promise of that month notes it in the same transaction (`soil`), and the next `refresh` counts the month again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min

from bihuan.accounts.models import Site
from bihuan.kernel import clock
from bihuan.obligations.models import MonthTally, Obligation, StaleMonth, TalliedUntil
from bihuan.obligations.queries import kept_by_rule
from bihuan.rulebook import SiteTimes

SETTLING = timedelta(days=2)  # by then a month is over in every zone, and whoever wrote in it has long finished
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('bihuan.obligations.tallies'))"
_TAKE = "DELETE FROM obligations_stalemonth RETURNING site, month"


def month_of(at: datetime, zone: tzinfo) -> date:
    """The first day of the month in which an instant lies."""
    return at.astimezone(zone).date().replace(day=1)


def following(month: date, count: int = 1) -> date:
    """The month so many months later; earlier where `count` is negative."""
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


def bounds(month: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """When a month begins, and when the next one does."""
    start, end = (datetime.combine(first, time.min, zone) for first in (month, following(month)))
    return start, end


def soil(rows: Iterable[Obligation], *, moved: Iterable[Obligation], times: SiteTimes, now: datetime) -> None:
    """Notes which months that are over must be counted again because these rows are about to be written.

    `moved` are those whose due time changes: the month that they leave counts too, so this comes before they are saved.
    """
    due = {(row.site, row.due_at) for row in rows}
    left = [row.pk for row in moved]
    if left:
        due |= set(Obligation.objects.filter(pk__in=left).values_list("site", "due_at"))
    zones = {site: times[site].zone for site, _ in due}
    months = {(site, month_of(at, zones[site])) for site, at in due}
    over = sorted((site, month) for site, month in months if month < month_of(now, zones[site]))
    if over:
        StaleMonth.objects.bulk_create(StaleMonth(site=site, month=month) for site, month in over)


@transaction.atomic
def refresh(now: datetime | None = None) -> int:
    """Counts each month that is over, once, and those soiled since; gives how many months of sites it counted.

    To be called every minute, by any number of workers: one at a time does it. Costs nothing where nothing changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_TAKE)  # what is still being written by others stays, and is taken when it is there
        soiled = set(cursor.fetchall())
    end = month_of((now or clock.now()) - SETTLING, ZoneInfo(settings.TIME_ZONE))
    zones = {site: ZoneInfo(zone) for site, zone in Site.objects.values_list("code", "zone")}
    over = {(site, month) for month in _months(_begin(end), end) for site in zones}
    wanted = sorted(over | {(site, month) for site, month in soiled if site in zones and month < end})
    for site, month in wanted:
        _count(site, month, zones[site])
    if over or not TalliedUntil.objects.exists():
        TalliedUntil.objects.update_or_create(id=1, defaults={"month": end})
    return len(wanted)


def tallied_until() -> date | None:
    """The month before which all are tallied; None where none is yet."""
    return TalliedUntil.objects.values_list("month", flat=True).first()


def _begin(end: date) -> date:
    """The first month that is not tallied: at the beginning, that of the earliest promise."""
    until = tallied_until()
    if until is not None:
        return until
    first = Obligation.objects.aggregate(first=Min("due_at"))["first"]
    return end if first is None else month_of(first, ZoneInfo(settings.TIME_ZONE))


def _months(begin: date, end: date) -> Iterator[date]:
    while begin < end:
        yield begin
        begin = following(begin)


def _count(site: str, month: date, zone: tzinfo) -> None:
    start, end = bounds(month, zone)
    counted = kept_by_rule([site], start=start, end=end, now=end)
    MonthTally.objects.filter(site=site, month=month).delete()
    names = ("in_time", "late", "overdue", "waived")
    MonthTally.objects.bulk_create(
        MonthTally(site=site, rule=rule, month=month, **{name: held[name] for name in names})
        for rule, held in counted.items()
    )
