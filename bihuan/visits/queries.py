"""Reading visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from bihuan.accounts.access import Actor
from bihuan.cases.listing import SIZE, cursor, read_cursor
from bihuan.cases.queries import Told, story
from bihuan.ledger.queries import reaching
from bihuan.obligations.models import Obligation, State
from bihuan.visits.models import AnswerSheet, Attempt, Satisfaction, Visit, VisitState

MOST = 1000
MANY = 100  # events of a customer who is visited for no case
RELATED = ("site", "case", "case__home", "case__party", "party")


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """A page of visits, and what to ask for the next one with; empty after the last."""

    rows: list[Visit]
    next: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Which visit of the day this is, and of how many; `nth` is 0 where it is due on a later day."""

    nth: int
    of: int


def count_planned(site: str) -> int:
    """How many visits are to be made at a site, up to `MOST`."""
    return Visit.objects.filter(site=site, state=VisitState.PLANNED).order_by()[:MOST].count()


def planned_page(
    sites: Sequence[str], after: str = "", *, due_before: datetime | None = None, size: int = SIZE
) -> VisitsPage:
    """The visits to be made, those due first at the top, from the one that follows `after`; one query.

    Raises NotFound where `after` is none that a page gave.
    """
    rows = _planned(sites)
    if due_before is not None:
        rows = rows.filter(due_at__lt=due_before)
    if after:
        at, pk = read_cursor(after)
        rows = rows.filter(Q(due_at__gte=at) & (Q(due_at__gt=at) | Q(pk__gt=pk)))
    found = list(rows.select_related(*RELATED)[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return VisitsPage(found[:size], cursor(last.due_at, last.pk) if last else "")


def ended_page(sites: Sequence[str], after: str = "", *, size: int = SIZE) -> VisitsPage:
    """The visits that were made or declined, the last ones first, with their answers; pages as in `planned_page`."""
    rows = Visit.objects.filter(~Q(state=VisitState.PLANNED), site__in=sites).exclude(state=VisitState.NOT_OWED)
    if after:
        at, pk = read_cursor(after)
        rows = rows.filter(Q(ended_at__lte=at) & (Q(ended_at__lt=at) | Q(pk__lt=pk)))
    rows = rows.select_related(*RELATED, "answers").order_by("-ended_at", "-id")
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return VisitsPage(found[:size], cursor(last.ended_at, last.pk) if last and last.ended_at else "")


def last_of(actor: Actor, subject: str) -> Visit | None:
    """The visit to be made about a subject, else the last one about it, of those this person may see."""
    rows = Visit.objects.filter(subject=subject, site__in=actor.sites_for("visit.view"))
    return rows.filter(state=VisitState.PLANNED).first() or rows.order_by("-ended_at", "-id").first()


def next_after(visit: Visit) -> Visit | None:
    """The visit that stands next on the list of its site."""
    later = Q(due_at__gt=visit.due_at) | Q(due_at=visit.due_at, pk__gt=visit.pk)
    return _planned([visit.site_id]).filter(later).first()


def turn(visit: Visit, *, start: datetime, end: datetime) -> Turn:
    """Which of the day's visits it is: after those ended since `start`, among the others in the order in which they are
    due before `end`. Counts go up to `MOST`; two queries."""
    ended = Visit.objects.filter(~Q(state=VisitState.PLANNED), site=visit.site_id, ended_at__gte=start)
    done = ended.exclude(state=VisitState.NOT_OWED).order_by()[:MOST].count()
    due = list(_planned([visit.site_id]).filter(due_at__lt=end).values_list("pk", flat=True)[:MOST])
    return Turn(done + due.index(visit.pk) + 1 if visit.pk in due else 0, done + len(due))


def attempts_of(visit: Visit) -> QuerySet[Attempt]:
    """The attempts at a visit, the last one first."""
    return visit.attempts.select_related("by").order_by("-at", "-id")


def told_of(visit: Visit, subjects: Sequence[str]) -> list[Told]:
    """What happened to what is visited and to these subjects of its case, newest first."""
    if visit.case is not None:
        return story([visit.case.subject, *subjects], visit.case)
    return [Told(event, "", None) for event in reaching([visit.subject]).order_by("-at", "-id")[:MANY]]


def owed_about(subjects: Iterable[str]) -> set[int]:
    """The ids of the open promises about these subjects, those of the clock left out."""
    rows = Obligation.objects.filter(subject__in=list(subjects), state=State.OPEN).exclude(owed_by="clock")
    return set(rows.values_list("pk", flat=True))


def quiet_until(subject: str) -> datetime | None:
    """When the clock closes a case whose customer declined (TS-10.5), where it does."""
    rows = Obligation.objects.filter(subject=subject, state=State.OPEN, duty="close", owed_by="clock")
    return rows.values_list("due_at", flat=True).first()


def _planned(sites: Sequence[str]) -> QuerySet[Visit]:
    return Visit.objects.filter(site__in=sites, state=VisitState.PLANNED).order_by("due_at", "id")


def satisfied_of(cases: Iterable[UUID]) -> dict[UUID, str]:
    """How content the customers of these cases were at the last visit that was made; one query."""
    made = AnswerSheet.objects.filter(visit__case__in=list(cases)).order_by("visit__ended_at", "visit")
    rows = made.values_list("visit__case", "satisfied")
    return {case: str(Satisfaction(satisfied).label) for case, satisfied in rows if case is not None}


def visits_of(case: UUID) -> list[Visit]:
    """The visits made about a case or declined, in their order, with answers and attempts; two queries."""
    rows = Visit.objects.filter(case=case, state__in=[VisitState.DONE, VisitState.DECLINED])
    attempts = Prefetch("attempts", Attempt.objects.select_related("by").order_by("at", "id"))
    return list(rows.select_related("answers", "answers__companion").prefetch_related(attempts).order_by("ended_at"))
