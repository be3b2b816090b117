"""The problems of a sheet as they are found, and taking cells from a row while noting what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from bihuan.customers.sheet.cells import Unreadable, Value
from bihuan.customers.sheet.columns import HEADINGS
from bihuan.customers.sheet.model import Problem

T = TypeVar("T")

LONGEST = 2_000  # characters in a cell, before its own column asks for less


class Enough(Exception):
    """So many problems that more would help nobody."""


class Problems:
    """The problems found so far; telling one more than the limit raises Enough."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._found: list[Problem] = []
        self._cells: set[tuple[int, str]] = set()

    def tell(self, row: int, name: str, code: str, **values: str) -> None:
        """Note a problem in the column of that name."""
        if len(self._found) == self.limit:
            raise Enough
        self._found.append(Problem(row, HEADINGS[name], code, values))
        self._cells.add((row, name))

    def about(self, row: int, name: str) -> bool:
        """Tell whether that cell has a problem already: what it lacks then need not be told again."""
        return (row, name) in self._cells

    def in_order(self) -> list[Problem]:
        """Return them by row."""
        return sorted(self._found, key=lambda problem: problem.row)


class Taker:
    """Takes the cells of one row."""

    def __init__(self, number: int, values: Mapping[str, Value], problems: Problems) -> None:
        self.number, self._values, self._problems = number, values, problems

    def take(self, name: str, read: Callable[[Value], T], *, default: T) -> T:
        """Return what the cell says; where it cannot be read, note the problem and return the default."""
        cell = self._values.get(name)
        try:
            if isinstance(cell, str) and len(cell) > LONGEST:
                raise Unreadable("text_too_long", limit=str(LONGEST))
            return read(cell)
        except Unreadable as error:
            self.tell(name, error.code, **error.values)
            return default

    def tell(self, name: str, code: str, **values: str) -> None:
        """Note a problem of this row."""
        self._problems.tell(self.number, name, code, **values)
