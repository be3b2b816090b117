"""The only way to a visit: for those whose post may see visits at its site."""

from __future__ import annotations

from uuid import UUID

from bihuan.accounts.access import Actor, NotFound
from bihuan.visits.models import Visit


def visible_visit(actor: Actor, key: str | UUID) -> Visit:
    """The visit of that id."""
    try:
        wanted = UUID(str(key))
    except ValueError:
        raise NotFound from None
    rows = Visit.objects.select_related("site", "case", "case__home", "case__party", "party")
    visit = rows.filter(pk=wanted, site__in=actor.sites_for("visit.view")).first()
    if visit is None:
        raise NotFound
    return visit
