"""Taking over a company's sheet: sending it, seeing what it would do, applying it, and what became of the others."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.accounts.models import Staff
from bihuan.console import importing, times, words
from bihuan.console.forms.imports import XLSX, SheetForm
from bihuan.console.http import StaffRequest, page
from bihuan.customers.access import visible_import
from bihuan.customers.imports import discard, doubts_of, preview, problems_of
from bihuan.customers.models import Import
from bihuan.customers.sheet import SheetRefused, write_example
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused

PROBLEMS = 200  # that stand on one page
LISTED = 30


@page
def imports(request: StaffRequest) -> HttpResponse:
    """The form, and the imports of the site so far; posting a sheet leads to its preview."""
    request.actor.must("customer.import", request.site_code)
    sent = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if sent else SheetForm()
    if sent and form.is_valid():
        made = _preview(request, form)
        if made is not None:
            return redirect("console:import", made.pk)
    context = {"form": form, "rows": _rows(request.site_code), "rail_on": "imports"}
    return render(request, "console/imports.html", context, status=422 if form.errors else 200)


@page
def example(request: StaffRequest) -> HttpResponse:
    """The workbook to start from."""
    request.actor.must("customer.import", request.site_code)
    file = BytesIO()
    write_example(file)
    headers = {"Content-Disposition": 'attachment; filename="example.xlsx"'}
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=headers)


@page
def one(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One import: its preview, how far it is, or what became of it. Posting applies or discards it."""
    made = visible_import(request.actor, pk)
    if request.method == "POST":
        return _act(request, made)
    begun = made.state == "running" or ("begun" in request.GET and made.state == "previewed")
    word, standing = importing.state(made.state, faulty=bool(made.problems))
    context = {"made": made, "begun": begun, "word": word, "standing": standing, "rail_on": "imports"}
    context |= {"percent": made.done * 100 // made.rows if made.rows else 0}
    context |= {"counts": importing.counts(made), "changes": importing.changes(made), "doubts": doubts_of(made)}
    return render(request, "console/import.html", context | _problems(request, made) | _who(made))


def _preview(request: StaffRequest, form: SheetForm) -> Import | None:
    """The preview; None where the file cannot be read at all, which the form then says."""
    sheet: Any = form.cleaned_data["sheet"]
    try:
        return preview(request.site_code, sheet, filename=sheet.name or "", by=request.actor, at=clock.now())
    except SheetRefused as refused:
        form.add_error("sheet", words.sentences(refused.told(_)))
    except Refused as refused:
        form.add_error("sheet", words.sentences([refused.what, refused.remedy]))
    return None


def _act(request: StaffRequest, made: Import) -> HttpResponse:
    if request.POST.get("act") == "discard":
        discard(made, by=request.actor, at=clock.now())
        messages.info(request, _("The preview was discarded; nothing was changed."))
        return redirect("console:imports")
    if importing.begin(made, by=request.actor, at=clock.now()):
        messages.success(request, _("The sheet was applied."))
        return redirect("console:import", made.pk)
    response = redirect("console:import", made.pk)
    response["Location"] += "?begun=1"
    return response


def _problems(request: StaffRequest, made: Import) -> dict[str, Any]:
    told = problems_of(made)
    asked = request.GET.get("from", "0")
    begin = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    end = begin + PROBLEMS
    return {
        "problems": told[begin:end],
        "problem_count": len(told),
        "next": f"?from={end}" if end < len(told) else "",
        "back": f"?from={max(0, begin - PROBLEMS)}" if begin else "",
    }


def _who(made: Import) -> dict[str, str]:
    name = Staff.objects.filter(pk=made.made_by).values_list("name", flat=True).first()
    now = clock.now()
    return {"by": name or "", "when": times.said(made.made_at, now=now), "ended": times.said(made.finished_at, now=now)}


def _rows(site: str) -> list[dict[str, Any]]:
    """The last imports of a site, without the weight of their problems."""
    faulty = ExpressionWrapper(~Q(problems=[]), output_field=BooleanField())
    made = Import.objects.filter(site=site).defer("problems", "summary").annotate(faulty=faulty)
    rows = list(made.order_by("-made_at", "-id")[:LISTED])
    names = dict(Staff.objects.filter(pk__in={one.made_by for one in rows}).values_list("pk", "name"))
    now = clock.now()
    return [_row(one, names.get(one.made_by, ""), now) for one in rows]


def _row(one: Any, by: str, now: datetime) -> dict[str, Any]:
    word, standing = importing.state(one.state, faulty=one.faulty)
    return {
        "pk": one.pk,
        "file": one.file,
        "rows": one.rows,
        "by": by,
        "when": times.said(one.made_at, now=now),
        "word": word,
        "standing": standing,
    }
