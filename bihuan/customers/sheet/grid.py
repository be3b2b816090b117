"""From a workbook to rows of values by column name, merged cells filled in."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from openpyxl import load_workbook

from bihuan.customers.sheet.archive import Range, inspect
from bihuan.customers.sheet.cells import Value
from bihuan.customers.sheet.columns import COLUMNS, HEADINGS
from bihuan.customers.sheet.model import Limits, refuse
from bihuan.kernel.text import normal

Values = dict[str, Value]

# It warns of styles and validations that it leaves out; they do not matter here.
warnings.filterwarnings("ignore", module=r"openpyxl\.")

_HEAD = 10  # rows among which the headings are looked for: a title often stands above them
_WIDTH = 256  # columns looked at
_LAST_ROW = 1_048_576  # what spreadsheet programs can have; without a bound a false row number would never end
_NAMES = {heading: name for name, heading in HEADINGS.items()}
_BESIDE_A_NAME = ("gender", "phone", "identity", "role")
_MARK = re.compile(r"[\s*]")  # a star says "needed"


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the columns of a worksheet are."""

    sheet: Any
    row: int  # of the headings
    places: Mapping[str, int]  # by name, counted from 0
    epoch: datetime
    merges: list[Range]

    def rows(self) -> Iterator[tuple[int, Values]]:
        """Yield number and values of each row that has any of its own."""
        filled = _Filled(self)
        for number, cells in enumerate(_rows(self.sheet, width=max(self.places.values()) + 1), start=1):
            if number <= self.row or cells.count(None) == len(cells):
                continue
            own = {name: cells[at] if at < len(cells) else None for name, at in self.places.items()}
            full = filled.row(number, own)
            if not all(map(_is_blank, own.values())):
                yield number, full


class _Filled:
    """Fills merged cells downwards: what people see in a merged cell holds for each of its rows."""

    def __init__(self, grid: Grid) -> None:
        self.starting = dict(_starting(grid))
        self.held: dict[str, tuple[int, Value]] = {}  # column → last row, value
        self.beside: tuple[int, Values] = (0, {})

    def row(self, number: int, own: Values) -> Values:
        """Return the row with what is merged into it."""
        full = own | {name: value for name, (last, value) in self.held.items() if number <= last}
        # A name merged over several homes is the same people in each: what is blank beside it is told above.
        last, beside = self.beside
        if number <= last:
            full |= {name: value for name, value in beside.items() if _is_blank(full[name])}
        for name, end in self.starting.pop(number, {}).items():
            self.held[name] = end, own[name]
            if name == "name":
                self.beside = end, {one: own[one] for one in _BESIDE_A_NAME}
        return full


def _is_blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def open_grid(stream: BinaryIO, *, limits: Limits) -> Grid:
    """Return the first visible worksheet that has all headings; refuse a file that has none."""
    merges = inspect(stream, limits=limits)
    stream.seek(0)
    try:
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception:  # the library raises whatever it stumbles over
        refuse("sheet_damaged")
    return _find(book, merges=merges)


def _find(book: Any, *, merges: Mapping[str, list[Range]]) -> Grid:
    # A part that was not inspected is not read.
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and _path(sheet) in merges]
    heads = [(sheet, *_headings(sheet)) for sheet in sheets]
    if not heads:
        refuse("sheet_damaged")
    sheet, row, found = min(heads, key=lambda head: len(_missing(head[2])))
    if missing := _missing(found):
        refuse("sheet_headings_missing", headings="、".join(missing))
    return Grid(sheet, row, _unique(found), book.epoch, merges[_path(sheet)])


def _path(sheet: Any) -> str:
    return str(sheet._worksheet_path).lstrip("/")  # the library offers no other way to tell which part it reads


def _missing(found: Mapping[str, list[int]]) -> list[str]:
    return [column.heading for column in COLUMNS if column.name not in found]


def _headings(sheet: Any) -> tuple[int, dict[str, list[int]]]:
    """Return the row that has the most headings, and where they stand."""
    best: tuple[int, dict[str, list[int]]] = (1, {})
    for number, cells in enumerate(_rows(sheet, last=_HEAD), start=1):
        found: dict[str, list[int]] = {}
        for at, cell in enumerate(cells):
            name = _NAMES.get(_MARK.sub("", normal(cell))) if isinstance(cell, str) else None
            if name:
                found.setdefault(name, []).append(at)
        if len(found) > len(best[1]):
            best = number, found
    return best


def _unique(found: Mapping[str, list[int]]) -> dict[str, int]:
    for name, places in found.items():
        if len(places) > 1:
            refuse("sheet_heading_twice", heading=HEADINGS[name])
    return {name: places[0] for name, places in found.items()}


def _rows(sheet: Any, *, width: int = _WIDTH, last: int = _LAST_ROW) -> Iterator[tuple[Value, ...]]:
    try:
        yield from sheet.iter_rows(max_col=width, max_row=last, values_only=True)
    except Exception:  # as above; what the caller does with a row is not caught here
        refuse("sheet_damaged")


def _starting(grid: Grid) -> Iterable[tuple[int, dict[str, int]]]:
    """Yield the rows in which merged cells begin: the columns, and the row in which each ends."""
    names = {at + 1: name for name, at in grid.places.items()}
    starting: dict[int, dict[str, int]] = {}
    for left, top, _, bottom in grid.merges:
        if left in names and bottom > top:
            starting.setdefault(top, {})[names[left]] = bottom
    return starting.items()
