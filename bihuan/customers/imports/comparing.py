"""What a sheet would change at a site: which buildings, homes, people and stays are new, changed, or as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bihuan.customers import places
from bihuan.customers.actions.homes import blank_home
from bihuan.customers.actions.occupancies import MOVED_IN
from bihuan.customers.imports.known import Block, Known, Place, Somebody, Stay
from bihuan.customers.imports.people import People
from bihuan.customers.imports.telling import kept
from bihuan.customers.models import Building, Home, HomeKind, PartyKind
from bihuan.customers.sheet import HomeRow, Person, Problem
from bihuan.customers.sheet.columns import HEADINGS
from bihuan.customers.vault import identity_digest, phone_digest

LATELY = timedelta(days=7)  # who moved in earlier has long lived here, and a sheet opens no promise of a visit
OF_HOME = ("kind", "status", "floor", "layout", "area", "inner_area", "rent", "handed_over")
OF_BUILDING = ("floors", "lift")
_KINDS = {
    HomeKind.SHOP: PartyKind.MERCHANT,
    HomeKind.OFFICE: PartyKind.ENTERPRISE,
    HomeKind.PLANT: PartyKind.ENTERPRISE,
}
_SHOWN = 200  # changed rows that a preview lists

Thing = Block | Place | Somebody | Stay


@dataclass(slots=True)
class Plan:
    """What a sheet names, in its order, and what of it is to be told."""

    blocks: dict[Block, None] = field(default_factory=dict)
    places: dict[Place, None] = field(default_factory=dict)
    people: dict[Somebody, None] = field(default_factory=dict)
    stays: dict[Stay, None] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """The counts of a preview, its doubts, and the first rows that change what is known. No names."""
        things: dict[str, Iterable[Thing]] = {
            "buildings": self.blocks,
            "homes": self.places,
            "people": self.people,
            "stays": self.stays,
        }
        counts: dict[str, Any] = {name: _counts(some) for name, some in things.items()}
        fresh = sum(stay.fresh for stay in self.stays)
        doubts = [kept(one) for one in self.doubts]
        return counts | {"moved_in": fresh, "doubts": doubts, "changes": self.changes[:_SHOWN]}


def _counts(things: Iterable[Thing]) -> dict[str, int]:
    found = Counter("new" if one.new else "changed" if one.changed else "same" for one in things)
    return {name: found[name] for name in ("new", "changed", "same")}


def compare(rows: Iterable[HomeRow], known: Known, *, today: date) -> Plan:
    """What the rows would change. `today` is the day at the site."""
    rows = list(rows)
    comparing = _Comparing(known, today, _towers(rows))
    for row in rows:
        comparing.take(row)
    return comparing.plan


def _towers(rows: Iterable[HomeRow]) -> dict[str, dict[str, Any]]:
    """What the rows tell of buildings. They may differ; what comes of them must not depend on which is read last."""
    towers: dict[str, dict[str, Any]] = {}
    for row in rows:
        tower = towers.setdefault(places.key(row.building), {})
        for name in OF_BUILDING:
            value = getattr(row, name)
            if value is not None:
                tower[name] = max(value, tower.get(name, value))
    return towers


class _Comparing:
    def __init__(self, known: Known, today: date, towers: Mapping[str, Mapping[str, Any]]) -> None:
        self.known, self.today, self.towers = known, today, towers
        self.people, self.plan = People(known), Plan()

    def take(self, row: HomeRow) -> None:
        if row.moved_in is not None and row.moved_in > self.today:
            self.plan.problems.append(Problem(row.number, HEADINGS["moved_in"], "moved_in_ahead"))
        block = self._block(row)
        place = self._place(row, block)
        fields = set() if place.new else set(place.changed)
        for person in row.people:
            somebody = self._somebody(row, place, person)
            stay = self._stay(row, place, somebody, person.role)
            fields |= {"people"} if stay.new else somebody.changed | stay.changed
        if fields and not place.new:
            self.plan.changes.append({"row": row.number, "home": place.home.label, "fields": sorted(fields)})

    def _block(self, row: HomeRow) -> Block:
        key = places.key(row.building)
        block = self.known.blocks.get(key)
        if block is None:
            name = places.building_name(row.building)
            building = Building(site_id=self.known.site, name=name, sort=places.sort_key(name))
            block = self.known.blocks[key] = Block(building, new=True)
        if block not in self.plan.blocks:
            self.plan.blocks[block] = None
            block.changed |= _lay(block.building, self.towers[key])
        return block

    def _place(self, row: HomeRow, block: Block) -> Place:
        key = places.key(row.building, row.unit, row.room)
        place = self.known.places.get(key)
        if place is None:
            home = blank_home(block.building, unit=row.unit, room=row.room)
            place = self.known.places[key] = Place(home, new=True)
        if place not in self.plan.places:
            self.plan.places[place] = None
            told = {name: getattr(row, name) for name in OF_HOME}
            place.changed |= _lay(place.home, {name: value for name, value in told.items() if value not in (None, "")})
        return place

    def _somebody(self, row: HomeRow, place: Place, person: Person) -> Somebody:
        somebody = self.people.recognise(person, place)
        if somebody is None:
            if self.people.has_namesake(person, place):
                self.plan.doubts.append(Problem(row.number, HEADINGS["name"], "namesake"))
            kind = _KINDS.get(HomeKind(place.home.kind), PartyKind.RESIDENT)
            somebody = Somebody(person.name, kind, new=True)
        self._follow(somebody, person)
        self.plan.people.setdefault(somebody)
        self.people.learn(somebody)
        return somebody

    def _follow(self, somebody: Somebody, person: Person) -> None:
        """The first row that names somebody settles what they are called; later ones only add."""
        first = somebody not in self.plan.people
        if first and somebody.name != person.name:
            somebody.name = person.name
            somebody.changed.add("name")
        if person.gender and somebody.gender != person.gender and (first or not somebody.gender):
            somebody.gender = person.gender
            somebody.changed.add("gender")
        if person.identity and somebody.identity is None:
            somebody.identity, somebody.number = identity_digest(person.identity), person.identity
            somebody.changed.add("identity")
        for kept_form in person.phones:
            digest = phone_digest(kept_form)
            if digest not in somebody.phones:
                somebody.phones.add(digest)
                somebody.numbers[digest] = kept_form
                somebody.changed.add("phones")

    def _stay(self, row: HomeRow, place: Place, somebody: Somebody, role: str) -> Stay:
        key = (place, somebody, role)
        stay = self.known.stays.get(key)
        if stay is None:
            stay = self.known.stays[key] = Stay(place, somebody, role, None, new=True)
            self.people.put(somebody, place, role)
        if row.moved_in is not None and stay.since != row.moved_in and stay not in self.plan.stays:
            stay.fresh = stay.since is None and role in MOVED_IN and self.today - row.moved_in < LATELY
            stay.since = row.moved_in
            stay.changed.add("since")
        self.plan.stays.setdefault(stay)
        return stay


def _lay(thing: Building | Home, told: Mapping[str, Any]) -> set[str]:
    """Lays over it what is told; gives the names of what that changes."""
    changed = {name for name, value in told.items() if value != getattr(thing, name)}
    for name in changed:
        setattr(thing, name, told[name])
    return changed
