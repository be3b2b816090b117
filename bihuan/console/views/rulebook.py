"""The rulebook: what each clause says, its rules, and how well they are kept; and the promises behind every number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.console import clauses, rules, times, words
from bihuan.console.behind import behind
from bihuan.console.http import StaffRequest, page
from bihuan.kernel import clock
from bihuan.obligations import books
from bihuan.obligations.figures import Figures, figures
from bihuan.rulebook import Policy

MOST_SITES = 100  # beyond which the figures of all sites are a matter for reports


@page
def rulebook(request: StaffRequest) -> HttpResponse:
    """The table of clauses."""
    _must(request)
    now, asked, sites = clock.now(), _asked(request.GET), _sites(request)
    policy = books.books().policy(request.site_code, now)
    held = figures(sites, now)
    known = clauses.parts(policy)
    waived, scope, day = _waived(known, held), _scope(request), times.start_of_day(now).date()
    shown = [
        clauses.line(one, held, policy=policy, on=day, waived=waived[one.clause.id], more=scope["more"])
        for one in known
        if asked.wants(one)
    ]
    context = {"lines": shown, "asked": asked, "regulations": _regulations(), "kinds": rules.KINDS.items()}
    context |= {"clause_count": len(known), "policy": policy, "since": _since(request.site_code, now)}
    return render(request, "console/rulebook.html", context | scope | {"rail_on": "rulebook"})


@page
def clause(request: StaffRequest, code: str) -> HttpResponse:
    """One clause in full, with the promises behind its numbers."""
    _must(request)
    now, sites = clock.now(), _sites(request)
    policy = books.books().policy(request.site_code, now)
    one = next((part for part in clauses.parts(policy) if part.clause.id == code), None)
    if one is None:
        raise NotFound
    held = figures(sites, now)
    context = {"clause": one.clause, "says": words.clause(code), "conflicts": rules.conflicts(code)}
    context |= {"ours": words.word(one.clause.ours) if one.clause.ours else "", "rail_on": "rulebook"}
    context |= {"regulation": rules.title(one.clause.regulation), "kind": rules.KINDS[one.clause.kind]}
    context |= {"rules": _rules(one, policy, now), "targets": [rules.target(each) for each in one.targets]}
    context |= _waivers(one, held) | behind(request.GET, one, held, sites=sites)
    return render(request, "console/clause.html", context | _scope(request))


def _asked(given: QueryDict) -> clauses.Asked:
    return clauses.Asked(
        regulation=given.get("regulation", ""),
        kind=given.get("kind", ""),
        text=given.get("text", "")[:80],
        everything=given.get("show") == "all",
    )


def _must(request: StaffRequest) -> None:
    """Refuses who may not read the rulebook."""
    if request.site_code:
        request.actor.must("rulebook.view", request.site_code)
    elif not request.actor.may_somewhere("rulebook.view"):
        raise NotAllowed("rulebook.view")


def _all_sites(request: StaffRequest) -> bool:
    mine = request.actor.sites_for("obligation.view")
    return len(mine) <= MOST_SITES and (request.GET.get("sites") == "all" or not request.site_code)


def _sites(request: StaffRequest) -> list[str]:
    """Those whose promises this person may see: the chosen one, or with ?sites=all all of them."""
    mine = request.actor.sites_for("obligation.view")
    return mine if _all_sites(request) else [site for site in mine if site == request.site_code]


def _scope(request: StaffRequest) -> dict[str, Any]:
    mine = request.actor.sites_for("obligation.view")
    several = bool(request.site_code) and 1 < len(mine) <= MOST_SITES
    more = "&sites=all" if several and _all_sites(request) else ""
    return {"all_sites": _all_sites(request), "several": several, "may_see": bool(mine), "more": more}


def _since(site: str, now: datetime) -> date | None:
    day = times.start_of_day(now).date()
    fit = [one.since for one in books.books().overlays if one.site in (None, site) and one.since <= day]
    return max(fit, default=None)


def _regulations() -> list[tuple[str, str]]:
    return [(code.upper(), rules.title(code.upper())) for code in books.rulebook().codes]


def _waived(known: list[clauses.Part], held: Figures) -> dict[str, dict[str, int]]:
    """Of each clause that exempts, how often each of its reasons was used; one query for each noun and duty."""
    found: dict[str, dict[str, int]] = {part.clause.id: {} for part in known}
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for part in known:
        for one in part.waivers:
            key = (one.case, one.duty)
            if key not in counted:
                counted[key] = held.waived_by_reason(noun=one.case, duty=one.duty)
            found[part.clause.id][one.why] = counted[key].get(one.why, 0)
    return found


def _rules(one: clauses.Part, policy: Policy, now: datetime) -> list[dict[str, Any]]:
    day = times.start_of_day(now).date()
    return [{"words": rules.rule(each, policy, on=day), "values": rules.dated(each)} for each in one.rules]


def _waivers(one: clauses.Part, held: Figures) -> dict[str, Any]:
    return {"exempts": clauses.exempts(one, _waived([one], held)[one.clause.id]) if one.waivers else None}
