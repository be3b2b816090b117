"""Who may change what about staff. Every action of this room asks here first."""

from __future__ import annotations

from django.db.models import Q

from bihuan.accounts.access import Actor, NotAllowed, sites_beneath, today, units_from
from bihuan.accounts.models import Post, Site, Staff
from bihuan.accounts.permissions import ACTS

EDIT = "staff.edit"


def must_at(by: Actor, *, site: str | None, unit: int | None) -> None:
    """Refuses unless the actor administrates the site, or the unit and so everything beneath it."""
    if unit is None:
        by.must(EDIT, site or "")
    elif not _administrates(by, unit):
        raise NotAllowed(EDIT)


def must_everywhere(by: Actor) -> None:
    """Refuses unless the actor administrates every site there is."""
    if not set(Site.objects.values_list("code", flat=True)) <= set(by.sites_for(EDIT)) or not by.may_somewhere(EDIT):
        raise NotAllowed(EDIT)


def must_manage(by: Actor, staff: Staff) -> None:
    """Refuses unless the actor administrates every place where this person has a post or will have one.

    Otherwise the administrator of one site could take over the account of somebody who sees more.
    """
    held = Post.objects.filter(staff=staff).filter(Q(until=None) | Q(until__gte=today()))
    places = set(held.values_list("site_id", "unit_id"))
    if not places and not by.may_somewhere(EDIT):
        raise NotAllowed(EDIT)
    for site, unit in sorted(places, key=str):
        must_at(by, site=site, unit=unit)


def _administrates(by: Actor, unit: int) -> bool:
    """By a post there or above, and within the scope of a token."""
    held = Post.objects.filter(staff=by.staff, post__in=ACTS[EDIT], since__lte=today(), unit__in=units_from(unit))
    in_force = held.filter(Q(until=None) | Q(until__gte=today()))
    beneath = set(sites_beneath().get(unit, ()))
    return not by.reads_only and beneath <= set(by.sites_for(EDIT)) and in_force.exists()
