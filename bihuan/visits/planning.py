"""Planning: whenever a visit is owed there is one to be made, and when none is owed any more there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bihuan.kernel import clock
from bihuan.kernel.ids import new_id
from bihuan.obligations.describers import describe
from bihuan.obligations.models import Obligation
from bihuan.visits.models import Visit, VisitState


def follow(changed: Iterable[Obligation]) -> None:
    """Brings the planned visits of these obligations' subjects to what is owed now."""
    subjects = {row.subject: row.site for row in changed}
    owed: dict[str, list[Obligation]] = defaultdict(list)
    for row in Obligation.objects.filter(subject__in=subjects, duty="visit", state="open").order_by("due_at", "id"):
        owed[row.subject].append(row)
    planned = {one.subject: one for one in Visit.objects.filter(subject__in=subjects, state=VisitState.PLANNED)}
    fresh = [subject for subject in subjects if owed[subject] and subject not in planned]
    _plan({subject: owed[subject] for subject in fresh}, subjects)
    for subject, visit in planned.items():
        _keep_up(visit, owed[subject])


def _plan(owed: dict[str, list[Obligation]], sites: dict[str, str]) -> None:
    known = describe(owed)
    Visit.objects.bulk_create(
        Visit(
            id=new_id(),
            site_id=sites[subject],
            subject=subject,
            case_id=known[subject].case,
            party_id=known[subject].party,
            planned_at=rows[0].opened_at,
            due_at=rows[0].due_at,
            clauses=_clauses(rows),
        )
        for subject, rows in owed.items()
    )


def _keep_up(visit: Visit, owed: list[Obligation]) -> None:
    if not owed:
        visit.state, visit.ended_at = VisitState.NOT_OWED, clock.now()
    else:
        visit.due_at, visit.clauses = owed[0].due_at, _clauses(owed)
    visit.save(update_fields=["state", "ended_at", "due_at", "clauses"])


def _clauses(rows: list[Obligation]) -> str:
    return " ".join(dict.fromkeys(row.clause for row in rows))[:80]
