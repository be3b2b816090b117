"""Which month of which sites a page of figures is about, as its address says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bihuan.accounts.access import NotFound
from bihuan.console import measures
from bihuan.console.http import StaffRequest
from bihuan.console.measures import Scope
from bihuan.figures.models import MonthClose
from bihuan.figures.reports import Report, present, report
from bihuan.kernel import clock
from bihuan.obligations.tallies import following

MOST_SITES = 100  # beyond which the figures of all sites are a matter for reports of their own
CHOICES = 24  # months
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def asked(request: StaffRequest, *, one_site: bool = False) -> Report:
    """The figures that are asked for."""
    sites, now = sites_of(request), clock.now()
    sites = [request.site_code] if one_site else sites
    return report(sites, month_of(request, sites, now), now)


def sites_of(request: StaffRequest) -> list[str]:
    """The chosen site, or with ?sites=all all at which this person may see figures."""
    request.actor.must("figures.view", request.site_code)
    return request.actor.sites_for("figures.view") if all_sites(request) else [request.site_code]


def all_sites(request: StaffRequest) -> bool:
    """Whether all sites are asked for, and there are several."""
    return request.GET.get("sites") == "all" and _several(request)


def month_of(request: StaffRequest, sites: Sequence[str], now: datetime) -> date:
    """The month that is asked for; the present one where none is. NotFound for what has not begun, or is no month."""
    latest, given = present(sites, now), request.GET.get("month", "")
    named = _MONTH.fullmatch(given)
    month = date(int(named[1]), int(named[2]), 1) if named else latest
    if (given and not named) or month > latest:
        raise NotFound
    return month


def choices(request: StaffRequest, held: Report) -> dict[str, Any]:
    """Which months and sites may be chosen."""
    shown, latest = held.month.month, present(held.sites, held.now)
    known = [following(latest, -back) for back in range(CHOICES)]
    known = known if shown in known else [*known, shown]
    scope = Scope(shown, all_sites(request))
    return {
        "months": [(f"{one:%Y-%m}", measures.name(one)) for one in known],
        "asked": f"{shown:%Y-%m}",
        "month": measures.name(shown),
        "earlier": scope.page(following(shown, -1)),
        "later": scope.page(following(shown)) if shown < latest else "",
        "several": _several(request),
        "all_sites": all_sites(request),
        "rail_on": "figures",
    }


def kept(held: Report) -> MonthClose | None:
    """The closing of the month, where it is that of one site and closed."""
    return held.month.closes[0] if len(held.sites) == len(held.month.closes) == 1 else None


def _several(request: StaffRequest) -> bool:
    return 1 < len(request.actor.sites_for("figures.view")) <= MOST_SITES
