"""Counting: how many units of each part, as they are now, or as they were when a month was closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Count

from bihuan.customers.models import Home, HomeKind, HomeStatus
from bihuan.figures import parts
from bihuan.figures.models import MonthCount
from bihuan.figures.units import Span, units, values

OCCUPIED = (HomeStatus.OCCUPIED, HomeStatus.LET)
_COUNT = """
    WITH {units} SELECT u.site, u.month,
        {dimension}, coalesce({code}, ''), c.severity, u.part, count(*)
    FROM unit u JOIN cases_case c ON c.id = u.case_id {joins}
    GROUP BY u.site, u.month, u.part, c.severity, {sets}
"""
_BY = {"problem": "c.problem_id", "channel": "c.channel", "building": "h.building_id", "in_charge": "c.in_charge_id"}


class Counted(NamedTuple):
    """So many units of a part, at a site in a month, by a dimension and severity."""

    site: str
    month: date
    dimension: str
    code: str
    severity: str
    part: str
    units: int


class Tally:
    """Counts that can be asked for and added up."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str, str]] = Counter()
        self._content: dict[tuple[str, str, str], Decimal] = {}

    def add(self, one: Counted, *, weight: Decimal) -> None:
        """Takes in a count; `weight` is what "basically satisfied" counts there."""
        self._counts[one.dimension, one.code, one.severity, one.part] += one.units
        share = {"satisfied": Decimal(1), "basically": weight}.get(one.part)
        if share is not None:
            key = one.dimension, one.code, one.severity
            self._content[key] = self._content.get(key, Decimal(0)) + share * one.units

    def of(self, wanted: Iterable[str], dimension: str = parts.ALL, code: str = "", severity: str | None = None) -> int:
        """How many of these parts; of one severity only where one is named ("" for what has none yet)."""
        graded = parts.SEVERITIES if severity is None else (severity,)
        return sum(self._counts[dimension, code, grade, part] for grade in graded for part in wanted)

    def content(self, dimension: str = parts.ALL, code: str = "", severity: str | None = None) -> Decimal:
        """Satisfied + weight x basically satisfied; of one severity only where one is named."""
        graded = parts.SEVERITIES if severity is None else (severity,)
        return sum((self._content.get((dimension, code, grade), Decimal(0)) for grade in graded), Decimal(0))

    def codes(self, dimension: str) -> list[str]:
        """The codes of a dimension of which anything was counted."""
        return sorted({code for of, code, _, _ in self._counts if of == dimension})

    def rows(self) -> Iterator[tuple[tuple[str, str, str, str], int]]:
        """Every count that is not nought."""
        return ((key, count) for key, count in sorted(self._counts.items()) if count)


def live(asked: Sequence[Span], now: datetime, *, broken_down: bool = False, stock: bool = True) -> list[Counted]:
    """What the rows say now; one query. `broken_down` by every dimension too; `stock`: also what is open at the end."""
    if not asked:
        return []
    wanted = parts.PARTS if stock else [part for part in parts.PARTS if part not in parts.OPEN]
    with connection.cursor() as cursor:
        cursor.execute(_statement(wanted, broken_down=broken_down), values(asked, now))
        return [Counted(*row) for row in cursor.fetchall()]


def frozen(closes: Iterable[int], *, broken_down: bool = False) -> list[Counted]:
    """What was counted when these months were closed; one query."""
    rows = MonthCount.objects.filter(close__in=list(closes))
    if not broken_down:
        rows = rows.filter(dimension=parts.ALL)
    names = ("close__site", "close__month", "dimension", "code", "severity", "part", "count")
    return [Counted(*row) for row in rows.values_list(*names)]


def occupied_homes(sites: Iterable[str]) -> Mapping[str, int]:
    """How many homes of each site are lived in, let or used now, parking spaces aside; one query."""
    rows = Home.objects.filter(site__in=list(sites), status__in=OCCUPIED).exclude(kind=HomeKind.PARKING)
    return {row["site"]: row["count"] for row in rows.values("site").annotate(count=Count("id")).order_by()}


def _statement(wanted: Sequence[str], *, broken_down: bool) -> str:
    if not broken_down:
        plain = {"dimension": f"'{parts.ALL}'", "code": "NULL", "joins": "", "sets": "GROUPING SETS (())"}
        return _COUNT.format(units=units(wanted), **plain)
    columns = list(_BY.values())
    mask = (1 << len(columns)) - 1
    names = " ".join(f"WHEN {mask ^ 1 << len(columns) - 1 - at} THEN '{name}'" for at, name in enumerate(_BY))
    return _COUNT.format(
        units=units(wanted),
        dimension=f"CASE GROUPING({', '.join(columns)}) {names} ELSE '{parts.ALL}' END",
        code=", ".join(f"{column}::text" for column in columns),
        joins="LEFT JOIN customers_home h ON h.id = c.home_id",
        sets=f"GROUPING SETS ((), {', '.join(f'({column})' for column in columns)})",
    )
