"""Checks (XQ-C8.3, XQ-C8.4, TS-11.2): the sheets of today and this week, those that were done, and what followed."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.accounts.models import Site
from bihuan.console import checking
from bihuan.console.forms.checks import CaseForm, ImprovementForm, SheetForm
from bihuan.console.http import StaffRequest, page
from bihuan.console.refusals import told
from bihuan.files import store
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.supervision.actions import open_case, sign, want_improvement
from bihuan.supervision.lines import MOST
from bihuan.supervision.models import Check, Sheet, SheetLine
from bihuan.supervision.queries import Blank, blank, measures_of, sheets_page, visible_sheet

VIEW = "check.view"


@page
def checks(request: StaffRequest) -> HttpResponse:
    """The sheets to be done now, and those that were done, the last one first."""
    if not request.actor.may_somewhere(VIEW):
        request.actor.must(VIEW, request.site_code)
    sites = [one for one in request.actor.sites_for(VIEW) if request.site_code in ("", one)]
    shown = sheets_page(sites, request.GET.get("after", ""))
    context = {"offered": checking.offered(request.actor, sites), "rows": shown.rows}
    context |= {"next_url": f"?after={shown.next}" if shown.next else "", "rail_on": "checks"}
    return render(request, "console/checks.html", context)


@page
def check(request: StaffRequest, site: str, kind: str) -> HttpResponse:
    """The sheet of the present day or week; posting signs it."""
    if kind not in Check.values:
        raise NotFound
    request.actor.must(f"check.{kind}", site)
    sheet = blank(Site.objects.get(pk=site), kind, now=clock.now())
    if sheet.done is not None:
        messages.info(request, _("This check was done already."))
        return redirect("console:check_sheet", sheet.done.pk)
    posted = request.POST if request.method == "POST" else None
    form = SheetForm(posted, lines=sheet.lines, signed=kind != Check.DAILY_RECORD)
    if posted is None or not form.is_valid():
        return _show(request, sheet, form, status=200 if posted is None else 422)
    return _sign(request, sheet, form)


@page
def check_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """A sheet that was done; posting says what follows from a finding."""
    sheet = visible_sheet(request.actor, pk)
    if request.method != "POST":
        return _show_done(request, sheet, ImprovementForm(site=sheet.site_id))
    request.actor.must(f"check.{sheet.check_kind}", sheet.site_id)
    asked = request.POST.get("line", "")
    lines = sheet.lines.select_related("sheet", "case__home")
    line = lines.filter(pk=asked).first() if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None
    if line is None:
        raise NotFound
    try:
        return _follow(request, sheet, line)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        return _show_done(request, sheet, ImprovementForm(site=sheet.site_id), refused=refused, status=409)


@page
def check_signature(request: StaffRequest, pk: int) -> HttpResponse:
    """The signature under a sheet, to who may see that."""
    file = visible_sheet(request.actor, pk).signature
    if file is None or not store.path_of(file.digest).is_file():
        raise NotFound
    picture: HttpResponseBase = FileResponse(store.path_of(file.digest).open("rb"), content_type=file.media_type)
    picture.headers["X-Content-Type-Options"] = "nosniff"
    picture.headers["Cache-Control"] = "private, max-age=3600"
    return picture  # type: ignore[return-value]


def _sign(request: StaffRequest, sheet: Blank, form: SheetForm) -> HttpResponse:
    signature = form.cleaned_data.get("signature")
    try:
        done = sign(sheet.site, sheet.kind, said=form.said(), signature=signature, by=request.actor, at=clock.now())
    except Refused as refused:
        return _show(request, sheet, form, refused=refused, status=409)
    messages.success(request, _("The check is done and signed."), extra_tags=f"accepted:{_draft(sheet)}")
    return redirect("console:check_sheet", done.pk)


def _draft(sheet: Blank) -> str:
    return f"check:{sheet.site.pk}:{sheet.kind}:{sheet.day}"


def _show(
    request: StaffRequest, sheet: Blank, form: SheetForm, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    context = {
        "sheet": sheet,
        "title": Check(sheet.kind).label,
        "clause": checking.CLAUSES[Check(sheet.kind)],
        "sections": checking.to_fill(form, sheet.lines, now=now),
        "form": form,
        "refused": told(refused) if refused else None,
        "draft": _draft(sheet),
        "most": MOST if len({one.case for one in sheet.lines if one.case}) >= MOST else 0,
        "rail_on": "checks",
    }
    return render(request, "console/check.html", context, status=status)


def _show_done(
    request: StaffRequest, sheet: Sheet, form: ImprovementForm, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    lines = sheet.lines.select_related("case__party", "case__home").order_by("id")
    context = {
        "sheet": sheet,
        "title": sheet.get_check_kind_display(),
        "sections": checking.as_done(lines, measures_of(sheet), now=clock.now()),
        "opening": CaseForm(),
        "improving": form,
        "refused": told(refused) if refused else None,
        "may_follow": request.actor.may(f"check.{sheet.check_kind}", sheet.site_id),
        "rail_on": "checks",
    }
    return render(request, "console/check_done.html", context, status=status)


def _follow(request: StaffRequest, sheet: Sheet, line: SheetLine) -> HttpResponse:
    now = clock.now()
    if request.POST.get("act") == "case":
        made = open_case(line, kind=request.POST.get("kind", ""), by=request.actor, at=now)
        messages.success(request, _("The finding became a case."))
        return redirect("console:case", made.number or made.pk)
    form = ImprovementForm(request.POST, site=sheet.site_id)
    if not form.is_valid():
        return _show_done(request, sheet, form, status=422)
    given = form.cleaned_data
    want_improvement(line, words=given["words"], owner=given["owner"], by=request.actor, at=now)
    messages.success(request, _("%(name)s sees to it.") % {"name": given["owner"].name})
    return redirect("console:check_sheet", sheet.pk)
