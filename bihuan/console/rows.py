"""Lines of lists: cases, work orders and visits, each with the promise that is due next and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.cases.listing import next_promises
from bihuan.cases.models import Case
from bihuan.cases.queries import who
from bihuan.console import times, words
from bihuan.dispatch.models import OrderState, WorkOrder
from bihuan.dispatch.queries import DONE, cases_of
from bihuan.obligations.describers import Description, describe
from bihuan.obligations.models import Obligation
from bihuan.visits.models import Satisfaction, Visit, VisitState

ICONS = {
    "demand": "tool",
    "enquiry": "help-circle",
    "suggestion": "bulb",
    "praise": "heart",
    "emergency": "urgent",
    "work_order": "tool",
    "complaint": "message-report",
    "party": "user",
}
OF_ANSWERS = {Satisfaction.YES: "kept", Satisfaction.BASICALLY: "kept", Satisfaction.NO: "overdue"}


def case_rows(cases: Sequence[Case], *, now: datetime) -> list[dict[str, Any]]:
    """Cases, in two queries for all of them: the promises about their jobs count as theirs."""
    jobs = cases_of(cases)
    owed = first_owed([case.subject for case in cases], jobs)
    return [_case(case, owed.get(case.subject), now=now) for case in cases]


def order_rows(orders: Sequence[WorkOrder], *, now: datetime) -> list[dict[str, Any]]:
    """Work orders, in one query for all of them: until it is finished, the promises about the case are its own."""
    to_do = {order.subject: order.case.subject for order in orders if order.state not in DONE}
    done = [order.subject for order in orders if order.state in DONE]
    owed = next_promises([*done, *set(to_do.values())])
    return [_order(one, owed.get(to_do.get(one.subject, one.subject)), now=now) for one in orders]


def visit_rows(visits: Sequence[Visit], *, now: datetime) -> list[dict[str, Any]]:
    """Visits, with what they are about told in one query a kind of subject."""
    known = describe(visit.subject for visit in visits)
    return [_visit(visit, known[visit.subject], now=now) for visit in visits]


def first_owed(subjects: Iterable[str], jobs: Mapping[str, str]) -> dict[str, Obligation]:
    """Of each subject the promise that is due first, those about its jobs among them; one query."""
    first: dict[str, Obligation] = {}
    for subject, one in next_promises([*subjects, *jobs]).items():
        about = jobs.get(subject, subject)
        if about not in first or one.due_at < first[about].due_at:
            first[about] = one
    return first


def promise(one: Obligation, *, now: datetime) -> dict[str, Any]:
    """What is owed next, in figures and in words."""
    span = words.lateness(int(abs((one.due_at - now).total_seconds())))
    return {
        "state": times.standing(one.state, one.due_at, now=now),
        "duty": words.duty(one.duty),
        "left": times.left(one.due_at, now=now),
        "left_words": (_("%s over") if one.due_at < now else _("%s left")) % span,
        "due_at": one.due_at,
    }


def _case(case: Case, owed: Obligation | None, *, now: datetime) -> dict[str, Any]:
    return {
        "id": f"case-{case.pk}",
        "url": reverse("console:case", args=[case.number or case.pk]),
        "title": case.summary,
        "number": case.number or _("not yet classified"),
        "severity": case.severity,
        "icon": ICONS.get(case.kind, "note"),
        "kind": case.get_kind_display(),
        "tags": _tags(case),
        "who": _("anonymous") if case.anonymous else who(case),
        "key": case.party is not None and case.party.customer_class == "key",
        "home": case.home.label if case.home else "",
        "state": case.get_state_display(),
        "person": case.in_charge.name if case.in_charge else "",
        "when": times.said(case.received_at, now=now),
        "at": case.received_at,
        "promise": promise(owed, now=now) if owed else None,
    }


def _tags(case: Case) -> list[str]:
    tags = [_("urgent")] if case.urgent else []
    if case.signers > 1:
        tags.append(_("%d signers") % case.signers)
    if case.round > 1:
        tags.append(_("reopened"))
    return tags


def _order(order: WorkOrder, owed: Obligation | None, *, now: datetime) -> dict[str, Any]:
    case = order.case
    done = order.state in DONE
    return {
        "id": f"order-{order.pk}",
        "url": reverse("console:work_order", args=[order.number]),
        "title": order.task,
        "number": order.number,
        "icon": "tool",
        "kind": order.get_trade_display(),
        "tags": [_("important")] if order.important else [],
        "who": who(case),
        "home": case.home.label if case.home else "",
        "state": order.get_state_display(),
        "standing": "kept" if order.state == OrderState.FINISHED else "waived" if done else "open",
        "person": order.technician.name if order.technician else "",
        "appointment": times.said(order.agreed_at, now=now),
        "when": times.said(order.finished_at or order.issued_at, now=now),
        "at": order.finished_at or order.issued_at,
        "finished": order.state == OrderState.FINISHED,
        "promise": promise(owed, now=now) if owed else None,
    }


def _visit(visit: Visit, about: Description, *, now: datetime) -> dict[str, Any]:
    whom = about.whom or (visit.party.name if visit.party else "")
    planned = visit.state == VisitState.PLANNED
    return {
        "id": f"visit-{visit.pk}",
        "url": reverse("console:visit", args=[visit.pk]),
        "title": whom or _("The customer"),
        "icon": ICONS.get(about.kind, "phone-call"),
        "kind": kind_of(visit),
        "severity": about.severity,
        "number": "" if about.kind == "party" else about.label,
        "about": about.about,
        "key": visit.party is not None and visit.party.customer_class == "key",
        "home": about.place,
        "clauses": visit.clauses.split(),
        "again": times.said(visit.again_at, now=now) if planned else "",
        "state": visit.get_state_display(),
        "standing": times.standing("open" if planned else "waived", visit.due_at, now=now),
        "left": times.left(visit.due_at, now=now),
        "left_words": times.said(visit.due_at, now=now),
        "at": visit.due_at if planned else visit.ended_at,
        "when": times.said(visit.ended_at, now=now),
        **({} if planned else _outcome(visit)),
    }


def _outcome(visit: Visit) -> dict[str, Any]:
    """How a visit that was made came out, and whether it was late."""
    late = visit.ended_at is not None and visit.ended_at > visit.due_at
    answers = getattr(visit, "answers", None)
    if answers is None:
        return {"outcome": visit.get_state_display(), "standing": "waived", "late": late}
    told = answers.get_satisfied_display()
    return {"outcome": told, "standing": OF_ANSWERS[Satisfaction(answers.satisfied)], "late": late}


def kind_of(visit: Visit) -> str:
    """What sort of visit it is, in words."""
    if visit.subject.startswith("work_order:"):
        return _("Repair visit")
    if visit.case is not None:
        return _("Complaint visit") if visit.case.kind == "complaint" else _("Visit about a case")
    return _("Customer visit")
