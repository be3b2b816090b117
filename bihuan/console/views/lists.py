"""Lists: cases by kind, work orders by technician, visits. Filters are plain addresses; pages follow one another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.accounts.access import Actor, NotFound
from bihuan.cases.access import visible_case
from bihuan.cases.listing import Wanted, cases_page
from bihuan.console import times
from bihuan.console.board import board
from bihuan.console.forms.lists import CaseFilters, Filters, OrderFilters, VisitFilters
from bihuan.console.http import StaffRequest, page
from bihuan.console.rows import case_rows, order_rows, visit_rows
from bihuan.dispatch.access import visible_order
from bihuan.dispatch.queries import done_page
from bihuan.kernel import clock
from bihuan.kernel.text import normal
from bihuan.visits.queries import ended_page, planned_page

_NUMBER = re.compile(r"[A-Z][A-Z0-9]{1,11}-[A-Z]-[0-9]{2,8}-[0-9]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One list of cases: its kinds, its entry of the rail, and its words."""

    kinds: tuple[str, ...]
    rail: str
    title: str
    empty: str
    take_in: str


COMPLAINTS = About(
    kinds=("complaint",),
    rail="complaints",
    title=gettext_noop("Complaints"),
    empty=gettext_noop("No complaint is open."),
    take_in=gettext_noop("Take in a complaint"),
)
DEMANDS = About(
    kinds=("demand",),
    rail="demands",
    title=gettext_noop("Requests and work orders"),
    empty=gettext_noop("No request is open."),
    take_in=gettext_noop("Take in a request"),
)
OTHERS = About(
    kinds=("enquiry", "suggestion", "praise", "emergency"),
    rail="cases",
    title=gettext_noop("Other cases"),
    empty=gettext_noop("No enquiry, suggestion, praise or emergency is open."),
    take_in=gettext_noop("Take in an enquiry"),
)


@page
def complaints(request: StaffRequest) -> HttpResponse:
    """Complaints."""
    return _cases(request, COMPLAINTS)


@page
def demands(request: StaffRequest) -> HttpResponse:
    """Requests."""
    return _cases(request, DEMANDS)


@page
def others(request: StaffRequest) -> HttpResponse:
    """Enquiries, suggestions, praise and emergencies."""
    return _cases(request, OTHERS)


@page
def work_orders(request: StaffRequest) -> HttpResponse:
    """Who has which job today and what waits for somebody; or the jobs that are done, page by page."""
    sites = _sites(request, "work_order.view")
    filters = OrderFilters(request.GET)
    said, now = filters.said(), clock.now()
    order = _named(request.actor, said.get("q", ""), visible_order)
    if order is not None:
        return redirect("console:work_order", order.number)
    context = _frame(request, filters, now) | {"title": _(DEMANDS.title), "rail_on": "demands"}
    if said["state"] == "done":
        shown = done_page(request.actor, sites, request.GET.get("after", ""), text=normal(said.get("q", "")))
        context |= {"rows": order_rows(shown.rows, now=now)} | _pager(request, len(shown.rows), shown.next)
        return render(request, "console/list_work_orders_done.html", context)
    context |= board(request.actor, sites, said, now=now)
    return render(request, "console/list_work_orders.html", context)


@page
def visits(request: StaffRequest) -> HttpResponse:
    """Visits to be made, those due first at the top; or those made, the last ones first."""
    sites = _sites(request, "visit.view")
    filters = VisitFilters(request.GET)
    state, now, after = filters.said()["state"], clock.now(), request.GET.get("after", "")
    if state == "done":
        shown = ended_page(sites, after)
    else:
        shown = planned_page(sites, after, due_before=now if state == "overdue" else None)
    context = _frame(request, filters, now) | {"rows": visit_rows(shown.rows, now=now), "state": state}
    return render(request, "console/list_visits.html", context | _pager(request, len(shown.rows), shown.next))


def _cases(request: StaffRequest, about: About) -> HttpResponse:
    sites = _sites(request, "case.view")
    filters = CaseFilters(request.GET, kinds=about.kinds, site=request.site_code)
    said, now = filters.said(), clock.now()
    named = _named(request.actor, said.get("q", ""), visible_case)
    if named is not None:
        return redirect("console:case", named.number or named.pk)
    shown = cases_page(_wanted(request.actor, about, sites, said), request.GET.get("after", ""))
    context = _frame(request, filters, now) | {
        "rows": case_rows(shown.rows, now=now),
        "title": _(about.title),
        "rail_on": about.rail,
        "registers": times.months(now, 3) if about is COMPLAINTS else [],
        "mixed": len(about.kinds) > 1,
        "empty": _nothing(request, about, filters),
    }
    return render(request, "console/list_cases.html", context | _pager(request, len(shown.rows), shown.next))


def _wanted(actor: Actor, about: About, sites: list[str], said: dict[str, Any]) -> Wanted:
    return Wanted(
        kinds=[said["kind"]] if "kind" in said else about.kinds,
        sites=sites,
        state=said["state"],
        severity=said.get("severity", ""),
        problem=said["problem"].pk if "problem" in said else "",
        in_charge=said["in_charge"].pk if "in_charge" in said else None,
        mine=actor.staff.pk if said.get("mine") else None,
        text=said.get("q", ""),
    )


def _sites(request: StaffRequest, act: str) -> list[str]:
    """The chosen site, where this person may do the act there."""
    request.actor.must(act, request.site_code)
    return [request.site_code]


def _named(actor: Actor, text: str, find: Any) -> Any:
    """What has that number, where the text is a whole number that this person may see."""
    asked = normal(text).upper()
    if not _NUMBER.fullmatch(asked):
        return None
    try:
        found: Model = find(actor, asked)
    except NotFound:
        return None
    return found


def _frame(request: StaffRequest, filters: Filters, now: datetime) -> dict[str, Any]:
    return {
        "filters": filters,
        "narrowed": filters.narrowed,
        "now": now,
        "today": times.start_of_day(now),
        "may_see_cases": request.actor.may("case.view", request.site_code),
        "may_dispatch": request.actor.may("work_order.dispatch", request.site_code),
    }


def _pager(request: StaffRequest, count: int, after: str) -> dict[str, Any]:
    """How many stand here, and where the next ones are."""
    if not after:
        shown = ngettext("%d in all", "%d in all", count) if "after" not in request.GET else _("the last %d")
        return {"shown": shown % count if count else "", "next_url": ""}
    given = request.GET.copy()
    given["after"] = after
    return {"shown": _("%d on this page") % count, "next_url": f"?{given.urlencode()}"}


def _nothing(request: StaffRequest, about: About, filters: Filters) -> dict[str, Any]:
    """Why a list of cases is empty, and what can be done."""
    if filters.narrowed:
        return {"title": _("Nothing fits."), "action": {"label": _("Show what is open"), "url": request.path}}
    action = None
    if request.actor.may("case.receive", request.site_code):
        action = {"label": _(about.take_in), "url": f"{reverse('console:intake')}?kind={about.kinds[0]}"}
    return {"title": _(about.empty), "text": _("What is taken in appears here by itself."), "action": action}
