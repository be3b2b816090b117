"""What reading a sheet gives: rows of homes with their people, and problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NoReturn

from bihuan.customers.sheet.sentences import PROBLEMS, REFUSALS
from bihuan.kernel.errors import Refused

HomeKey = tuple[str, str, str]  # building, unit, room
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before a sheet is refused or left."""

    rows: int = 200_000
    unpacked: int = 300 * 1024 * 1024  # bytes
    problems: int = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """A person or an organisation at a home. Placeholders have been left out: what is not known is empty."""

    name: str
    role: str  # owner, family, tenant, temporary
    gender: str = ""  # m, f
    phones: tuple[str, ...] = ()  # as bihuan.kernel.phones keeps them
    identity: str | None = None  # 18 characters, checked


@dataclass(frozen=True, slots=True)
class HomeRow:
    """One row: a home, and those of its people that are not named in an earlier row of it.

    What a row leaves out of the home's own columns stands as in the other rows of the home. `unit` is empty for shops.
    Building, unit and room are bare numbers where people wrote 3栋, 三号楼, 二单元 or 101室.
    """

    number: int  # as the spreadsheet program counts, the first row being 1
    building: str
    unit: str
    room: str
    kind: str = ""  # residence, dormitory, office, shop, plant, parking; empty only beside a problem, as status is
    status: str = ""
    floor: int | None = None
    floors: int | None = None
    lift: bool | None = None
    layout: str = ""
    area: Decimal | None = None  # square metres
    inner_area: Decimal | None = None
    rent: Decimal | None = None  # yuan a month
    handed_over: date | None = None  # the home
    moved_in: date | None = None  # the people of this row
    people: tuple[Person, ...] = ()

    @property
    def key(self) -> HomeKey:
        """What tells this home from every other of the site."""
        return self.building, self.unit, self.room


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a row from being taken over. `code` and `values` say it to programs, and in any language."""

    row: int
    heading: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return self.told(str)[0]

    @property
    def remedy(self) -> str:
        """What to do, in English."""
        return self.told(str)[1]

    def told(self, translate: Translate) -> tuple[str, str]:
        """Return what is wrong and what to do; give gettext for the language of the reader."""
        what, remedy = PROBLEMS[self.code]
        values = {"heading": self.heading, **self.values}
        return translate(what) % values, translate(remedy) % values


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows in their order, and all problems in theirs. Only without problems may the rows be taken over.

    A problem of row 0 (too_many_problems, the last one) says that reading ended early.
    """

    rows: list[HomeRow]
    problems: list[Problem]

    def homes(self) -> dict[HomeKey, list[HomeRow]]:
        """Return the rows of each home, homes in the order of their first rows."""
        homes: dict[HomeKey, list[HomeRow]] = {}
        for row in self.rows:
            homes.setdefault(row.key, []).append(row)
        return homes


class SheetRefused(Refused):
    """A file that cannot be read at all. `told` says it in the reader's language, as a Problem does."""

    def __init__(self, code: str, **values: str) -> None:
        what, remedy = REFUSALS[code]
        super().__init__(what % values, remedy=remedy % values, code=code)
        self.values = values

    def told(self, translate: Translate) -> tuple[str, str]:
        """Return what is wrong and what to do; give gettext for the language of the reader."""
        what, remedy = REFUSALS[self.code]
        return translate(what) % self.values, translate(remedy) % self.values


def refuse(code: str, **values: str) -> NoReturn:
    """Raise the refusal of that code."""
    raise SheetRefused(code, **values)
