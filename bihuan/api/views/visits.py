"""Visits: which are owed, which were made, and how a try at one came out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query, Router

from bihuan.accounts.access import Actor
from bihuan.api import asked, shapes, told
from bihuan.api.failures import READ, WRITE
from bihuan.api.http import Answer, ApiRequest, sites_for, strict
from bihuan.api.idempotency import once
from bihuan.api.listing import ended_page
from bihuan.api.problems import placed
from bihuan.api.refusals import cursor_of, member
from bihuan.cases.actions.timing import check_backdating
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.obligations.models import Obligation
from bihuan.visits import actions
from bihuan.visits.access import visible_visit
from bihuan.visits.models import Outcome, Solved, Visit, VisitState
from bihuan.visits.queries import planned_page

router = Router(tags=["Visits"])
ANSWERS = {name: f"answers.{name}" for name in asked.Answers.model_fields}
ANSWERS |= {name: f"answers.stars.{name}" for name in asked.Stars.model_fields}


@router.get("/visits", operation_id="list_visits", summary="List visits", response={200: told.Visits} | READ)
@strict
def list_visits(request: ApiRequest, filters: Query[asked.VisitFilters]) -> Answer:
    """Visits of all the token's sites or one, fifty to a page: those to be made with the first due at the top, the
    others with the last ended at the top."""
    sites = sites_for(request.auth.actor, "visit.view", filters.site)
    with cursor_of(filters):
        if filters.state == VisitState.PLANNED:
            page = planned_page(sites, filters.after or "")
        else:
            page = ended_page(sites, filters.state, filters.after or "")
    return Answer(told.Visits(items=shapes.visits(page.rows, _owed(page.rows)), next=page.next or None))


@router.post(
    "/visits/{visit}/attempts",
    operation_id="try_visit",
    summary="Tell how a try at a visit came out",
    response={200: told.Visit} | WRITE,
)
@strict
@once
def try_visit(request: ApiRequest, visit: UUID, body: asked.NewAttempt) -> Answer:
    """Writes down one try, and gives the visit as it then stands. Who is not satisfied is a case to be put right: it is
    open again. Nobody reached: the visit stays owed."""
    actor, at = request.auth.actor, body.at or clock.now()
    shown = visible_visit(actor, visit)
    check_backdating(shown.site_id, by=actor, at=at)
    with placed(ANSWERS):
        _write(shown, body, actor=actor, at=at)
    fresh = visible_visit(actor, visit)
    return Answer(shapes.visits([fresh], _owed([fresh]))[0])


def _write(shown: Visit, body: asked.NewAttempt, *, actor: Actor, at: datetime) -> None:
    if body.outcome == Outcome.DONE:
        actions.done(shown, answers=_answers(shown, body), by=actor, at=at)
    elif body.outcome == Outcome.NOT_REACHED:
        actions.not_reached(shown, note=body.note, again_at=body.again_at, by=actor, at=at)
    else:
        actions.declined(shown, note=body.note, by=actor, at=at)


def _answers(shown: Visit, body: asked.NewAttempt) -> actions.Answers:
    given = body.answers
    assert given is not None, "asked.NewAttempt has seen to it"
    if given.solved is None and shown.case is not None:
        raise Refused(_("say whether the problem is solved."), where="solved", remedy=_("Fill it in."), code="missing")
    return actions.Answers(
        satisfied=given.satisfied.value,
        solved=(given.solved or Solved.SOLVED).value,
        stars={name: stars for name, stars in given.stars if stars is not None},
        shortcomings=given.shortcomings,
        companion=None if given.companion is None else member(given.companion, where="companion"),
        signed_on_paper=body.signed,
    )


def _owed(rows: Sequence[Visit]) -> Iterable[Obligation]:
    return Obligation.objects.filter(subject__in=[row.subject for row in rows], duty="visit")
