"""Telephone calls, as a telephone system tells of them."""

from uuid import UUID

from ninja import Router

from bihuan.api import asked, shapes, told
from bihuan.api.failures import READ, WRITE
from bihuan.api.http import Answer, ApiRequest, strict
from bihuan.api.idempotency import once
from bihuan.api.refusals import member
from bihuan.calls.access import visible_call
from bihuan.calls.actions import Ring, tell

router = Router(tags=["Calls"])


@router.post(
    "/calls", operation_id="tell_call", summary="Tell of a call", response={200: told.Call, 201: told.Call} | WRITE
)
@strict
@once
def tell_call(request: ApiRequest, body: asked.NewCall) -> Answer:
    """Writes down that a call rings, or that it was answered, and after how many rings (TS-2.1). It shows at once on
    the pages of whoever answers it: the intake then knows the channel, the customer and the rings. The same `call_id`
    may be told as often as one likes: 201 the first time, then 200; what is known already stays."""
    agent = None if body.agent is None else member(body.agent, where="agent")
    ring = Ring(
        site=body.site,
        call_id=body.call_id,
        phone=body.caller,
        rang_at=body.rang_at,
        answered_at=body.answered_at,
        rings=body.rings,
        agent=agent,
    )
    call, new = tell(ring, by=request.auth.actor)
    location = f"/api/v1/calls/{call.pk}" if new else ""
    return Answer(shapes.call(call), status=201 if new else 200, location=location)


@router.get("/calls/{call}", operation_id="get_call", summary="Get a call", response={200: told.Call} | READ)
@strict
def get_call(request: ApiRequest, call: UUID) -> Answer:
    """The call of that id, and the case that it became."""
    return Answer(shapes.call(visible_call(request.auth.actor, call)))
