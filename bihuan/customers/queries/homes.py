"""The homes of a site, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from bihuan.accounts.access import NotFound
from bihuan.customers import places
from bihuan.customers.models import Home, Occupancy


@dataclass(frozen=True, slots=True)
class Dweller:
    """Somebody who lives or trades in a home, or owns it."""

    party: int
    name: str  # empty where it was erased
    role: str
    customer_class: str


@dataclass(frozen=True, slots=True)
class HomeLine:
    """A home on the list, with its people of today."""

    home: int
    label: str
    kind: str
    status: str
    people: list[Dweller]


@dataclass(frozen=True, slots=True)
class HomesPage:
    """A page of homes, and what to ask for the next one with; empty after the last."""

    lines: list[HomeLine]
    next: str


def homes_page(site: str, after: str = "", *, size: int = 50) -> HomesPage:
    """The homes of a site in the order of their labels, from the one that follows `after`; three queries at most.

    Raises NotFound where `after` is none that a page gave.
    """
    homes = Home.objects.filter(site=site).order_by("sort", "id")
    if after:
        last = _last(site, after)
        homes = homes.filter(sort__gte=last.sort).exclude(sort=last.sort, id__lte=last.pk)
    current = Occupancy.objects.filter(until=None).select_related("party").order_by("id")
    rows = list(homes.prefetch_related(Prefetch("occupancies", current))[: size + 1])
    return HomesPage([_line(one) for one in rows[:size]], str(rows[size - 1].pk) if len(rows) > size else "")


def home_called(site: str, words: str) -> Home | None:
    """The home of a site that is named in full, in whatever way; None where the words fit none, or more than one."""
    wanted = places.asked(words)
    found = list(Home.objects.filter(site=site, terms__overlap=wanted, terms__0__in=wanted)[:2]) if wanted else []
    return found[0] if len(found) == 1 else None


def _last(site: str, after: str) -> Home:
    home = Home.objects.filter(site=site, pk=after).first() if after.isascii() and after.isdecimal() else None
    if home is None:
        raise NotFound
    return home


def _line(home: Home) -> HomeLine:
    people = [
        Dweller(one.party_id, one.party.name, one.role, one.party.customer_class) for one in home.occupancies.all()
    ]
    return HomeLine(home.pk, home.label, home.kind, home.status, people)
