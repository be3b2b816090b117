"""The whole way from a file to its rows and problems."""

from __future__ import annotations

from typing import BinaryIO

from bihuan.customers.sheet.grid import Grid, open_grid
from bihuan.customers.sheet.homes import settle
from bihuan.customers.sheet.model import HomeRow, Limits, Problem, Sheet, refuse
from bihuan.customers.sheet.rows import read_row
from bihuan.customers.sheet.taking import Enough, Problems, Taker

_LIMITS = Limits()


def read_sheet(stream: BinaryIO, *, limits: Limits = _LIMITS) -> Sheet:
    """Read a resident sheet from a stream that can be sought in, which is left open.

    The headings are looked for in the first ten rows of every visible worksheet; their order does not matter, and what
    stands in other columns is left alone. Raises SheetRefused for what cannot be read at all: see sentences.REFUSALS
    for its codes. Everything else is told row by row: see sentences.PROBLEMS.
    """
    grid = open_grid(stream, limits=limits)
    problems = Problems(limits.problems)
    rows: list[HomeRow] = []
    try:
        _read(grid, into=rows, problems=problems, limits=limits)
        return Sheet(settle(rows, problems=problems), problems.in_order())
    except Enough:
        last = Problem(0, "", "too_many_problems", {"limit": str(limits.problems)})
        return Sheet(rows, [*problems.in_order(), last])


def _read(grid: Grid, *, into: list[HomeRow], problems: Problems, limits: Limits) -> None:
    count = 0
    for count, (number, values) in enumerate(grid.rows(), start=1):
        if count > limits.rows:
            refuse("sheet_too_long", limit=str(limits.rows))
        row = read_row(Taker(number, values, problems), epoch=grid.epoch)
        if row is not None:
            into.append(row)
    if not count:
        refuse("sheet_without_rows")
