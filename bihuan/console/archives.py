"""What the pages of a customer and of a home show from the rooms above: cases, visits, and the counts of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from bihuan.cases.listing import SIZE, CasesPage, cursor, read_cursor
from bihuan.cases.models import Case, CaseKind
from bihuan.cases.queries import ENDED
from bihuan.customers.models import Building, Home, Occupancy, Party, Role
from bihuan.customers.queries import Archive
from bihuan.visits.models import AnswerSheet, Visit, VisitState

A_YEAR = timedelta(days=365)
VISITS = 10
STARS = ("intake", "measures", "result")


@dataclass(frozen=True, slots=True)
class Year:
    """The last twelve months of a customer."""

    kinds: dict[str, int]  # kind of case → how many
    stars: float | None  # the average of all stars given, 1 to 5
    answers: int  # visits that were answered


@dataclass(frozen=True, slots=True)
class Removed:
    """What erasing a customer would touch."""

    phones: int
    open_cases: int
    cases: int
    visits: int


def year_of(party: Party, now: datetime) -> Year:
    """The counts of the last year, in two queries."""
    cases = Case.objects.filter(party=party, received_at__gte=now - A_YEAR).order_by()
    kinds = dict(cases.values_list("kind").annotate(Count("id")))
    given = {f"{name}_{what.name}": what(name) for name in STARS for what in (Sum, Count)}
    sheets = AnswerSheet.objects.filter(visit__party=party, visit__ended_at__gte=now - A_YEAR)
    found = sheets.aggregate(answers=Count("pk"), **given)
    count = sum(found[f"{name}_Count"] for name in STARS)
    stars = sum(found[f"{name}_Sum"] or 0 for name in STARS) / count if count else None
    return Year(kinds, stars, found["answers"])


def cases_of(about: Party | Home, after: str = "", *, kind: str = "", size: int = SIZE) -> CasesPage:
    """The cases of a customer or about a home, newest first; one query. Raises NotFound for a cursor that is none."""
    rows = Case.objects.filter(party=about) if isinstance(about, Party) else Case.objects.filter(home=about)
    if kind in CaseKind.values:
        rows = rows.filter(kind=kind)
    if after:
        at, pk = read_cursor(after)
        rows = rows.filter(Q(received_at__lte=at) & (Q(received_at__lt=at) | Q(pk__lt=pk)))
    rows = rows.select_related("party", "home", "in_charge", "problem").defer("details")
    found = list(rows.order_by("-received_at", "-id")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return CasesPage(found[:size], cursor(last.received_at, last.pk) if last else "")


def visits_of(party: Party) -> QuerySet[Visit]:
    """The last visits of a customer and those to be made, the latest due first."""
    rows = Visit.objects.filter(party=party).exclude(state=VisitState.NOT_OWED)
    related = ("site", "case", "case__home", "case__party", "party", "answers")
    return rows.select_related(*related).order_by("-due_at")[:VISITS]


def removed_by_erasing(party: Party) -> Removed:
    """What erasing would touch, counted; four queries."""
    cases = Case.objects.filter(party=party)
    return Removed(
        phones=party.phones.count(),
        open_cases=cases.exclude(state__in=ENDED).count(),
        cases=cases.count(),
        visits=AnswerSheet.objects.filter(visit__party=party).count(),
    )


def homes_of(known: Archive) -> list[dict[str, Any]]:
    """The homes of a customer, and what the customer is or was there, in words."""
    return [
        {"home": one.home, "label": one.label, "role": Role(one.role).label, "since": one.since, "until": one.until}
        for one in known.homes
    ]


def buildings(site: str) -> list[dict[str, Any]]:
    """The buildings of a site with how many homes each has; one query."""
    rows = Building.objects.filter(site=site).annotate(count=Count("homes")).order_by("sort", "id")
    return [dict(one) for one in rows.values("pk", "name", "floors", "count")]


def people_of(home: Home) -> list[dict[str, Any]]:
    """Who lives or trades in a home, those of today first; one query."""
    rows = Occupancy.objects.filter(home=home).select_related("party")
    held = rows.order_by(F("until").desc(nulls_first=True), "id")
    return [
        {
            "party": one.party_id,
            "name": one.party.name,
            "key": one.party.customer_class == "key",
            "role": one.get_role_display(),
            "since": one.since,
            "until": one.until,
        }
        for one in held
    ]
