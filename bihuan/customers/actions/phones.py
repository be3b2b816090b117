"""A party's telephone numbers: added, taken away, and revealed to whoever says why."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.access import Actor, NotFound
from bihuan.customers.actions.holding import held
from bihuan.customers.entering import a_phone
from bihuan.customers.errors import require
from bihuan.customers.models import Party, Phone
from bihuan.customers.vault import opened, phone_row
from bihuan.ledger.actions import Happened
from bihuan.obligations.actions import record


class RevealReason(models.TextChoices):
    """Why somebody needs to see a number in full."""

    CALL = "call", _("To call the customer")
    VISIT = "visit", _("To make a visit")
    DISPATCH = "dispatch", _("To send a technician")
    EMERGENCY = "emergency", _("An emergency")
    VERIFY = "verify", _("To make sure who is calling")


def add_phone(party: Party, number: str, *, primary: bool = False, by: Actor, at: datetime) -> Phone:
    """Gives the party a number; the first is the primary one. One that is there already is written anew."""
    kept = a_phone(number)
    with held(party, act="customer.edit", by=by) as fresh:
        row = phone_row(fresh.pk, kept, primary=False)
        known = fresh.phones.filter(digest=row.digest).first()
        if known is not None:
            row.pk, row.primary = known.pk, known.primary
        row.save()
        if primary or not fresh.phones.filter(primary=True).exists():
            _prefer(row)
        return row


def remove_phone(party: Party, phone: Phone, *, by: Actor, at: datetime) -> None:
    """Takes a number away; where it was the primary one, the oldest of the others becomes that."""
    with held(party, act="customer.edit", by=by) as fresh:
        if not fresh.phones.filter(pk=phone.pk).delete()[0]:
            raise NotFound
        oldest = fresh.phones.order_by("-primary", "id").first()
        if oldest is not None:
            _prefer(oldest)


def reveal_phone(party: Party, phone: Phone, *, reason: str, by: Actor, at: datetime, case: str | None = None) -> str:
    """The number in full, as it is dialled. That it was seen, by whom and why is an event; `case` is that case's id."""
    require(reason, known=RevealReason.values, what="reason")
    with held(party, act="customer.reveal", by=by) as fresh:
        row = fresh.phones.filter(pk=phone.pk).first()
        if row is None:
            raise NotFound
        facts = {"reason": reason, "phone": row.pk} | ({"case": case} if case else {})
        record(Happened("party.phone_revealed", fresh.subject, fresh.site_id, at, by.subject, facts))
        return opened(row)


def _prefer(phone: Phone) -> None:
    Phone.objects.filter(party=phone.party_id, primary=True).exclude(pk=phone.pk).update(primary=False)
    Phone.objects.filter(pk=phone.pk).update(primary=True)
    phone.primary = True
