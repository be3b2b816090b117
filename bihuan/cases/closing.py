"""What allows a case to be closed (TS-10.3, GC-6.5.2, XQ-C3b)."""

from __future__ import annotations

from bihuan.cases.models import Case
from bihuan.ledger.models import Event
from bihuan.ledger.queries import reaching
from bihuan.obligations.models import Obligation

VISITED = ("demand", "complaint")  # the others end with their answer
SATISFIED = (True, "basically")


def ground(case: Case) -> Event | None:
    """The event that allows closing the case as it stands, or None: a satisfied visit, an exemption, or the handling
    itself where no visit is owed."""
    if case.handled_at is None:
        return None
    events = list(reaching([case.subject]).filter(at__gte=case.handled_at).order_by("-at", "-id"))
    for event in events:
        if event.kind == "visit.done" and event.facts.get("satisfied") in SATISFIED:
            return event
        if event.kind == "visit.exempted" or (event.kind == "visit.declined" and case.kind != "complaint"):
            return event  # TS-10.5 makes complaints wait for a quiet week; the clock closes those
    if case.kind in VISITED and _visit_owed(case, events):
        return None
    return _handling(case, events)


def _visit_owed(case: Case, events: list[Event]) -> bool:
    """Whether a visit is still to come, or was answered without satisfaction. Waived and void ones are not owed."""
    subjects = {case.subject, *(event.subject for event in events)}
    return Obligation.objects.filter(subject__in=subjects, duty="visit", state__in=["open", "met"]).filter(
        start__gte=case.handled_at
    ).exists() or any(event.kind in ("visit.done", "visit.declined") for event in events)


def _handling(case: Case, events: list[Event]) -> Event | None:
    ends = {f"{case.kind}.{verb}" for verb in ("handled", "settled_on_the_spot", "answered", "result_told")}
    return next((event for event in events if event.kind in ends), None)
