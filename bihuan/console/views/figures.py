"""Figures: the monthly rates with their tables and charts, and the lists behind them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bihuan.accounts.access import NotFound
from bihuan.console import measures, months, times
from bihuan.console.http import StaffRequest, page
from bihuan.console.measures import NONE, Scope
from bihuan.figures.formulas import PARTS
from bihuan.figures.listing import Behind, behind_page
from bihuan.figures.models import MonthClose
from bihuan.figures.queries import closable, letter_of
from bihuan.figures.reports import Report, recounted
from bihuan.figures.table import BY, labels, table
from bihuan.figures.units import spans
from bihuan.kernel import clock


@page
def figures(request: StaffRequest) -> HttpResponse:
    """The rates of a month with their charts and tables."""
    held = months.asked(request)
    scope, by = Scope(held.month.month, months.all_sites(request)), request.GET.get("by", "problem")
    if by not in BY:
        raise NotFound
    corrected = recounted(held.month, held.sites, held.now) if held.month.closed else []
    made = table(held.month.tally, by, rates=True)
    context: dict[str, Any] = {"tiles": measures.tiles(held, scope, corrected), "chart": measures.chart(held, scope)}
    context |= {"columns": made.columns, "heads": measures.heads(made), "lines": measures.lines(made, scope)}
    context |= {"ranks": measures.ranks(made, scope), "by": by, "named": _(BY[by]), "any": bool(made.lines)}
    context |= {"bys": [(code, _(words), scope.page(by=code)) for code, words in BY.items()]}
    context |= _standing(request, held) | months.choices(request, held) | {"corrected": corrected}
    return render(request, "console/figures.html", context)


@page
def behind(request: StaffRequest) -> HttpResponse:
    """The list behind a number."""
    sites, now, every = months.sites_of(request), clock.now(), months.all_sites(request)
    month, what = months.month_of(request, sites, now), request.GET.get("what", "received")
    only = [(name, _code(request.GET[name])) for name in BY if name in request.GET]
    found = behind_page(spans(sites, [month]), Behind(what=what, only=only), now, request.GET.get("after", ""))
    rows = [
        {"case": one.case, "part": _(PARTS[one.part]), "at": one.at, "when": times.said(one.at, now=now)}
        for one in found.rows
    ]
    context: dict[str, Any] = {"rows": rows, "next": _next(request, found.next), "what": _(PARTS[what])}
    context |= {"month": measures.name(month), "back": Scope(month, every).page(), "all_sites": every}
    context |= {"only": [labels(name, [code]).get(code, code) for name, code in only], "rail_on": "figures"}
    context |= {"closed": MonthClose.objects.filter(site__in=sites, month=month).exists()}
    return render(request, "console/figures_behind.html", context)


def _standing(request: StaffRequest, held: Report) -> dict[str, Any]:
    """Whether the month is closed, by whom, and whether it went to head office; or whether it can be."""
    kept, last = months.kept(held), closable(request.site_code, held.now)
    may = request.actor.may("figures.close", request.site_code) and not months.all_sites(request)
    return {
        "kept": kept,
        "closed_when": times.said(kept.closed_at, now=held.now) if kept else "",
        "letter": letter_of(kept) if kept else None,
        "closes": len(held.month.closes),
        "sites_count": len(held.sites),
        "may_close": may and kept is None and held.month.month == last,
        "over": held.month.month <= last,
    }


def _code(given: str) -> str:
    if len(given) > 20 or "\0" in given:
        raise NotFound
    return "" if given == NONE else given


def _next(request: StaffRequest, after: str) -> str:
    asked = request.GET.copy()
    asked["after"] = after
    return f"?{asked.urlencode()}" if after else ""
