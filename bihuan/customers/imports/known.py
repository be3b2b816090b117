"""A site as it stands, in memory: what the rows of a sheet are compared with. A few queries, however long the sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bihuan.customers import places
from bihuan.customers.models import Building, Home, Occupancy, Party, Phone


@dataclass(eq=False, slots=True)
class Block:
    """A building, and whether the sheet makes or changes it."""

    building: Building
    new: bool = False
    changed: set[str] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Place:
    """A home, and whether the sheet makes or changes it."""

    home: Home
    new: bool = False
    changed: set[str] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Somebody:
    """A party: what tells who it is, and what the sheet adds."""

    name: str
    kind: str
    gender: str = ""
    pk: int | None = None  # none as long as it is not written
    identity: bytes | None = None  # digest
    phones: set[bytes] = field(default_factory=set)  # digests
    number: str = ""  # the identity number that the sheet adds
    numbers: dict[bytes, str] = field(default_factory=dict)  # the telephone numbers that the sheet adds
    new: bool = False
    changed: set[str] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Stay:
    """What somebody is to a home; `fresh` where the sheet tells that they have just moved in."""

    place: Place
    somebody: Somebody
    role: str
    since: date | None
    pk: int | None = None
    new: bool = False
    changed: set[str] = field(default_factory=set)
    fresh: bool = False


StayKey = tuple[Place, Somebody, str]


@dataclass(slots=True)
class Known:
    """Buildings and homes by their keys, people by their ids, and who is where today."""

    site: str
    blocks: dict[str, Block]
    places: dict[str, Place]
    people: dict[int, Somebody]
    stays: dict[StayKey, Stay]


def known_of(site: str) -> Known:
    """The site as it stands. People whose data were erased are nobody any more."""
    blocks = {places.key(one.name): Block(one) for one in Building.objects.filter(site=site)}
    names = {block.building.pk: block.building.name for block in blocks.values()}
    homes = {
        places.key(names[one.building_id], one.unit, one.room): Place(one) for one in Home.objects.filter(site=site)
    }
    people = _people(site)
    by_pk = {place.home.pk: place for place in homes.values()}
    stays = [
        Stay(by_pk[home], people[party], role, since, pk)
        for pk, home, party, role, since in Occupancy.objects.filter(home__site=site, until=None).values_list(
            "id", "home_id", "party_id", "role", "since"
        )
        if party in people
    ]
    return Known(site, blocks, homes, people, {(one.place, one.somebody, one.role): one for one in stays})


def _people(site: str) -> dict[int, Somebody]:
    rows = Party.objects.filter(site=site, erased_at=None).order_by("id")
    people = {
        pk: Somebody(name, kind, gender, pk, None if identity is None else bytes(identity))
        for pk, name, kind, gender, identity in rows.values_list("id", "name", "kind", "gender", "identity_digest")
    }
    for party, digest in Phone.objects.filter(party__site=site).values_list("party_id", "digest"):
        if party in people:
            people[party].phones.add(bytes(digest))
    return people
