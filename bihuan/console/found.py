"""What the one search box finds, in groups: customers, homes, cases and work orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from bihuan.accounts.access import Actor
from bihuan.cases.listing import Wanted, cases_page
from bihuan.cases.models import CaseKind
from bihuan.console.rows import case_rows
from bihuan.customers.queries import Found, find
from bihuan.kernel.text import normal

MOST = 20  # of each group


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, and the one page to go to where there is only one."""

    parties: list[dict[str, Any]] = field(default_factory=list)
    homes: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.parties) + len(self.homes) + len(self.orders) + len(self.cases)

    @property
    def only(self) -> str:
        """The address of the one thing found; empty for none or several."""
        all_of_them = [*self.parties, *self.homes, *self.orders, *self.cases]
        return str(all_of_them[0]["url"]) if len(all_of_them) == 1 else ""


def found(actor: Actor, asked: str, *, now: datetime) -> Results:
    """What the text may mean. A number that is somebody's leads there, whatever else it may be a part of."""
    if not asked:
        return Results()
    hits = find(actor, asked, limit=2 * MOST)
    numbered = [one for one in hits if one.kind in ("case", "work_order")]
    if len(numbered) == 1:
        return Results(orders=[_line(numbered[0])])
    return Results(
        parties=[_line(one) for one in hits if one.kind == "party"],
        homes=[_line(one) for one in hits if one.kind == "home"],
        orders=[_line(one) for one in hits if one.kind == "work_order"],
        cases=_cases(actor, asked, now),
    )


def _cases(actor: Actor, asked: str, now: datetime) -> list[dict[str, Any]]:
    sites = actor.sites_for("case.view")
    if not sites or len(normal(asked)) == 1:  # one character is a surname; no index knows cases by one
        return []
    wanted = Wanted(kinds=CaseKind.values, sites=sites, state="all", text=asked)
    return case_rows(cases_page(wanted, size=MOST).rows, now=now)


def _line(one: Found) -> dict[str, Any]:
    address = {"party": "console:customer", "case": "console:case", "work_order": "console:work_order"}.get(one.kind)
    url = reverse(address, args=[_key(one)]) if address else f"{reverse('console:customers')}?home={one.id}"
    return {
        "url": url,
        "label": one.label,
        "beside": one.beside,
        "phones": one.phones,
        "key": one.customer_class == "key",
        "site": one.site,
    }


def _key(one: Found) -> int | str:
    return int(one.id) if one.kind == "party" else one.id
