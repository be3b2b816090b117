"""Callers who are not on file: known again by number and name, otherwise taken in as they are."""

from __future__ import annotations

from datetime import datetime

from bihuan.accounts.access import Actor
from bihuan.customers.actions.parties import name_party
from bihuan.customers.entering import a_phone
from bihuan.customers.models import Party
from bihuan.customers.vault import phone_digest, phone_row
from bihuan.kernel.phones import is_placeholder, mask
from bihuan.kernel.text import normal


def contact(site: str, *, name: str, phone: str, by: Actor, at: datetime) -> Party | None:
    """The party of a caller who leaves a name, a number or both; None for who leaves neither. Anybody who may receive
    a case may write down who brought it. Two callers of one number are one only where their names agree."""
    by.must("case.receive", site)
    kept = a_phone(phone) if phone and not is_placeholder(phone) else ""
    called = normal(name) or (mask(kept) if kept else "")
    if not called:
        return None
    if kept:
        known = Party.objects.filter(site=site, phones__digest=phone_digest(kept), name=called, erased_at=None).first()
        if known is not None:
            return known
    party = Party(site_id=site)
    name_party(party, called)
    party.save(force_insert=True)
    if kept:
        phone_row(party.pk, kept, primary=True).save(force_insert=True)
    return party
