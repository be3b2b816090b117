"""What each step does to the row of a case, and what its event tells beside the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import Staff
from bihuan.cases.actions import judging, passing, promising
from bihuan.cases.actions.timing import LATER
from bihuan.cases.facts import iso
from bihuan.cases.models import Case, CaseKind, CaseState, Severity
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.obligations.models import Obligation
from bihuan.obligations.summoning import whom

Effect = Callable[[Case, datetime, Mapping[str, Any]], dict[str, Any]]
TAKE_CHARGE = frozenset(("agent", "cs_supervisor", "site_manager", "trade_supervisor", "quality_supervisor"))
ENDS_WITH_ITS_ANSWER = ("enquiry", "suggestion", "praise")
CHANGED = (  # the fields that steps change; the words about the case are none of them, and may just have been erased
    *("state", "number", "serial", "severity", "problem", "valid", "settled_on_the_spot", "agreed_at", "overrun_until"),
    *("ground", "urgent", "urgency", "understood", "transferred_to", "transferred_unit", "transferred_at"),
    *("round", "in_charge", "restated_at", "handed_over_at", "handled_at", "told_at"),
    *("closed_at", "closing_event", "closing_reason"),
)


def _restated(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.restated_at = at
    return {}


def _time_agreed(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.agreed_at = _later(given, "agreed_at", at)
    return {"agreed_at": iso(case.agreed_at)}


def _handed_up(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """TS-1d: the supervisor is called, or whoever stands above. What is written down later calls nobody."""
    if clock.now() - at > LATER:
        return {}
    post, told = whom(case.site_id, "cs_supervisor", at=at, but=given["by"])
    return {"post": post, "told": told}


def _handed_over(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.handed_over_at = at
    told = _assigned(case, at, given)
    if case.kind == CaseKind.COMPLAINT and case.severity == Severity.A and "site_manager" not in posts_in_charge(case):
        what, remedy = _("a complaint of severity A goes to the site manager."), _("Choose the site manager.")
        raise Refused(what, where="to", remedy=remedy, code="not_theirs")  # XQ-C7.4A1: nothing else keeps the promise
    return told


def _assigned(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.in_charge = Staff.objects.filter(pk=given["to"], is_active=True).first()
    if case.in_charge is None or TAKE_CHARGE.isdisjoint(posts_in_charge(case)):
        remedy = _("Choose a supervisor, the manager or an agent of this site.")
        raise Refused(_("this person cannot take charge here."), where="to", remedy=remedy, code="not_theirs")
    case.state = CaseState.IN_HAND
    return {"to": case.in_charge.pk}


def posts_in_charge(case: Case) -> frozenset[str]:
    """What the person in charge does at the site of the case."""
    assert case.in_charge is not None
    return actor_of(case.in_charge).posts.get(case.site_id, frozenset())


def _delay_told(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"agreed_until": iso(_later(given, "agreed_until", at))}


def _overrun_requested(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """XQ-C7.4B2: more time is asked for before the limit passes, not afterwards."""
    until = _later(given, "agreed_until", at)
    limit = Obligation.objects.filter(subject=case.subject, duty="resolve", state="open").order_by("due_at").first()
    if limit is None or case.severity == Severity.A:
        raise Refused(_("there is no limit here that can be moved."), where="agreed_until", code="no_limit")
    if at > limit.due_at:
        remedy = _("Put it right and tell the customer; the overrun stays on record.")
        raise Refused(_("the limit has passed: more time had to be asked for before."), remedy=remedy, code="too_late")
    if until <= limit.due_at:
        remedy = _("Ask for a later time, or keep the limit.")
        raise Refused(_("this is within the limit already."), where="agreed_until", remedy=remedy, code="no_overrun")
    case.overrun_until = until
    return {"agreed_until": iso(until)}


def _overrun_approved(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    assert case.overrun_until is not None
    until, case.overrun_until = case.overrun_until, None
    return {"agreed_until": iso(until)}


def _overrun_refused(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.overrun_until = None
    return {}


def _handled(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    judging.check_understood(case)
    case.state, case.handled_at, case.overrun_until = CaseState.HANDLED, at, None
    case.transferred_to, case.transferred_unit, case.transferred_at = "", "", None
    return {}


def _settled(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.settled_on_the_spot = True
    signed = {"signed": True} if given.get("signature") else {}
    return _handled(case, at, given) | {"settled_on_the_spot": True} | signed


def _answered(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    if case.kind in ENDS_WITH_ITS_ANSWER and case.handled_at is None:
        _handled(case, at, given)
    return {}


def _result_told(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.told_at = at
    return {}


def _reopened(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.state, case.round, case.settled_on_the_spot = CaseState.IN_HAND, case.round + 1, False
    case.handled_at = case.told_at = case.closed_at = case.closing_event = None
    case.closing_reason = ""
    return {"settled_on_the_spot": False}


def _withdrawn(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    case.state, case.overrun_until = CaseState.WITHDRAWN, None
    return {}


def _later(given: Mapping[str, Any], name: str, at: datetime) -> datetime:
    time = given[name]
    if not isinstance(time, datetime) or time <= at:
        raise Refused(_("this time has passed already."), where=name, remedy=_("Give a later one."), code="in_the_past")
    return time


EFFECTS: dict[str, Effect] = {
    **judging.EFFECTS,
    **passing.EFFECTS,
    **promising.EFFECTS,
    "restated": _restated,
    "time_agreed": _time_agreed,
    "handed_up": _handed_up,
    "handed_over": _handed_over,
    "assigned": _assigned,
    "delay_told": _delay_told,
    "overrun_requested": _overrun_requested,
    "overrun_approved": _overrun_approved,
    "overrun_refused": _overrun_refused,
    "handled": _handled,
    "settled_on_the_spot": _settled,
    "answered": _answered,
    "result_told": _result_told,
    "reopened": _reopened,
    "withdrawn": _withdrawn,
}
