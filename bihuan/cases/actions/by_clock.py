"""What the clock does to cases: after a month a valid complaint becomes A (XQ-C5.2A); after a quiet week one whose
customer declined the visit is closed (TS-10.5). The event is written already; the row follows."""

from __future__ import annotations

from bihuan.cases.models import Case, CaseState, Severity
from bihuan.cases.numbers import keep_number, number_complaint
from bihuan.ledger.models import Event
from bihuan.ledger.queries import reaching
from bihuan.rulebook.event import CLOCK


def take_clock_act(event: Event) -> None:
    """Brings the row to what the clock's event says."""
    if event.actor != CLOCK:
        return
    case = Case.objects.get(pk=event.subject.removeprefix("case:"))
    if event.kind.endswith(".classified"):
        _raise(case)
    elif event.kind.endswith(".closed") and case.state == CaseState.HANDLED:
        _close(case, event)


def _raise(case: Case) -> None:
    case.severity = Severity.A
    number_complaint(case)
    case.save(update_fields=["severity", "number", "serial"])
    keep_number(case)


def _close(case: Case, event: Event) -> None:
    declined = reaching([case.subject]).filter(kind="visit.declined").order_by("-at", "-id").first()
    case.state, case.closed_at, case.closing_reason = CaseState.CLOSED, event.at, "quiet_week"
    case.closing_event = declined or event
    case.save(update_fields=["state", "closed_at", "closing_reason", "closing_event"])
