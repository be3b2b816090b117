"""A person's right to be forgotten: everything that tells who it was goes, and the ledger stays whole."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.access import Actor
from bihuan.customers.actions.holding import held
from bihuan.customers.actions.occupancies import local_day
from bihuan.customers.actions.parties import identify
from bihuan.customers.errors import require
from bihuan.customers.models import Party
from bihuan.ledger.actions import Happened
from bihuan.obligations.actions import record


class EraseReason(models.TextChoices):
    """Why somebody's data go."""

    REQUESTED = "requested", _("The customer asked for it")
    RETENTION = "retention", _("They have been kept long enough")
    MISTAKE = "mistake", _("They should not have been taken down")


def erase(party: Party, *, reason: str, by: Actor, at: datetime) -> Party:
    """Empties name, numbers, addresses, identity and needs, and ends what the party is to homes. Records party.erased,
    upon which rooms above empty what they hold of the party. Cannot be undone."""
    require(reason, known=EraseReason.values, what="reason")
    with held(party, act="customer.erase", by=by) as fresh:
        fresh.phones.all().delete()
        fresh.emails.all().delete()
        identify(fresh, None)
        fresh.name = fresh.sort = fresh.gender = fresh.needs = ""
        fresh.terms, fresh.rest_from, fresh.rest_until, fresh.erased_at = [], None, None, at
        fresh.save()
        day = local_day(at, fresh.site)
        begun = Q(since=None) | Q(since__lte=day)
        fresh.occupancies.filter(begun, until=None).update(until=day)
        record(Happened("party.erased", fresh.subject, fresh.site_id, at, by.subject, {"reason": reason}))
        return fresh
