"""The lists behind the numbers, page after page: the very rows that are counted, as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from bihuan.accounts.access import NotFound
from bihuan.cases.models import Case
from bihuan.figures import parts
from bihuan.figures.units import Span, units, values

SIZE = 50
_WRITTEN = "%Y%m%dT%H%M%S.%fZ"
_COLUMNS = {
    "problem": "coalesce(c.problem_id, '')",
    "severity": "c.severity",
    "channel": "c.channel",
    "building": "coalesce(h.building_id::text, '')",
    "in_charge": "coalesce(c.in_charge_id::text, '')",
}
_JOIN = "LEFT JOIN customers_home h ON h.id = c.home_id"
_PAGE = """
    WITH {units} SELECT u.case_id, u.part, u.at, u.key FROM unit u JOIN cases_case c ON c.id = u.case_id {joins}
    WHERE u.part = ANY(%(parts)s) {wanted} {following} ORDER BY u.at DESC, u.key DESC LIMIT %(size)s
"""
_FOLLOWING = "AND (u.at, u.key) < (%(at)s, %(key)s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What is behind a number: a whole or part of parts.py, narrowed to codes of dimensions ("" for those of none)."""

    what: str
    only: Sequence[tuple[str, str]] = ()  # dimension, code


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit that was counted: the case, of which part, and the instant by which it belongs to the month."""

    case: Case
    part: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """A page of units, and what to ask for the next one with; empty after the last."""

    rows: list[Unit]
    next: str


def behind_page(
    spans: Sequence[Span], wanted: Behind, now: datetime, after: str = "", *, size: int = SIZE
) -> UnitsPage:
    """The units behind a number of a month, the latest first; two queries.

    Raises NotFound for what is nothing that is counted, and where `after` is none that a page gave.
    """
    if wanted.what not in parts.WHATS or any(dimension not in _COLUMNS for dimension, _ in wanted.only):
        raise NotFound
    rows = _rows(spans, wanted, now, after, size)
    cases = (
        Case.objects.select_related("home", "problem", "in_charge").defer("details").in_bulk([row[0] for row in rows])
    )
    found = [Unit(cases[case], part, at) for case, part, at, _ in rows[:size]]
    last = rows[size - 1] if len(rows) > size else None
    return UnitsPage(found, f"{last[2].astimezone(UTC):{_WRITTEN}}~{last[3]}" if last else "")


def _rows(
    spans: Sequence[Span], wanted: Behind, now: datetime, after: str, size: int
) -> list[tuple[UUID, str, datetime, str]]:
    held = parts.WHATS[wanted.what]
    told: dict[str, Any] = values(spans, now) | {"parts": list(held), "size": size + 1}
    told |= {f"code_{dimension}": code for dimension, code in wanted.only}
    if after:
        told |= _read(after)
    statement = _PAGE.format(
        units=units(held),
        joins=_JOIN if any(dimension == "building" for dimension, _ in wanted.only) else "",
        wanted=" ".join(f"AND {_COLUMNS[dimension]} = %(code_{dimension})s" for dimension, _ in wanted.only),
        following=_FOLLOWING if after else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        rows: list[tuple[UUID, str, datetime, str]] = cursor.fetchall()
    return rows


def _read(after: str) -> dict[str, Any]:
    at, _, key = after.partition("~")
    try:
        read = datetime.strptime(at, _WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        raise NotFound from None
    if not key or "\0" in key:
        raise NotFound
    return {"at": read, "key": key}
