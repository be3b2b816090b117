"""Joint complaints, complaints that came twice, and those that repeat an earlier one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.accounts.access import NotFound
from bihuan.cases.access import visible_case
from bihuan.cases.actions import join, link, merge
from bihuan.cases.actions.joining import mergeable
from bihuan.cases.models import Case
from bihuan.cases.queries import signed_by
from bihuan.console import promises
from bihuan.console.forms.joining import SAME, JoinForm, SameForm
from bihuan.console.http import StaffRequest, page
from bihuan.console.refusals import told
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.obligations.queries import of_subjects


@page
def joined(request: StaffRequest, key: str) -> HttpResponse:
    """Who signs a complaint, and the form with which others join it."""
    shown = visible_case(request.actor, key)
    request.actor.must("case.speak", shown.site_id)
    form, refused = JoinForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            after = join(shown, form.people(), by=request.actor, at=clock.now())
        except NotFound:
            raise
        except Refused as refusal:
            refused = told(refusal)
        else:
            messages.success(request, _("%d people sign it now.") % after.signers, f"accepted:{shown.pk}")
            return redirect("console:case", after.number or after.pk)
    context = {"case": shown, "form": form, "refused": refused, **signers(shown)}
    return render(request, "console/case_join.html", context, status=200 if request.method == "GET" else 422)


@page
def same(request: StaffRequest, key: str, other: str) -> HttpResponse:
    """Two complaints side by side: whether they are one, or one repeats the other. Nothing is merged unasked."""
    shown, beside = visible_case(request.actor, key), visible_case(request.actor, other)
    request.actor.must("case.merge", shown.site_id)
    form, refused = SameForm(request.POST or None, may_merge=mergeable(shown, beside)), None
    if request.method == "POST" and form.is_valid():
        try:
            return _decided(request, shown, beside, form)
        except NotFound:
            raise
        except Refused as refusal:
            refused = told(refusal)
    void = [one for one in of_subjects([shown.subject]) if one.state == "open"]
    context = {
        "case": shown,
        "other": beside,
        "form": form,
        "refused": refused,
        "mergeable": mergeable(shown, beside),
        "void": promises.strip(void, now=clock.now()),
        "count": len(void),
    }
    return render(request, "console/case_same.html", context, status=200 if request.method == "GET" else 422)


def signers(case: Case) -> dict[str, Any]:
    """What the panel of signers shows."""
    names = signed_by(case)
    return {"people": [] if case.anonymous else names, "unnamed": max(0, case.signers - len(names))}


def _decided(request: StaffRequest, shown: Case, beside: Case, form: SameForm) -> HttpResponse:
    by, at = request.actor, clock.now()
    if form.cleaned_data["what"] == SAME:
        after = merge(shown, beside, by=by, at=at, text=form.cleaned_data["text"])
        said = _("%(one)s is part of %(other)s now.")
    else:
        after = link(shown, beside, by=by, at=at)
        said = _("%(one)s is put down as a repetition of %(other)s.")
    names = {"one": shown.number or shown.summary, "other": beside.number or beside.summary}
    messages.success(request, said % names)
    return redirect("console:case", after.number or after.pk)
