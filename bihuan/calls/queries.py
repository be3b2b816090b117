"""Reading calls: those that wait for somebody, and how many of a month were answered soon enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from bihuan.accounts.access import Actor
from bihuan.accounts.queries import zone_of
from bihuan.calls.models import Call
from bihuan.obligations.books import books

WAITS = timedelta(minutes=10)  # a call that was not taken in by then was about nothing
RINGS_ON = timedelta(minutes=2)  # so long a call may still be ringing


@dataclass(frozen=True, slots=True)
class Rings:
    """The calls of a month at a site, by how soon they were answered. `untold`: answered, and nobody counted."""

    limit: int | None  # TS-2.1; None where no target is set
    within: int
    beyond: int
    unanswered: int
    untold: int

    @property
    def share(self) -> float | None:
        """Three-ring rate: answered within the limit / calls; what nobody counted is in neither side."""
        counted = self.within + self.beyond + self.unanswered
        return self.within / counted if counted and self.limit is not None else None


def waiting(actor: Actor, site: str, *, now: datetime) -> list[Call]:
    """The calls at a site that ring for anybody, or that this person answered and has not taken in yet; one query."""
    if not actor.may("call.view", site):
        return []
    rows = Call.objects.filter(site=site, about="", rang_at__gte=now - WAITS)
    mine = Q(agent=actor.staff) | Q(agent=None, answered_at=None, rang_at__gte=now - RINGS_ON)
    return list(rows.filter(mine).select_related("party").order_by("-rang_at")[:5])


def of_month(site: str, month: date) -> QuerySet[Call]:
    """The calls that rang at a site in the month of that day, as the site's clocks show it."""
    zone, first = ZoneInfo(zone_of(site)), month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    start, end = (datetime(one.year, one.month, 1, tzinfo=zone) for one in (first, after))
    return Call.objects.filter(site=site, rang_at__gte=start, rang_at__lt=end)


def rings(site: str, month: date, *, now: datetime) -> Rings:
    """How soon the calls of a month were answered; one query. A call that may still ring counts nowhere."""
    limit = _limit(site, month, now)
    answered, told = Q(answered_at__isnull=False), Q(rings__isnull=False)
    in_time = Q(rings__lte=-1 if limit is None else limit)
    counted: dict[str, Any] = of_month(site, month).aggregate(
        within=Count("id", filter=answered & told & in_time),
        beyond=Count("id", filter=answered & told & ~in_time),
        unanswered=Count("id", filter=Q(answered_at=None, rang_at__lt=now - RINGS_ON)),
        untold=Count("id", filter=answered & ~told),
    )
    return Rings(limit=limit, **counted)


def _limit(site: str, month: date, now: datetime) -> int | None:
    """The rings that are allowed (TS-2.1), as the site's target says in that month."""
    targets = books().policy(site, now).targets
    found = [one for one in targets if one.figure == "rings" and one.value is not None and one.since <= month]
    latest = max(found, key=lambda one: one.since, default=None)
    return None if latest is None or latest.value is None else int(latest.value)
