"""Writing a plan: what is new and what is changed, in bulk, and the events of those who have just moved in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bihuan.accounts.models import Site
from bihuan.customers.actions.occupancies import moved_in
from bihuan.customers.actions.parties import identify, name_party
from bihuan.customers.imports.comparing import OF_BUILDING, OF_HOME, Plan
from bihuan.customers.imports.known import Somebody, Stay
from bihuan.customers.models import Building, Home, Occupancy, Party, Phone
from bihuan.customers.vault import phone_row
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import hold
from bihuan.obligations.actions import record

Tick = Callable[[int], None]
T = TypeVar("T")

_ROWS, _EVENTS = 2_000, 200  # written at a time
_OF_PARTY = ("name", "sort", "terms", "gender", "identity_sealed", "identity_digest", "identity_mask")


def write(plan: Plan, *, site: Site, by: str, tick: Tick) -> None:
    """Writes the plan; `tick` is told after each portion how many of the plan's things are done.

    Refused (import_overtaken) where somebody it is about was erased since they were read.
    """
    parties = _held(plan, site)
    _write_homes(plan, tick)
    _write_people(plan, parties, site, tick)
    _write_stays(plan, parties, tick)
    _record(plan, parties, site, by, tick)


def size(plan: Plan) -> int:
    """How many things the plan names, events included."""
    fresh = sum(stay.fresh for stay in plan.stays)
    return len(plan.blocks) + len(plan.places) + len(plan.people) + len(plan.stays) + fresh


def _held(plan: Plan, site: Site) -> dict[Somebody, Party]:
    """The parties that are there already and that the sheet touches, while nobody else can change them."""
    touched = {somebody: somebody.pk for somebody in plan.people if somebody.pk and somebody.changed}
    touched |= {one.somebody: one.somebody.pk for one in plan.stays if one.somebody.pk and (one.new or one.changed)}
    hold({f"party:{pk}": site.pk for pk in touched.values()})
    rows = Party.objects.filter(erased_at=None).in_bulk(list(touched.values()))
    if len(rows) < len(touched):
        raise overtaken()
    return {somebody: rows[pk] for somebody, pk in touched.items()}


def overtaken() -> Refused:
    """Why an import that met somebody else's work writes nothing."""
    what, remedy = _("customers were changed while the sheet was being applied."), _("Apply it again.")
    return Refused(what, remedy=remedy, code="import_overtaken")


def _write_homes(plan: Plan, tick: Tick) -> None:
    Building.objects.bulk_create([one.building for one in plan.blocks if one.new])
    changed = [one.building for one in plan.blocks if one.changed and not one.new]
    Building.objects.bulk_update(changed, OF_BUILDING)
    tick(len(plan.blocks))
    for some in _portions(list(plan.places), _ROWS):
        Home.objects.bulk_create([one.home for one in some if one.new])
        Home.objects.bulk_update([one.home for one in some if one.changed and not one.new], OF_HOME)
        tick(len(some))


def _write_people(plan: Plan, parties: dict[Somebody, Party], site: Site, tick: Tick) -> None:
    for some in _portions(list(plan.people), _ROWS):
        new = {one: Party(site=site, kind=one.kind) for one in some if one.new}
        for one, party in (new | {one: parties[one] for one in some if one.changed and not one.new}).items():
            _lay(one, party)
        Party.objects.bulk_create(new.values())
        parties |= new
        Party.objects.bulk_update([parties[one] for one in some if one.changed and not one.new], _OF_PARTY)
        Phone.objects.bulk_create([row for one in some for row in _phones(one, parties)])
        tick(len(some))


def _lay(somebody: Somebody, party: Party) -> None:
    if party.name != somebody.name:
        name_party(party, somebody.name)
    party.gender = somebody.gender
    if somebody.number:
        identify(party, somebody.number)


def _phones(somebody: Somebody, parties: dict[Somebody, Party]) -> list[Phone]:
    """The numbers that the sheet adds; the first is the primary one of whoever had none."""
    first = len(somebody.phones) == len(somebody.numbers)
    numbers = enumerate(somebody.numbers.values())
    return [phone_row(parties[somebody].pk, kept, primary=first and nth == 0) for nth, kept in numbers]


def _write_stays(plan: Plan, parties: dict[Somebody, Party], tick: Tick) -> None:
    for some in _portions(list(plan.stays), _ROWS):
        rows = {one: _row(one, parties) for one in some if one.new or one.changed}
        Occupancy.objects.bulk_create([row for one, row in rows.items() if one.new])
        Occupancy.objects.bulk_update([row for one, row in rows.items() if not one.new], ["since"])
        tick(len(some))


def _row(stay: Stay, parties: dict[Somebody, Party]) -> Occupancy:
    party, home = parties[stay.somebody], stay.place.home
    return Occupancy(pk=stay.pk, party=party, home=home, role=stay.role, since=stay.since)


def _record(plan: Plan, parties: dict[Somebody, Party], site: Site, by: str, tick: Tick) -> None:
    """HF-4.2.1a: who has just moved in is visited within the week; of the time the sheet knows the day only."""
    zone = ZoneInfo(site.zone)
    fresh = [_row(one, parties) for one in plan.stays if one.fresh]
    for some in _portions(fresh, _EVENTS):
        days = [(row, datetime.combine(row.since, time.min, zone)) for row in some if row.since]
        record(*(moved_in(row.party, row, by=by, at=at) for row, at in days))
        tick(len(some))


def _portions(things: Sequence[T], length: int) -> Iterator[Sequence[T]]:
    return (things[at : at + length] for at in range(0, len(things), length))
