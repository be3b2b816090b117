"""The archive of a party: what is known of it. Its cases and visits are added by the faces, from their own rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F

from bihuan.customers.models import Party


@dataclass(frozen=True, slots=True)
class Dwelling:
    """A home of the party, and what the party is or was to it."""

    occupancy: int
    home: int
    label: str
    role: str
    since: date | None
    until: date | None  # none: to this day


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number of the party, masked."""

    phone: int
    mask: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Archive:
    """What is known of a party. Of one that was erased only its class, kind and homes are left."""

    party: int
    site: str
    name: str
    kind: str
    customer_class: str
    gender: str
    identity: str  # masked
    needs: str
    rest: tuple[time, time] | None
    erased_at: datetime | None
    homes: list[Dwelling]  # those of today first
    phones: list[Number]  # the primary one first
    emails: list[str]  # masked, the one that is written to first


def archive(party: Party) -> Archive:
    """The archive of a party, in three queries."""
    rest = (party.rest_from, party.rest_until) if party.rest_from and party.rest_until else None
    return Archive(
        party=party.pk,
        site=party.site_id,
        name=party.name,
        kind=party.kind,
        customer_class=party.customer_class,
        gender=party.gender,
        identity=party.identity_mask,
        needs=party.needs,
        rest=rest,
        erased_at=party.erased_at,
        homes=_homes(party),
        phones=[Number(one.pk, one.mask, one.primary) for one in party.phones.order_by("-primary", "id")],
        emails=[one.mask for one in party.emails.order_by("-primary", "id")],
    )


def _homes(party: Party) -> list[Dwelling]:
    rows = party.occupancies.select_related("home").order_by(F("until").desc(nulls_first=True), "home__sort", "id")
    return [Dwelling(one.pk, one.home_id, one.home.label, one.role, one.since, one.until) for one in rows]
