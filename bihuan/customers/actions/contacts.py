"""Callers who are not on file: known again by number and name, otherwise taken in as they are."""

from __future__ import annotations

from datetime import datetime

from bihuan.accounts.access import Actor
from bihuan.customers.actions.parties import name_party
from bihuan.customers.entering import LONGEST_NAME, a_phone
from bihuan.customers.models import Party
from bihuan.customers.vault import email_digest, email_row, phone_digest, phone_row
from bihuan.kernel.emails import mask_email
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
    party = _new(site, called)
    if kept:
        phone_row(party.pk, kept, primary=True).save(force_insert=True)
    return party


def correspondent(site: str, *, name: str, email: str, by: Actor) -> Party:
    """The party that writes from an address in its kept form: the one that has it, of several the one of that name,
    else a new one."""
    by.must("case.receive", site)
    called = normal(name)[:LONGEST_NAME] or mask_email(email)[:LONGEST_NAME]
    known = list(Party.objects.filter(site=site, emails__digest=email_digest(email), erased_at=None).order_by("id"))
    for party in known:
        if len(known) == 1 or party.name == called:
            return party
    party = _new(site, called)
    email_row(party.pk, email, primary=True).save(force_insert=True)
    return party


def _new(site: str, called: str) -> Party:
    party = Party(site_id=site)
    name_party(party, called)
    party.save(force_insert=True)
    return party
