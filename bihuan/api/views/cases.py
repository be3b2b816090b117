"""Cases: received, found, listed, and taken a step further."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router

from bihuan.accounts.access import Actor
from bihuan.api import asked, shapes, told, types
from bihuan.api.failures import READ, WRITE
from bihuan.api.http import Answer, ApiRequest, sites_for, strict
from bihuan.api.idempotency import once
from bihuan.api.problems import Problem, placed
from bihuan.api.refusals import cursor_of, member, within
from bihuan.cases.access import visible_case
from bihuan.cases.actions import Receipt, receive, take
from bihuan.cases.listing import Wanted, cases_page, next_promises
from bihuan.cases.models import Case, CaseKind
from bihuan.cases.steps import STEPS
from bihuan.customers.access import visible_home, visible_party
from bihuan.files.actions import Upload
from bihuan.files.drawings import drawn
from bihuan.kernel import clock
from bihuan.obligations.actions import Record
from bihuan.obligations.books import books
from bihuan.obligations.queries import of_subjects
from bihuan.rulebook.event import CLOCK

router = Router(tags=["Cases"])
CONTACT = {"name": "contact.name", "phone": "contact.phone"}
FACTS = {name: f"facts.{name}" for name in asked.Facts.model_fields} | {"closed": "kind"}


@router.post("/cases", operation_id="receive_case", summary="Receive a case", response={201: told.Case} | WRITE)
@strict
@once
def receive_case(request: ApiRequest, body: asked.NewCase) -> Answer:
    """Takes a case in, with every promise that follows. Whoever complains is received, with or without a name, a home
    or a number. A complaint gets its number with its classification, the others at once."""
    actor, at = request.auth.actor, body.at or clock.now()
    receipt = _receipt(actor, body)
    with placed(CONTACT):
        case, done = receive(receipt, by=actor, at=at)
    return _received(actor, case, done)


@router.post(
    "/cases/{key}/events", operation_id="take_step", summary="Tell what happened", response={200: told.Case} | WRITE
)
@strict
@once
def take_step(request: ApiRequest, key: types.CaseKey, body: asked.Step) -> Answer:
    """Takes a step, and gives the case as it then stands. 409 tells in `allowed` which events are possible now.

    What each event takes in `facts` stands in the table of events; a fact it does not take is refused."""
    actor = request.auth.actor
    case = visible_case(actor, key)
    given = _given(body)
    with within(case, body.kind), placed(FACTS):
        text = given.pop("text", "")
        take(case, body.kind, by=actor, at=body.at or clock.now(), text=text, **given)
    return _told(visible_case(actor, case.pk))


@router.get("/cases/{key}", operation_id="get_case", summary="Get a case", response={200: told.Case} | READ)
@strict
def get_case(request: ApiRequest, key: types.CaseKey) -> Answer:
    """The case of that id, or of any number it ever had."""
    return _told(visible_case(request.auth.actor, key))


@router.get("/cases", operation_id="list_cases", summary="List cases", response={200: told.Cases} | READ)
@strict
def list_cases(request: ApiRequest, filters: Query[asked.CaseFilters]) -> Answer:
    """Cases of all the token's sites or one, the newest first, fifty to a page."""
    sites = sites_for(request.auth.actor, "case.view", filters.site)
    kinds = [filters.kind.value] if filters.kind else CaseKind.values
    wanted = Wanted(kinds=kinds, sites=sites, state=filters.state, text=filters.q or "")
    with cursor_of(filters):
        page = cases_page(wanted, filters.after or "")
    ahead = next_promises(row.subject for row in page.rows)
    return Answer(told.Cases(items=shapes.case_lines(page.rows, ahead), next=page.next or None))


def _received(actor: Actor, case: Case, done: Record) -> Answer:
    """A case that was made just now: nobody else knows it, so that it is only read where the clock has acted on it."""
    location = f"/api/v1/cases/{case.pk}"
    actor.must("case.view", case.site_id)
    if any(event.actor == CLOCK for event in done.events):
        return _told(visible_case(actor, case.pk), status=201, location=location)
    told = shapes.case(case, done.written.opened, times=done.books.calendars)
    return Answer(told, status=201, location=location, case=case.pk)


def _told(case: Case, *, status: int = 200, location: str = "") -> Answer:
    """A case that was read just now: what reacts to a step may change more of it than the step."""
    told = shapes.case(case, of_subjects([case.subject]), times=books().calendars)
    return Answer(told, status=status, location=location, case=case.pk)


def _receipt(actor: Actor, body: asked.NewCase) -> Receipt:
    party = home = None
    with placed({"": "party"}):
        if body.party is not None:
            party = visible_party(actor, body.party)
    with placed({"": "home"}):
        if body.home is not None:
            home = visible_home(actor, body.home)
    contact = body.contact or asked.Contact()
    return Receipt(
        kind=body.kind,
        channel=body.channel,
        site=body.site,
        summary=body.summary,
        details=body.details or "",
        severity=body.severity or "",
        problem=body.problem or "",
        home=home,
        party=party,
        contact_name=contact.name,
        contact_phone=contact.phone,
        signers=body.signers,
        anonymous=body.anonymous,
        agitated=body.agitated,
        agreed_at=body.agreed_at,
        requested_by=body.requested_by,
    )


def _given(body: asked.Step) -> dict[str, Any]:
    """The facts that were given, each of a kind that the step takes."""
    given = {name: value for name, value in body.facts if value not in (None, "")}
    takes = STEPS[body.kind].asks
    for name in sorted(given.keys() - set(takes)):
        remedy = _("It takes: %(expected)s.") % {"expected": ", ".join(takes)}
        raise Problem(422, "unknown_field", _("this event does not tell that."), where=f"facts.{name}", remedy=remedy)
    if "signature" in given:
        with placed({"signature": "facts.signature"}):
            given["signature"] = Upload(BytesIO(drawn(given["signature"])), "signature.png")
    if "to" in given:
        given["to"] = member(given["to"], where="facts.to").pk
    return given
