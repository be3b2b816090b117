"""How grave a complaint is and why, whether it is valid, and whether the customer understands that it is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.cases.models import GROUNDS, Case, Problem, Severity, Urgency
from bihuan.cases.numbers import number_complaint
from bihuan.cases.severity import is_joint
from bihuan.kernel.errors import Refused
from bihuan.ledger.rows import one

UNDERSTOOD = "understood"


def classified(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """XQ-C5.2: severity, its ground, and the problem; the number follows from them."""
    severity, ground = given["severity"], given.get("ground") or ""
    check_grave(severity, ground)
    if one(Problem, code=given["problem"]) is None:
        remedy = _("Choose one from the classification table.")
        raise Refused(_("there is no such problem code."), where="problem", remedy=remedy, code="no_problem")
    # XQ-C5.2A: a joint complaint is A; only with a reason may it be judged otherwise
    if is_joint(case.signers) and case.severity == Severity.A != severity and not given["text"]:
        what, remedy = _("a joint complaint is A."), _("Write down why it is judged otherwise.")
        raise Refused(what, where="text", remedy=remedy, code="missing")
    case.severity, case.ground, case.problem_id = severity, ground, given["problem"]
    if case.severity == Severity.A:
        case.overrun_until = None  # what was asked for was more time for a limit that is none any more
    number_complaint(case)
    reason = "judged" if given["text"] else None
    return {"severity": severity, "ground": ground, "problem": case.problem_id, "reason": reason}


def check_grave(severity: str, ground: str) -> None:
    """Refuses what is no severity, and a ground that belongs to another one."""
    if severity not in Severity.values:
        raise Refused(_("this is no severity."), where="severity", remedy=_("Choose A, B or C."), code="bad_severity")
    if ground and ground not in GROUNDS[Severity(severity)]:
        what, remedy = _("this is no reason for that severity."), _("Choose a reason that fits, or the severity.")
        raise Refused(what, where="ground", remedy=remedy, code="bad_ground")


def reviewed(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """XQ-C4.2: the review; it may find that the complaint is to be acted on at once, for one of five reasons."""
    return urge(case, given.get("urgency") or "")


def urge(case: Case, urgency: str) -> dict[str, Any]:
    """XQ-C7.3: what the event tells where there is a reason to act at once."""
    if not urgency:
        return {}
    if urgency not in Urgency.values:
        remedy = _("Choose one of the five.")
        raise Refused(_("this is no reason to act at once."), where="urgency", remedy=remedy, code="bad_urgency")
    case.urgent, case.urgency = True, urgency
    return {"urgent": True, "urgency": urgency}


def found_valid(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts bear the complaint out."""
    case.valid, case.understood = True, None
    return {"valid": True}


def found_invalid(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """They do not; XQ-C7.2: that is explained until it is understood."""
    case.valid, case.understood = False, False
    return {"valid": False}


def explained(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """An explanation, and whether the customer understands it."""
    if case.valid is not False:
        return {}
    case.understood = given.get("understood") == UNDERSTOOD
    return {"reason": UNDERSTOOD if case.understood else "not_understood"}


def check_understood(case: Case) -> None:
    """XQ-C7.2: an invalid complaint is over when the customer understands, not before."""
    if case.valid is False and not case.understood:
        what = _("this complaint was found invalid, and the customer does not understand that yet.")
        remedy = _("Explain it once more, and write down that it was understood; or find it valid after all.")
        raise Refused(what, where="handled", remedy=remedy, code="not_understood")


EFFECTS = {
    "classified": classified,
    "reviewed": reviewed,
    "found_valid": found_valid,
    "found_invalid": found_invalid,
    "explained": explained,
}
