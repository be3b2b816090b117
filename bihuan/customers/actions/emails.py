"""A party's e-mail addresses: added, and taken away."""

from __future__ import annotations

from datetime import datetime

from bihuan.accounts.access import Actor, NotFound
from bihuan.customers.actions.holding import held
from bihuan.customers.entering import an_email
from bihuan.customers.models import Email, Party
from bihuan.customers.vault import email_row


def add_email(party: Party, address: str, *, by: Actor, at: datetime) -> Email:
    """Gives the party an address, to which it is written from now on. One that is there already is only preferred."""
    kept = an_email(address)
    with held(party, act="customer.edit", by=by) as fresh:
        row = email_row(fresh.pk, kept, primary=False)
        known = fresh.emails.filter(digest=row.digest).first()
        if known is None:
            row.save()
        return _prefer(known or row)


def remove_email(party: Party, email: Email, *, by: Actor, at: datetime) -> None:
    """Takes an address away; where it was the one to write to, the newest of the others becomes that."""
    with held(party, act="customer.edit", by=by) as fresh:
        if not fresh.emails.filter(pk=email.pk).delete()[0]:
            raise NotFound
        newest = fresh.emails.order_by("-primary", "-id").first()
        if newest is not None:
            _prefer(newest)


def _prefer(email: Email) -> Email:
    Email.objects.filter(party=email.party_id, primary=True).exclude(pk=email.pk).update(primary=False)
    Email.objects.filter(pk=email.pk).update(primary=True)
    email.primary = True
    return email
