"""Who is who: the same person is recognised, and strangers are never made one."""

from __future__ import annotations

from collections import defaultdict

from bihuan.customers.imports.known import Known, Place, Somebody
from bihuan.customers.sheet import Person
from bihuan.customers.vault import identity_digest, phone_digest


class People:
    """The people of a site, found by identity number, by telephone and name, by home, name and role."""

    def __init__(self, known: Known) -> None:
        self._by_identity: dict[bytes, Somebody] = {}
        self._by_phone: dict[tuple[bytes, str], list[Somebody]] = defaultdict(list)
        self._by_place: dict[tuple[Place, str, str], list[Somebody]] = defaultdict(list)
        for somebody in known.people.values():
            self.learn(somebody)
        for place, somebody, role in known.stays:
            self.put(somebody, place, role)

    def learn(self, somebody: Somebody) -> None:
        """From now on they are found by what is known of them."""
        if somebody.identity is not None:
            self._by_identity[somebody.identity] = somebody
        for digest in somebody.phones:
            namesakes = self._by_phone[digest, somebody.name]
            if somebody not in namesakes:
                namesakes.append(somebody)

    def put(self, somebody: Somebody, place: Place, role: str) -> None:
        """From now on they are found in this home, in this role."""
        self._by_place[place, somebody.name, role].append(somebody)

    def recognise(self, person: Person, place: Place) -> Somebody | None:
        """Whom the sheet means, or None for somebody new.

        The identity number tells; else a telephone number together with the name; else, where one of the two has no
        number to compare (a placeholder is none), the name with the role in this home. Two different identity numbers
        are two people whatever else is alike.
        """
        identity = identity_digest(person.identity) if person.identity else None
        if identity in self._by_identity:
            return self._by_identity[identity]
        phones = [phone_digest(one) for one in person.phones]
        alike = [one for digest in phones for one in self._by_phone.get((digest, person.name), [])]
        alike += [one for one in self._here(person, place) if not phones or not one.phones]
        return next((one for one in alike if identity is None or one.identity is None), None)

    def has_namesake(self, person: Person, place: Place) -> bool:
        """Whether somebody else of that name has that role in this home."""
        return bool(self._here(person, place))

    def _here(self, person: Person, place: Place) -> list[Somebody]:
        return self._by_place.get((place, person.name, person.role), [])
