"""The only way to a call: for those whose post may see calls at its site."""

from __future__ import annotations

from uuid import UUID

from bihuan.accounts.access import Actor, NotFound
from bihuan.calls.models import Call


def visible_call(actor: Actor, key: str | UUID) -> Call:
    """The call of that id."""
    try:
        wanted = UUID(str(key))
    except ValueError:
        raise NotFound from None
    rows = Call.objects.select_related("site", "agent", "party")
    call = rows.filter(pk=wanted, site__in=actor.sites_for("call.view")).first()
    if call is None:
        raise NotFound
    return call
