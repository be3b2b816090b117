"""Sending somebody, and the page of a job: its steps as big buttons, for the desk and for the technician's phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Staff, Trade
from bihuan.cases.access import visible_case
from bihuan.cases.models import Case, CaseState
from bihuan.cases.queries import who
from bihuan.console import times
from bihuan.console.forms.work_orders import AssignForm, CancelForm, DispatchForm, FinishForm, StepForm
from bihuan.console.http import StaffRequest, page
from bihuan.console.refusals import put, told
from bihuan.console.rows import order_rows
from bihuan.dispatch import actions
from bihuan.dispatch.access import visible_order
from bihuan.dispatch.models import WorkOrder
from bihuan.dispatch.queries import of_case, workers
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused

ACTS = {"assigned": "work_order.dispatch", "cancelled": "work_order.dispatch"}
ASKS = ("assigned", "finished", "cancelled")  # steps that need a word first
LABELS = {
    "picked_up": gettext_noop("Take the job"),
    "arrived": gettext_noop("I am on the spot"),
    "finished": gettext_noop("The job is done"),
    "assigned": gettext_noop("Give it to somebody"),
    "cancelled": gettext_noop("Cancel the job"),
}
SAID = {
    "picked_up": gettext_noop("%(number)s: the job is taken."),
    "arrived": gettext_noop("%(number)s: on the spot."),
    "finished": gettext_noop("%(number)s is finished; the customer will be visited."),
    "assigned": gettext_noop("%(number)s is given to %(name)s."),
    "cancelled": gettext_noop("%(number)s is cancelled."),
}
FIRST = ("picked_up", "arrived", "finished", "assigned", "cancelled")


@page
def dispatch(request: StaffRequest, key: str) -> HttpResponse:
    """Sends somebody for a case; posting writes the work order."""
    case = visible_case(request.actor, key)
    request.actor.must("work_order.dispatch", case.site_id)
    form = _dispatch_form(request, case)
    if request.method != "POST":
        return _show_dispatch(request, case, form)
    if form.is_valid():
        try:
            return _issue(request, case, form.cleaned_data)
        except NotFound:
            raise
        except Refused as refused:
            if not put(form, refused):
                return _show_dispatch(request, visible_case(request.actor, case.pk), form, refused=refused, status=409)
    return _show_dispatch(request, case, form, status=422)


@page
def work_order(request: StaffRequest, key: str) -> HttpResponse:
    """The page of a job."""
    order = visible_order(request.actor, key)
    return render(request, "console/work_order.html", _context(request, order))


@page
def step(request: StaffRequest, key: str, verb: str) -> HttpResponse:
    """The form of one step of a job; posting takes it."""
    order = visible_order(request.actor, key)
    if verb not in actions.STEPS:
        raise NotFound
    request.actor.must(ACTS.get(verb, "work_order.do"), order.site_id)
    form = _step_form(request, order, verb)
    if request.method != "POST":
        return _show_step(request, order, verb, form)
    if form.is_valid():
        try:
            return _take(request, order, verb, form.cleaned_data)
        except NotFound:
            raise
        except Refused as refused:
            if not put(form, refused):
                order.refresh_from_db()
                return _show_step(request, order, verb, form, refused=refused, status=409)
    return _show_step(request, order, verb, form, status=422)


def _dispatch_form(request: StaffRequest, case: Case) -> DispatchForm:
    """The form; a trade in the address (as when one is chosen before the technician) goes before the problem's."""
    usual = case.problem.trade if case.problem else ""
    given = request.POST if request.method == "POST" else request.GET
    trade = given.get("trade") or usual
    trade = trade if trade in Trade.values else ""
    agreed = case.agreed_at if case.agreed_at and case.agreed_at > clock.now() else None
    initial = {"task": case.summary, "trade": trade, "agreed_at": agreed, "important": case.severity == "A"}
    held = workers([case.site_id])
    posted = request.POST if request.method == "POST" else None
    return DispatchForm(posted, workers=held, trade=trade, initial=initial)


def _issue(request: StaffRequest, case: Case, given: dict[str, Any]) -> HttpResponse:
    technician = _staff(given["technician"]) if given["technician"] else None
    order = actions.issue(
        case,
        task=given["task"],
        trade=given["trade"],
        technician=technician,
        agreed_at=given["agreed_at"],
        important=given["important"],
        by=request.actor,
        at=clock.now(),
    )
    said = _("%(number)s is given to %(name)s.") if technician else _("%(number)s is issued; nobody has it yet.")
    name = technician.name if technician else ""
    messages.success(request, said % {"number": order.number, "name": name}, extra_tags=f"accepted:dispatch:{case.pk}")
    return redirect("console:case", case.number or case.pk)


def _show_dispatch(
    request: StaffRequest, case: Case, form: DispatchForm, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    context = {
        "case": case,
        "case_key": case.number or case.pk,
        "who": who(case),
        "form": form,
        "refused": told(refused) if refused else None,
        "orders": order_rows(list(of_case(case.pk).select_related("case__party", "case__home")), now=now),
        "unclassified": case.kind == "complaint" and not case.number,
        "alive": case.state in (CaseState.RECEIVED, CaseState.IN_HAND),
        "phones": list(case.party.phones.order_by("-primary", "id")) if case.party else [],
        "may_reveal": request.actor.may("customer.reveal", case.site_id),
        "rail_on": {"complaint": "complaints", "demand": "demands"}.get(case.kind, "cases"),
    }
    return render(request, "console/dispatch.html", context, status=status)


def _step_form(request: StaffRequest, order: WorkOrder, verb: str) -> StepForm:
    given = request.POST if request.method == "POST" else None
    if verb == "assigned":
        return AssignForm(given, workers=workers([order.site_id]), trade=order.trade)
    made: type[StepForm] = {"finished": FinishForm, "cancelled": CancelForm}.get(verb, StepForm)
    return made(given)


def _take(request: StaffRequest, order: WorkOrder, verb: str, given: dict[str, Any]) -> HttpResponse:
    by, at, name = request.actor, given["at"] or clock.now(), ""
    if verb == "assigned":
        to = _staff(given["technician"])
        actions.assign(order, to=to, by=by, at=at)
        name = to.name
    elif verb == "picked_up":
        actions.pick_up(order, by=by, at=at)
    elif verb == "arrived":
        actions.arrive(order, by=by, at=at)
    elif verb == "finished":
        actions.finish(order, result=given["result"], fee=given["fee"], by=by, at=at)
    else:
        actions.cancel(order, reason=given["reason"], by=by, at=at)
    said = _(SAID[verb]) % {"number": order.number, "name": name}
    messages.success(request, said, extra_tags=f"accepted:{order.pk}:{verb}")
    return redirect("console:work_order", order.number)


def _show_step(
    request: StaffRequest,
    order: WorkOrder,
    verb: str,
    form: StepForm,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _context(request, order) | {
        "verb": verb,
        "label": _(LABELS[verb]),
        "asks": verb in ASKS,
        "form": form,
        "refused": told(refused) if refused else None,
        "fits": verb in actions.possible(order),
    }
    return render(request, "console/work_order_step.html", context, status=status)


def _context(request: StaffRequest, order: WorkOrder) -> dict[str, Any]:
    now, case, actor = clock.now(), order.case, request.actor
    return {
        "order": order,
        "case": case,
        "row": order_rows([order], now=now)[0],
        "who": who(case),
        "phones": list(case.party.phones.order_by("-primary", "id")) if case.party else [],
        "issued": times.said(order.issued_at, now=now),
        "arrived": times.said(order.arrived_at, now=now),
        "finished": times.said(order.finished_at, now=now),
        "steps": _steps(request, order),
        "may_see_case": actor.may("case.view", order.site_id),
        "may_reveal": actor.may("customer.reveal", order.site_id),
        "rail_on": "demands",
    }


def _steps(request: StaffRequest, order: WorkOrder) -> list[dict[str, Any]]:
    """What this person can do with the job now; the step that comes next stands out."""
    open_to = actions.possible(order)
    may = [
        verb for verb in FIRST if verb in open_to and request.actor.may(ACTS.get(verb, "work_order.do"), order.site_id)
    ]
    label = {"assigned": _("Give it to somebody else")} if order.technician else {}
    return [
        {"verb": verb, "label": label.get(verb, _(LABELS[verb])), "asks": verb in ASKS, "strong": place == 0}
        for place, verb in enumerate(may)
    ]


def _staff(pk: int) -> Staff:
    """Whom the form names; the action looks at what this person does here."""
    staff = Staff.objects.filter(pk=pk).first()
    if staff is None:
        raise NotFound
    return staff
