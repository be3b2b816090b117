"""The month as a file, and closing it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Site
from bihuan.console import measures, months, words
from bihuan.console.http import StaffRequest, page
from bihuan.console.measures import Scope
from bihuan.console.views.papers import POLICY
from bihuan.figures import papers, sheets
from bihuan.figures.actions import check, close
from bihuan.figures.queries import closable, last_closed
from bihuan.files import store
from bihuan.files.models import File
from bihuan.kernel import clock
from bihuan.messages.queries import is_set_up
from bihuan.obligations.tallies import following
from bihuan.paper.rendering import printed

PDF = "application/pdf"


@page
def sheet(request: StaffRequest) -> HttpResponse:
    """The month as XLSX: of one site that has closed it, the file as it was then."""
    held = months.asked(request)
    kept = months.kept(held)
    if kept is not None:
        return _saved(kept.sheet)
    site = get_object_or_404(Site, pk=held.sites[0])
    title = f"{site.name if len(held.sites) == 1 else _('All my sites')} {papers.title()}"
    standing = _("not closed, as of %s") % papers.moment(held.now, site)
    book = sheets.workbook(held.month, title=title, period=f"{papers.period(held.month)} · {standing}")
    name = f"{title} {held.month.month:%Y-%m}.xlsx"
    return _private(FileResponse(BytesIO(book), as_attachment=True, filename=name, content_type=sheets.XLSX))


@page
def paper(request: StaffRequest) -> HttpResponse:
    """The month of the chosen site as PDF; of one that is closed, the file as it was then."""
    held = months.asked(request, one_site=True)
    kept = months.kept(held)
    if kept is not None:
        return _saved(kept.paper)
    site = get_object_or_404(Site, pk=request.site_code)
    standing = _("not closed, as of %s") % papers.moment(held.now, site)
    made = papers.paper(held.month, site, by=request.actor.staff, at=held.now, standing=standing)
    name = f"{site.name} {papers.title()} {held.month.month:%Y-%m}.pdf"
    return _private(FileResponse(BytesIO(printed(made)), filename=name, content_type=PDF))


@page
def close_month(request: StaffRequest) -> HttpResponse:
    """What closing the last month will do; posting does it."""
    request.actor.must("figures.close", request.site_code)
    site, now = get_object_or_404(Site, pk=request.site_code), clock.now()
    month = months.month_of(request, [site.pk], now) if "month" in request.GET else closable(site.pk, now)
    if request.method == "POST":
        made = close(site, month, by=request.actor, at=now)
        messages.success(request, _("Closed: %s") % words.listed(measures.name(one.month) for one in made))
        return redirect(Scope(month, all_sites=False).page())
    check(site, month, at=now)
    left = words.listed(measures.name(one) for one in _before(site.pk, month))
    context: dict[str, Any] = {
        "month": measures.name(month),
        "asked": f"{month:%Y-%m}",
        "left": left,
        "rail_on": "figures",
    }
    context |= {"to": settings.BIHUAN_HEAD_OFFICE_MAIL, "leaves": is_set_up()}
    return render(request, "console/figures_close.html", context)


def _before(site: str, month: date) -> list[date]:
    """The months before it that were left open since the last closing."""
    last = last_closed(site)
    found = []
    while last is not None and (last := following(last)) < month:
        found.append(last)
    return found


def _saved(file: File) -> HttpResponse:
    """A file of a closed month, as it was kept."""
    path = store.path_of(file.digest)
    if not path.is_file():
        raise NotFound
    if file.media_type == PDF:
        return _private(FileResponse(path.open("rb"), filename=file.name, content_type=PDF))
    return _private(FileResponse(path.open("rb"), as_attachment=True, filename=file.name, content_type=sheets.XLSX))


def _private(answer: HttpResponseBase) -> HttpResponse:
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer  # type: ignore[return-value]
