"""Receiving: one call or letter becomes a case, with every promise that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.cases import facts
from bihuan.cases.access import case_id
from bihuan.cases.actions.filing import attach
from bihuan.cases.actions.joining import people_of, sign
from bihuan.cases.actions.judging import check_grave, urge
from bihuan.cases.actions.stepping import SIGNED, end
from bihuan.cases.actions.timing import check_backdating
from bihuan.cases.models import Case, CaseKind, CaseState, Ground, Note, Problem, Severity
from bihuan.cases.numbers import day_number, keep_number, number_complaint
from bihuan.cases.severity import is_joint
from bihuan.customers.actions.contacts import contact
from bihuan.customers.models import Home, Party
from bihuan.files.actions import Upload
from bihuan.kernel.errors import Refused
from bihuan.kernel.ids import new_id
from bihuan.kernel.text import bigrams, normal
from bihuan.ledger.actions import Happened, hold
from bihuan.ledger.rows import insert, one
from bihuan.obligations.actions import Record, record
from bihuan.obligations.foresight import Foreseen
from bihuan.obligations.foresight import foresee as foresee_events


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the front desk took down. Only kind, channel, site and summary are ever needed."""

    kind: str
    channel: str
    site: str
    summary: str
    details: str = ""
    severity: str = ""
    problem: str = ""
    ground: str = ""  # why it is as grave as it is judged (XQ-C5.2)
    home: Home | None = None
    party: Party | None = None
    contact_name: str = ""
    contact_phone: str = ""
    signers: int = 1
    signed_by: Sequence[tuple[str, str]] = ()  # names and numbers of those who sign beside who brings it
    anonymous: bool = False
    agitated: bool = False
    urgent: bool = False
    urgency: str = ""  # why it is to be acted on at once (XQ-C7.3)
    restated: bool = False
    calm_at: datetime | None = None  # since when somebody agitated is calm again, by the time it is taken in
    agreed_at: datetime | None = None
    requested_by: datetime | None = None
    settled: str = ""  # how it was settled on the spot, in words
    signature: Upload | None = None  # under that, which closes the case
    files: Sequence[Upload] = ()
    repeats: Sequence[str] = ()  # subjects that this one repeats, or what was visited when it came up

    @property
    def people(self) -> int:
        """How many complain: as many as were counted, or as are named."""
        return max(self.signers, len(self.signed_by) + 1)


@transaction.atomic
def receive(receipt: Receipt, *, by: Actor, at: datetime) -> tuple[Case, Record]:
    """Takes a case in. XQ-C6: whoever complains is received, with or without a name, a home or a number."""
    by.must("case.receive", receipt.site)
    check_backdating(receipt.site, by=by, at=at)
    case = _case(receipt, by=by, at=at)
    hold(dict.fromkeys(receipt.repeats, receipt.site))  # before the serial, as everybody does
    _check(receipt, case, at)
    if case.party is None:
        case.party = contact(receipt.site, name=receipt.contact_name, phone=receipt.contact_phone, by=by, at=at)
    people = people_of(receipt.site, receipt.signed_by, by=by, at=at)
    case.repeats = _earlier(receipt, case)
    _number(case)
    insert([case])
    keep_number(case)
    done = record(*_events(receipt, case, actor=by.subject), new=[case.subject])
    words = [receipt.details or receipt.summary, receipt.settled]
    told = [done.events[0], *(one for one in done.events if one.kind.endswith("settled_on_the_spot"))]
    insert([Note(case=case, event=event, text=text) for event, text in zip(told, words, strict=False)])
    if people:
        sign(case, people, event=done.events[0])
    attach(case, receipt.files, event=done.events[0], by=by.staff)
    if receipt.settled and receipt.signature:
        attach(case, [receipt.signature], event=told[-1], by=by.staff)
        end(case, by=by.subject, at=case.received_at, allows=told[-1], reason=SIGNED)
    return case, done


def _earlier(receipt: Receipt, case: Case) -> Case | None:
    """The case of the same kind that this one repeats: the latest of those named."""
    named = [one for one in map(case_id, receipt.repeats) if one is not None]
    return Case.objects.filter(pk__in=named, kind=case.kind).order_by("-received_at").first() if named else None


def foresee(receipt: Receipt, *, by: Actor, at: datetime) -> list[Foreseen]:
    """The promises that taking this in would create, and those that would follow once it is handled."""
    case = _case(receipt, by=by, at=at)
    if case.kind == CaseKind.COMPLAINT and not (case.severity and case.problem_id):
        case.severity = ""
    events = _events(receipt, case, actor=by.subject)
    return foresee_events(events, noun=case.kind)


def _case(receipt: Receipt, *, by: Actor, at: datetime) -> Case:
    at = at.replace(microsecond=0)
    case = Case(id=new_id(), site_id=receipt.site, kind=receipt.kind, channel=receipt.channel, received_at=at)
    case.summary, case.details = normal(receipt.summary)[:80], receipt.details.strip()
    case.terms = bigrams(case.summary)
    case.home, case.party = receipt.home, receipt.party
    case.signers = receipt.people
    case.anonymous, case.agitated = receipt.anonymous, receipt.agitated
    case.urgent, case.urgency = receipt.urgent or bool(receipt.urgency), receipt.urgency
    case.agreed_at, case.requested_by = receipt.agreed_at, receipt.requested_by
    case.received_by, case.severity = by.staff, _severity(receipt)
    case.ground = receipt.ground if case.severity == receipt.severity else Ground.JOINT
    case.problem_id = receipt.problem or None
    case.restated_at = at if receipt.restated else None
    if receipt.settled:
        case.settled_on_the_spot, case.state, case.handled_at = True, CaseState.HANDLED, at
        case.in_charge = by.staff
    return case


def _severity(receipt: Receipt) -> str:
    """XQ-C5.2A: a joint complaint is A; it may be judged otherwise afterwards, with a reason."""
    joint = receipt.kind == CaseKind.COMPLAINT and is_joint(receipt.people)
    return Severity.A if joint else receipt.severity


def _check(receipt: Receipt, case: Case, at: datetime) -> None:
    if not case.summary:
        raise Refused(_("say in a few words what it is about."), where="summary", code="no_summary")
    if receipt.problem and one(Problem, code=receipt.problem) is None:
        remedy = _("Choose one from the classification table.")
        raise Refused(_("there is no such problem code."), where="problem", remedy=remedy, code="no_problem")
    if case.kind == CaseKind.COMPLAINT:
        _check_judged(case)
    if receipt.settled and case.kind == CaseKind.COMPLAINT and not (case.severity and receipt.problem):
        what = _("a complaint is classified before it is settled.")
        remedy = _("Choose the problem and how grave it is.")
        raise Refused(what, where="severity", remedy=remedy, code="unclassified")
    for name in ("agreed_at", "requested_by"):
        time = getattr(receipt, name)
        if time is not None and time <= at:
            what, remedy = _("this time has passed already."), _("Give a later one.")
            raise Refused(what, where=name, remedy=remedy, code="in_the_past")
    for part in (receipt.home, receipt.party):
        if part is not None and part.site_id != receipt.site:
            what, remedy = _("this belongs to another site."), _("Change the site first.")
            raise Refused(what, where="home", remedy=remedy, code="other_site")


def _check_judged(case: Case) -> None:
    if case.severity:
        check_grave(case.severity, case.ground)
    urge(case, case.urgency)


def _number(case: Case) -> None:
    if case.kind != CaseKind.COMPLAINT:
        local = case.received_at.astimezone(ZoneInfo(case.site.zone))
        case.number = day_number(case.site_id, case.kind, local)
    elif case.severity and case.problem_id:
        number_complaint(case)


def _events(receipt: Receipt, case: Case, *, actor: str) -> list[Happened]:
    def told(verb: str, given: dict[str, object], refs: Sequence[str] = ()) -> Happened:
        return Happened(f"{case.kind}.{verb}", case.subject, case.site_id, case.received_at, actor, given, refs)

    events = [told("received", facts.received(case), receipt.repeats)]
    if receipt.restated:
        events.append(told("restated", {}))
    if case.agreed_at is not None:
        events.append(told("time_agreed", {"agreed_at": facts.iso(case.agreed_at)}))
    if case.kind == CaseKind.COMPLAINT and case.severity and case.problem_id:
        judged = {"severity": case.severity, "ground": case.ground, "problem": case.problem_id}
        events.append(told("classified", facts.plain(judged)))
    if case.kind == CaseKind.COMPLAINT and case.agitated and receipt.calm_at is not None:
        at = max(receipt.calm_at, case.received_at)
        events.append(Happened("complaint.calmed", case.subject, case.site_id, at, actor))
    if receipt.settled:
        signed = {"signed": True} if receipt.signature else {}
        events.append(
            told("settled_on_the_spot", {"settled_on_the_spot": True, **signed, **facts.said(receipt.settled)})
        )
    return events
