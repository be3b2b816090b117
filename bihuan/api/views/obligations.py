"""Obligations: what is owed, by due time."""

from django.db.models import Q
from ninja import Query, Router

from bihuan.api import asked, shapes, told
from bihuan.api.failures import READ
from bihuan.api.http import Answer, ApiRequest, sites_for, strict
from bihuan.api.refusals import cursor_of
from bihuan.kernel import clock
from bihuan.obligations.listing import promises_page, standing
from bihuan.obligations.models import State

router = Router(tags=["Obligations"])


@router.get(
    "/obligations",
    operation_id="list_obligations",
    summary="List obligations",
    response={200: told.Obligations} | READ,
)
@strict
def list_obligations(request: ApiRequest, filters: Query[asked.ObligationFilters]) -> Answer:
    """Obligations of all the token's sites or one, those due first at the top, fifty to a page. What is left out does
    not narrow the list, but for `state`: without it, those that are open."""
    wanted = Q(site__in=sites_for(request.auth.actor, "obligation.view", filters.site)) & _state(filters.state)
    if filters.owed_by is not None:
        wanted &= Q(owed_by=filters.owed_by.value)
    if filters.due_before is not None:
        wanted &= Q(due_at__lt=filters.due_before)
    with cursor_of(filters):
        page = promises_page(wanted, filters.after or "", soonest=True)
    return Answer(told.Obligations(items=shapes.obligations(page.rows), next=page.next or None))


def _state(name: str) -> Q:
    if name == "overdue":
        return standing(name, clock.now())
    return Q(state=name) if name in State.values else Q()
