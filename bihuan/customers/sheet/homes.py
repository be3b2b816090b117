"""What only several rows tell together: whether a home agrees with itself, has its owner, names each person once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bihuan.customers.sheet.columns import KINDS, OWNED, SHOPS_ONLY, STATUSES
from bihuan.customers.sheet.model import HomeRow, Person, Sheet
from bihuan.customers.sheet.taking import Problems

_OF_HOME = ("kind", "status", "floor", "floors", "lift", "layout", "area", "inner_area", "rent", "handed_over")
_COMPARED = 50  # namesakes in one home; a sheet that holds more is made up, and must not keep us busy


def settle(rows: list[HomeRow], *, problems: Problems) -> list[HomeRow]:
    """Return the rows completed from each other, in their order, telling of what does not fit together."""
    settled = [row for home in Sheet(rows, []).homes().values() for row in _settle(home, problems=problems)]
    return sorted(settled, key=lambda row: row.number)


def _settle(rows: Sequence[HomeRow], *, problems: Problems) -> list[HomeRow]:
    known = _known(rows, problems=problems)
    whole = [_completed(row, known) for row in rows]
    _check_needs(whole, problems=problems)
    _check_people(whole, problems=problems)
    return _each_once(whole)


def _known(rows: Sequence[HomeRow], *, problems: Problems) -> dict[str, Any]:
    """Return what the rows say of the home, telling where a later one says otherwise than the first that says it."""
    first: dict[str, HomeRow] = {}
    for row in rows:
        for name in _OF_HOME:
            if _is_blank(row, name):
                continue
            value, other = getattr(row, name), getattr(first.setdefault(name, row), name)
            if value != other:
                values = {"value": _shown(name, value), "other": _shown(name, other), "first": str(first[name].number)}
                problems.tell(row.number, name, "home_contradicts", **values)
    return {name: getattr(row, name) for name, row in first.items()}


def _completed(row: HomeRow, known: dict[str, Any]) -> HomeRow:
    lacking = {name: value for name, value in known.items() if _is_blank(row, name)}
    return replace(row, **lacking) if lacking else row


def _is_blank(row: HomeRow, name: str) -> bool:
    return getattr(row, name) in (None, "")


def _check_needs(rows: Sequence[HomeRow], *, problems: Problems) -> None:
    home = rows[0]
    needed = ("kind", "status") if home.kind == "parking" else ("kind", "status", "area")
    for name in needed:
        if _is_blank(home, name) and not _told(rows, name, problems=problems):
            problems.tell(home.number, name, "cell_empty")
    if home.status in SHOPS_ONLY and home.kind not in ("shop", ""):
        problems.tell(home.number, "status", "status_of_shops", status=_shown("status", home.status))


def _check_people(rows: Sequence[HomeRow], *, problems: Problems) -> None:
    home, inhabited = rows[0], [row for row in rows if row.people]
    if home.status == "unsold":
        for row in inhabited:
            problems.tell(row.number, "name", "party_of_unsold")
    elif any(person.role == "owner" for row in inhabited for person in row.people):
        return
    elif _told(rows, "name", problems=problems) or _told(rows, "role", problems=problems):
        return  # the owner may be the one who could not be read
    elif inhabited:
        for row in inhabited:
            problems.tell(row.number, "role", "owner_not_listed")
    elif home.status in OWNED:
        problems.tell(home.number, "name", "owner_missing", status=_shown("status", home.status))


def _told(rows: Sequence[HomeRow], name: str, *, problems: Problems) -> bool:
    return any(problems.about(row.number, name) for row in rows)


def _shown(name: str, value: object) -> str:
    """Return a value as it is written on the sheet."""
    if isinstance(value, bool):
        return "是" if value else "否"
    codes = {"kind": KINDS, "status": STATUSES}.get(name, ())
    return next((str(one) for one in codes if one.meaning == value), str(value))


def _each_once(rows: Sequence[HomeRow]) -> list[HomeRow]:
    """Return the rows with each person in the first that names them, and what the others add of them there too."""
    people: list[list[Person]] = [[] for _ in rows]
    places: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for at, row in enumerate(rows):
        for person in row.people:
            namesakes = places.setdefault((person.name, person.role), [])
            found = next((one for one in namesakes[:_COMPARED] if _same(people[one[0]][one[1]], person)), None)
            if found is None:
                namesakes.append((at, len(people[at])))
                people[at].append(person)
            else:
                people[found[0]][found[1]] = _both(people[found[0]][found[1]], person)
    told = zip(rows, map(tuple, people), strict=True)
    return [row if row.people == own else replace(row, people=own) for row, own in told]


def _same(one: Person, other: Person) -> bool:
    """Tell whether two of one name and role in one home are one person: by identity number, else by a phone.

    Where either has neither, nothing tells them apart; two namesakes in one home are rarer than a row written twice.
    """
    if one.identity and other.identity:
        return one.identity == other.identity
    return not one.phones or not other.phones or not set(one.phones).isdisjoint(other.phones)


def _both(one: Person, other: Person) -> Person:
    phones = tuple(dict.fromkeys(one.phones + other.phones))
    return replace(one, gender=one.gender or other.gender, phones=phones, identity=one.identity or other.identity)
