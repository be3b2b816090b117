"""All writes about work orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.models import Staff
from bihuan.cases.actions import begin
from bihuan.cases.actions.timing import check_time
from bihuan.cases.errors import NotNow
from bihuan.cases.facts import iso, said
from bihuan.cases.models import Case, CaseState
from bihuan.cases.numbers import day_number
from bihuan.dispatch.models import OrderState, WorkOrder
from bihuan.kernel.errors import Refused
from bihuan.kernel.ids import new_id
from bihuan.kernel.text import normal
from bihuan.ledger.actions import Happened, hold
from bihuan.obligations.actions import give, record

STEPS: dict[str, tuple[str, ...]] = {  # verb → states in which it is possible
    "assigned": (OrderState.ISSUED, OrderState.ASSIGNED, OrderState.PICKED_UP),
    "picked_up": (OrderState.ASSIGNED,),
    "arrived": (OrderState.PICKED_UP,),
    "finished": (OrderState.ARRIVED,),
    "cancelled": (OrderState.ISSUED, OrderState.ASSIGNED, OrderState.PICKED_UP, OrderState.ARRIVED),
}


def possible(order: WorkOrder) -> list[str]:
    """The verbs that the order, as it stands, can take next."""
    return [verb for verb, states in STEPS.items() if order.state in states]


@transaction.atomic
def issue(
    case: Case,
    *,
    task: str,
    trade: str,
    by: Actor,
    at: datetime,
    technician: Staff | None = None,
    agreed_at: datetime | None = None,
    important: bool = False,
) -> WorkOrder:
    """Writes a work order for a case, and gives it to a technician at once where one is named."""
    by.must("work_order.dispatch", case.site_id)
    order = WorkOrder(id=new_id(), case=case, site_id=case.site_id, trade=trade, issued_at=at)
    hold({case.subject: case.site_id, order.subject: case.site_id})
    case.refresh_from_db()
    check_time(case, by=by, at=at)
    if case.state not in (CaseState.RECEIVED, CaseState.IN_HAND):
        raise NotNow("dispatched", [], why=_("no work can be dispatched for this case as it stands."))
    if case.kind == "complaint" and not case.number:
        raise NotNow("dispatched", ["classified"], why=_("a complaint is classified before work is dispatched."))
    order.task, order.important = normal(task)[:120] or case.summary, important
    order.agreed_at = agreed_at or case.agreed_at
    order.number = day_number(case.site_id, "work_order", at.astimezone(ZoneInfo(case.site.zone)))
    order.save(force_insert=True)
    begin(case)
    told: dict[str, Any] = {"trade": trade} | ({"agreed_at": iso(order.agreed_at)} if order.agreed_at else {})
    _tell(order, "issued", by=by.subject, at=at, told=told | ({"important": True} if important else {}))
    if technician is not None:
        _assign(order, technician, by=by, at=at)
    return order


@transaction.atomic
def assign(order: WorkOrder, *, to: Staff, by: Actor, at: datetime) -> WorkOrder:
    """Gives the job to a technician, or to another one."""
    order = _ready(order, "assigned", by=by, at=at, act="work_order.dispatch")
    _assign(order, to, by=by, at=at)
    return order


@transaction.atomic
def pick_up(order: WorkOrder, *, by: Actor, at: datetime) -> WorkOrder:
    """The technician takes the job on."""
    order = _ready(order, "picked_up", by=by, at=at)
    order.state = OrderState.PICKED_UP
    order.save(update_fields=["state"])
    _tell(order, "picked_up", by=by.subject, at=at)
    return order


@transaction.atomic
def arrive(order: WorkOrder, *, by: Actor, at: datetime) -> WorkOrder:
    """The technician is on the spot: what was agreed with the customer is kept (XQ-D2.1b)."""
    order = _ready(order, "arrived", by=by, at=at)
    order.state, order.arrived_at = OrderState.ARRIVED, at
    order.save(update_fields=["state", "arrived_at"])
    _tell(order, "arrived", by=by.subject, at=at)
    return order


@transaction.atomic
def finish(order: WorkOrder, *, result: str, by: Actor, at: datetime, fee: Decimal | None = None) -> WorkOrder:
    """The job is done. XQ-D2.4a: from now on a visit is owed."""
    order = _ready(order, "finished", by=by, at=at)
    if not result.strip():
        raise Refused(_("say what was done."), where="result", code="missing")
    order.state, order.finished_at, order.result, order.fee = OrderState.FINISHED, at, result.strip(), fee
    order.save(update_fields=["state", "finished_at", "result", "fee"])
    told: dict[str, Any] = said(order.result) | ({"important": True} if order.important else {})
    if fee is not None:
        told["fee_cents"] = int(fee * 100)
    _tell(order, "finished", by=by.subject, at=at, told=told)
    return order


@transaction.atomic
def cancel(order: WorkOrder, *, reason: str, by: Actor, at: datetime) -> WorkOrder:
    """The job is not needed any more."""
    order = _ready(order, "cancelled", by=by, at=at, act="work_order.dispatch")
    _cancel(order, reason=reason, by=by.subject, at=at)
    return order


def cancel_all(case: Case, *, by: str, at: datetime) -> None:
    """A case was withdrawn: none of its jobs goes on."""
    orders = WorkOrder.objects.filter(case=case).exclude(state__in=[OrderState.FINISHED, OrderState.CANCELLED])
    for order in list(orders):
        _cancel(_held(order), reason="withdrawn", by=by, at=at)


def rework(order: WorkOrder, *, by: str, at: datetime) -> None:
    """GC-6.5.2: the visit found it not good enough; the same technician puts it right."""
    order = _held(order)
    if order.state != OrderState.FINISHED:
        return
    order.state, order.finished_at, order.arrived_at, order.assigned_at = OrderState.ASSIGNED, None, None, at
    order.save(update_fields=["state", "finished_at", "arrived_at", "assigned_at"])
    _tell(order, "reworked", by=by, at=at, told={"reason": "dissatisfied"})


def _assign(order: WorkOrder, to: Staff, *, by: Actor, at: datetime) -> None:
    if {"technician", "trade_supervisor"}.isdisjoint(actor_of(to).posts.get(order.site_id, ())) or not to.is_active:
        remedy = _("Choose one of this site's technicians.")
        raise Refused(_("this person does no jobs here."), where="technician", remedy=remedy, code="not_theirs")
    order.technician, order.state, order.assigned_at = to, OrderState.ASSIGNED, at
    order.save(update_fields=["technician", "state", "assigned_at"])
    _tell(order, "assigned", by=by.subject, at=at, told={"to": to.pk})
    give(order.case.subject, "technician", staff=to.pk)


def _cancel(order: WorkOrder, *, reason: str, by: str, at: datetime) -> None:
    order.state = OrderState.CANCELLED
    order.result = "" if reason == "withdrawn" else reason.strip()
    order.save(update_fields=["state", "result"])
    code = reason if reason == "withdrawn" else "not_needed"
    _tell(order, "cancelled", by=by, at=at, told={"reason": code} | (said(reason) if code != reason else {}))


def _ready(order: WorkOrder, verb: str, *, by: Actor, at: datetime, act: str = "work_order.do") -> WorkOrder:
    """The order as it stands, held, where this person may take that step now."""
    by.must(act, order.site_id)
    order = _held(order)
    check_time(order.case, by=by, at=at)
    if order.state not in STEPS[verb]:
        why = _("somebody has taken this step already, or it is not yet its turn.")
        raise NotNow(verb, possible(order), why=why)
    if at < max(one for one in (order.issued_at, order.assigned_at, order.arrived_at) if one is not None):
        remedy = _("Give a time after it.")
        raise Refused(_("this is before the step before it."), where="at", remedy=remedy, code="before_step")
    return order


def _held(order: WorkOrder) -> WorkOrder:
    hold({order.case.subject: order.site_id, order.subject: order.site_id})
    return WorkOrder.objects.select_related("case", "case__site", "site", "technician").get(pk=order.pk)


def _tell(order: WorkOrder, verb: str, *, by: str, at: datetime, told: Mapping[str, Any] | None = None) -> None:
    owners = {"technician": order.technician_id} if order.technician_id else {}
    happened = Happened(
        f"work_order.{verb}", order.subject, order.site_id, at, by, told or {}, refs=[order.case.subject]
    )
    record(happened, owners=owners)
