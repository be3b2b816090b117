"""Reading promises: the work list, the strip of a case, the counts of a day and a month. What is open is indexed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from bihuan.accounts.access import Actor
from bihuan.obligations.models import Obligation, State

KEPT = ("in_time", "late", "overdue", "ahead", "waived")
MOST = 1000  # beyond this a count says "1000+": counting must not cost more the more there is


@dataclass(frozen=True, slots=True)
class Day:
    """The promises of a day: how many due that day are kept, how many are still to keep, how many are overdue."""

    kept: int
    to_keep: int
    overdue: int


def worklist(actor: Actor, site: str, *, mine: bool = False, limit: int = 50) -> list[Obligation]:
    """The most urgent open promises of a site, those of the clock left out."""
    rows = Obligation.objects.filter(site=site, state=State.OPEN).exclude(owed_by="clock")
    if mine:
        rows = rows.filter(Q(staff=actor.staff) | Q(staff=None, owed_by__in=actor.posts.get(site, ())))
    return list(rows.select_related("staff").order_by("due_at", "id")[:limit])


def of_subjects(subjects: Iterable[str]) -> list[Obligation]:
    """Every promise about these subjects, by due time, void ones last."""
    rows = Obligation.objects.filter(subject__in=list(subjects)).select_related("staff")
    return list(rows.order_by("due_at", "id"))


def day(site: str, *, start: datetime, now: datetime) -> Day:
    """The promises of the local day that begins at `start`."""
    people = Obligation.objects.filter(site=site).exclude(owed_by="clock")
    end = start + timedelta(days=1)
    due = people.filter(due_at__gte=start, due_at__lt=end)
    return Day(
        kept=_count(due.filter(state=State.MET)),
        to_keep=_count(due.filter(state=State.OPEN, due_at__gte=now)),
        overdue=overdue(site, now),
    )


def overdue(site: str, now: datetime) -> int:
    """How many promises of a site are overdue and still open, up to `MOST`."""
    open_ = Obligation.objects.filter(site=site, state=State.OPEN, due_at__lt=now).exclude(owed_by="clock")
    return _count(open_)


def kept_by_rule(sites: list[str], *, start: datetime, end: datetime, now: datetime) -> dict[str, dict[str, int]]:
    """Per rule, of what fell due in a period: owed, in time, late, overdue, waived; void ones are in neither.

    What is open and past due counts as late; what is open and not yet due is not owed yet.
    """
    rows = Obligation.objects.filter(site__in=sites, due_at__gte=start, due_at__lt=end).exclude(state=State.VOID)
    met, open_ = Q(state=State.MET), Q(state=State.OPEN)
    counted = rows.values("rule").annotate(
        in_time=Count("id", filter=met & Q(met_at__lte=F("due_at"))),
        late=Count("id", filter=met & Q(met_at__gt=F("due_at"))),
        overdue=Count("id", filter=open_ & Q(due_at__lt=now)),
        ahead=Count("id", filter=open_ & Q(due_at__gte=now)),
        waived=Count("id", filter=Q(state=State.WAIVED)),
    )
    rows_by_rule: dict[str, dict[str, int]] = {}
    for rule, *numbers in counted.order_by("rule").values_list("rule", *KEPT):
        rows_by_rule[rule] = dict(zip(KEPT, numbers, strict=True))
    return rows_by_rule


def open_by_rule(sites: list[str], now: datetime) -> dict[str, dict[str, int]]:
    """Per rule, how many are open, and how many of those are overdue, now."""
    rows = Obligation.objects.filter(site__in=sites, state=State.OPEN).values("rule")
    counted = rows.annotate(open=Count("id"), overdue=Count("id", filter=Q(due_at__lt=now))).order_by("rule")
    return {row["rule"]: {"open": row["open"], "overdue": row["overdue"]} for row in counted}


def _count(rows: QuerySet[Obligation, Any]) -> int:
    return rows.order_by()[:MOST].count()
