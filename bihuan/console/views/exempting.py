"""Leaving out the visit about a complaint, with its reason and who approves it (TS-10.6)."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.accounts.access import NotFound
from bihuan.console.http import StaffRequest, page
from bihuan.console.refusals import told
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.visits import actions
from bihuan.visits.access import visible_visit
from bihuan.visits.models import Exemption


class ExemptForm(forms.Form):
    """Why no visit is needed."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why no visit is needed"),
        choices=Exemption.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the reasons.")},
    )
    note = forms.CharField(
        label=gettext_lazy("How that is known"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )


@page
def exempt(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The form; posting it approves that no visit is made. The case can be closed then."""
    shown = visible_visit(request.actor, pk)
    request.actor.must("visit.exempt", shown.site_id)
    form, refused = ExemptForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            after = actions.exempt(shown, given["reason"], by=request.actor, at=clock.now(), note=given["note"])
        except NotFound:
            raise
        except Refused as refusal:
            refused = told(refusal)
        else:
            messages.success(request, _("No visit is owed any more; the complaint can be closed."))
            return redirect("console:visit_of", after.subject)
    context = {"visit": shown, "case": shown.case, "form": form, "refused": refused}
    return render(request, "console/visit_exempt.html", context, status=200 if request.method == "GET" else 422)
