"""What the clock does to cases: after a month a valid complaint becomes A (XQ-C5.2A); after a quiet week one whose
customer declined the visit is closed (TS-10.5). The event is written already; the row follows it, and its retraction.
"""

from __future__ import annotations

from bihuan.cases.models import Case, CaseState, Ground, Severity
from bihuan.cases.numbers import keep_number, number_complaint
from bihuan.ledger.models import Event
from bihuan.ledger.queries import reaching
from bihuan.rulebook.event import CLOCK

QUIET_WEEK = "quiet_week"


def take_clock_act(event: Event) -> None:
    """Brings the row to what the clock's event says."""
    if event.actor != CLOCK:
        return
    case = Case.objects.get(pk=event.subject.removeprefix("case:"))
    if event.kind.endswith(".classified"):
        _raise(case)
    elif event.kind.endswith(".closed") and case.state == CaseState.HANDLED:
        _close(case, event)


def take_back(event: Event) -> None:
    """A backdated event has shown that the clock had nothing to do: the row is again as people had made it."""
    act = Event.objects.filter(pk=event.facts.get("act")).first()
    if act is None:
        return  # a breach is retracted, which no row of ours speaks of
    case = Case.objects.get(pk=event.subject.removeprefix("case:"))
    if act.kind.endswith(".classified"):
        _judge(case, *_judged_by_people(case))
    elif case.closing_reason == QUIET_WEEK:
        case.state, case.closed_at, case.closing_event, case.closing_reason = CaseState.HANDLED, None, None, ""
        case.save(update_fields=["state", "closed_at", "closing_event", "closing_reason"])


def _raise(case: Case) -> None:
    case.overrun_until = None
    case.save(update_fields=["overrun_until"])
    _judge(case, Severity.A, Ground.UNSOLVED)


def _judged_by_people(case: Case) -> tuple[str, str]:
    judged = Event.objects.filter(subject=case.subject, kind="complaint.classified").exclude(actor=CLOCK)
    last = judged.order_by("at", "id").last()
    return (case.severity, "") if last is None else (str(last.facts["severity"]), str(last.facts.get("ground", "")))


def _judge(case: Case, severity: str, ground: str) -> None:
    case.severity, case.ground = severity, ground
    number_complaint(case)
    case.save(update_fields=["severity", "ground", "number", "serial"])
    keep_number(case)


def _close(case: Case, event: Event) -> None:
    declined = reaching([case.subject]).filter(kind="visit.declined").order_by("-at", "-id").first()
    case.state, case.closed_at, case.closing_reason = CaseState.CLOSED, event.at, QUIET_WEEK
    case.closing_event = declined or event
    case.save(update_fields=["state", "closed_at", "closing_reason", "closing_event"])
