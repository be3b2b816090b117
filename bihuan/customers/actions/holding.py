"""What every action about a party does first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from bihuan.accounts.access import Actor
from bihuan.customers.errors import Erased
from bihuan.customers.models import Party
from bihuan.ledger.actions import hold


@contextmanager
def held(party: Party, *, act: str, by: Actor) -> Iterator[Party]:
    """The party read fresh in a transaction, while nobody else can change it; refuses whoever may not do the act."""
    by.must(act, party.site_id)
    with transaction.atomic():
        hold({party.subject: party.site_id})
        fresh = Party.objects.select_related("site").get(pk=party.pk)
        if fresh.erased_at is not None:
            raise Erased
        yield fresh
