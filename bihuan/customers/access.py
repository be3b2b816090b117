"""Who may reach which customer: the only ways to a home, a party or an import. What belongs to others is not found."""

from __future__ import annotations

from uuid import UUID

from bihuan.accounts.access import Actor, NotFound
from bihuan.customers.models import Home, Import, Party
from bihuan.ledger.rows import one


def visible_home(actor: Actor, pk: int, *, act: str = "customer.view") -> Home:
    """The home, with its site and building; NotFound at other sites, NotAllowed where the post does not do the act."""
    home = one(Home, "site", "building", id=pk)
    if home is None:
        raise NotFound
    actor.must(act, home.site_id)
    return home


def visible_party(actor: Actor, pk: int, *, act: str = "customer.view") -> Party:
    """The party, with its site; refuses as visible_home does."""
    party = one(Party, "site", id=pk)
    if party is None:
        raise NotFound
    actor.must(act, party.site_id)
    return party


def visible_import(actor: Actor, pk: UUID) -> Import:
    """The import, with its site, for those who may import there; refuses as visible_home does."""
    made = Import.objects.select_related("site").filter(pk=pk).first()
    if made is None:
        raise NotFound
    actor.must("customer.import", made.site_id)
    return made
