"""The case page: a strip of promises over a timeline over a composer; and the form of each step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.accounts.access import NotFound
from bihuan.cases.access import visible_case
from bihuan.cases.actions import take
from bihuan.cases.models import Case
from bihuan.cases.queries import alike, story
from bihuan.cases.severity import is_joint
from bihuan.cases.steps import STEPS, fits, possible
from bihuan.console import labels, mailing, promises, times
from bihuan.console.conversation import countdown_of, handed_up
from bihuan.console.forms.steps import StepForm
from bihuan.console.http import StaffRequest, page
from bihuan.console.refusals import told
from bihuan.console.timeline import entries
from bihuan.console.views.joining import signers
from bihuan.dispatch.queries import of_case
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.messages.actions import read
from bihuan.messages.queries import of_subject as mails_of
from bihuan.obligations.queries import of_subjects
from bihuan.visits.models import Visit, VisitState

USUAL = {  # the steps that stand on the page; the others wait under "More"
    "complaint": ("handed_over", "progress_told", "answered", "handled", "result_told", "closed"),
    "demand": ("time_agreed", "progress_told", "result_told", "closed"),
    "emergency": ("action_taken", "progress_told", "result_told", "closed"),
}
ANSWERED = ("assigned", "answered", "closed")
COMPOSED = ("progress_told", "investigated", "action_taken", "answered", "explained", "solution_proposed", "noted")


@page
def case(request: StaffRequest, key: str) -> HttpResponse:
    """Everything about one case; posting says that the customer's letters are read."""
    shown = visible_case(request.actor, key)
    if key != (shown.number or str(shown.pk)):
        return redirect("console:case", shown.number or shown.pk, permanent=False)
    if request.method == "POST":
        read([shown.subject], by=request.actor.staff, at=clock.now())
        return redirect("console:case", key)
    return render(request, "console/case.html", _context(request, shown))


@page
def step(request: StaffRequest, key: str, verb: str) -> HttpResponse:
    """The form of one step; posting it takes the step."""
    shown = visible_case(request.actor, key)
    known = STEPS.get(verb)
    if known is None:
        raise NotFound
    request.actor.must(known.act, shown.site_id)
    begun = mailing.begun(request.GET, shown, known)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)  # a step may ask nothing
    form = StepForm(*sent, step=known, case=shown, actor=request.actor, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, shown, verb, form)
        except NotFound:
            raise
        except Refused as refused:
            return _show(request, shown, verb, form, refused=refused, status=409)
    return _show(request, shown, verb, form, status=422 if request.method == "POST" else 200)


def _take(request: StaffRequest, shown: Case, verb: str, form: StepForm) -> HttpResponse:
    at = form.cleaned_data.get("at") or clock.now()
    text = form.cleaned_data.get("text", "")
    files = form.cleaned_data.get("files") or []
    after = take(shown, verb, by=request.actor, at=at, text=text, files=files, **form.facts())
    messages.success(request, _("%s: written down.") % labels.step(verb), extra_tags=f"accepted:{shown.pk}")
    return redirect("console:case", after.number or after.pk)


def _show(
    request: StaffRequest, shown: Case, verb: str, form: StepForm, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    known = STEPS[verb]
    context = {
        "case": shown,
        "verb": verb,
        "title": labels.step(verb),
        "form": form,
        "refused": told(refused) if refused else None,
        "fits": fits(shown, known),
        "buttons": _buttons(request, shown),
        "mail": mailing.beside(shown, known, form.initial),
    }
    return render(request, "console/step.html", context, status=status)


def _context(request: StaffRequest, shown: Case) -> dict[str, Any]:
    now = clock.now()
    orders = list(of_case(shown.pk))
    subjects = [shown.subject, *(order.subject for order in orders)]
    owed = of_subjects(subjects)
    mails = mails_of(shown.subject)
    tale = story(subjects, shown)
    return {
        "case": shown,
        "strip": promises.strip(owed, now=now),
        "entries": entries(tale, owed, orders=orders, mails=mails, now=now),
        "timer": countdown_of(owed, now=now),
        "advice": handed_up(shown, tale, now=now),
        "mail": mailing.news(shown, mails.values()),
        "may_reopen": _may(request, shown, "reopened"),
        "orders": orders,
        "buttons": _buttons(request, shown),
        "composed": [(verb, labels.step(verb)) for verb in COMPOSED if _may(request, shown, verb)],
        "visit": Visit.objects.filter(case=shown, state=VisitState.PLANNED).order_by("due_at").first(),
        "may_visit": request.actor.may("visit.do", shown.site_id),
        "may_dispatch": _may_dispatch(request, shown),
        "may_merge": request.actor.may("case.merge", shown.site_id),
        "may_join": _may_join(request, shown),
        **(signers(shown) if shown.signers > 1 else {}),
        "alike": alike(
            shown.site_id, home=shown.home, kind=shown.kind, summary=shown.summary, at=shown.received_at, but=shown.pk
        ),
        "joint": is_joint(shown.signers),
        "phones": list(shown.party.phones.all()) if shown.party else [],
        "received": times.said(shown.received_at, now=now),
        "rail_on": {"complaint": "complaints", "demand": "demands"}.get(shown.kind, "cases"),
    }


def _buttons(request: StaffRequest, shown: Case) -> dict[str, Any]:
    """The steps that are possible now for this person: the usual ones first, one of them to stand out."""
    open_to = [verb for verb in possible(shown) if _may(request, shown, verb)]
    usual = [verb for verb in USUAL.get(shown.kind, ANSWERED) if verb in open_to]
    if shown.kind == "complaint" and not shown.number and "classified" in open_to:
        usual = ["classified"]
    chosen = _next(shown, usual)
    return {
        "main": [_button(verb, strong=verb == chosen) for verb in usual],
        "more": [_button(verb) for verb in open_to if verb not in usual],
    }


def _next(shown: Case, usual: list[str]) -> str:
    """The step that the life of the case asks for next."""
    order = ("classified", "handed_over", "answered") if shown.state == "received" else ("handled",)
    if shown.state == "handled":
        order = ("closed",) if shown.told_at or shown.kind != "complaint" else ("result_told",)
    return next((verb for verb in order if verb in usual), "")


def _button(verb: str, *, strong: bool = False) -> dict[str, Any]:
    return {"verb": verb, "label": labels.step(verb), "strong": strong}


def _may(request: StaffRequest, shown: Case, verb: str) -> bool:
    return request.actor.may(STEPS[verb].act, shown.site_id) and fits(shown, STEPS[verb])


def _may_join(request: StaffRequest, shown: Case) -> bool:
    return shown.kind == "complaint" and shown.is_open and request.actor.may("case.speak", shown.site_id)


def _may_dispatch(request: StaffRequest, shown: Case) -> bool:
    ready = shown.state in ("received", "in_hand") and (shown.kind != "complaint" or bool(shown.number))
    return ready and request.actor.may("work_order.dispatch", shown.site_id)
