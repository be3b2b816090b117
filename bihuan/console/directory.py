"""The directory of a site: its homes with their people, page by page, all of them or those of one building."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch

from bihuan.accounts.access import NotFound
from bihuan.customers.models import Building, Home, Occupancy

SIZE = 50


def homes_page(
    site: str, after: str = "", *, building: int | None = None, size: int = SIZE
) -> tuple[Sequence[Home], str]:
    """Homes in the order of their labels, and what to ask for the next ones with; three queries at most.

    Raises NotFound where `after` is none that a page gave.
    """
    homes = Home.objects.filter(site=site).order_by("sort", "id")
    if building is not None:
        homes = homes.filter(building=building)
    if after:
        last = Home.objects.filter(site=site, pk=after).first() if after.isascii() and after.isdecimal() else None
        if last is None:
            raise NotFound
        homes = homes.filter(sort__gte=last.sort).exclude(sort=last.sort, id__lte=last.pk)
    current = Occupancy.objects.filter(until=None).select_related("party").order_by("id")
    rows = list(homes.prefetch_related(Prefetch("occupancies", current, to_attr="current"))[: size + 1])
    return rows[:size], str(rows[size - 1].pk) if len(rows) > size else ""


def building_of(site: str, pk: str) -> Building:
    """A building of the site; NotFound for any other."""
    found = Building.objects.filter(site=site, pk=pk).first() if pk.isascii() and pk.isdecimal() else None
    if found is None:
        raise NotFound
    return found
