"""Pages that only this face shows. A page begins after the last row of the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from bihuan.accounts.models import Site
from bihuan.cases.listing import SIZE, cursor, read_cursor
from bihuan.visits.models import Visit
from bihuan.visits.queries import RELATED, VisitsPage


@dataclass(frozen=True, slots=True)
class SitesPage:
    """A page of sites, and what to ask for the next one with; empty after the last."""

    rows: list[Site]
    next: str


def sites_page(codes: Sequence[str], after: str = "", *, size: int = SIZE) -> SitesPage:
    """These sites, by code, from the one that follows `after`; one query."""
    rows = list(Site.objects.filter(code__in=codes, code__gt=after).order_by("code")[: size + 1])
    return SitesPage(rows[:size], rows[size - 1].code if len(rows) > size else "")


def ended_page(sites: Sequence[str], state: str, after: str = "", *, size: int = SIZE) -> VisitsPage:
    """The visits that ended so, the last ones first, with their answers, from the one that follows `after`; one query.

    Raises NotFound where `after` is none that a page gave.
    """
    rows = Visit.objects.filter(site__in=sites, state=state, ended_at__isnull=False)
    if after:
        at, pk = read_cursor(after)
        rows = rows.filter(Q(ended_at__lte=at) & (Q(ended_at__lt=at) | Q(pk__lt=pk)))
    found = list(rows.select_related(*RELATED, "answers").order_by("-ended_at", "-id")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return VisitsPage(found[:size], cursor(last.ended_at, last.pk) if last and last.ended_at else "")
