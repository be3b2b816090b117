"""Importing in tests: a sheet of rows goes in, and what is there afterwards comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.accounts.access import Actor
from bihuan.customers.imports import apply, preview
from bihuan.customers.models import Import, Occupancy, Party
from tests.customers.sheet_files import GOOD, file_of

# A row of nobody's: tests name whom they mean. 13800000000 and 110101199001010000 stand for "none known".
NOBODY = "13800000000"
NO_IDENTITY = "110101199001010000"


def of(name: str, **changes: Any) -> dict[str, Any]:
    """The row of somebody of whom only the name is known, owner of 1栋1单元101."""
    return GOOD | {"name": name, "gender": "", "phone": NOBODY, "identity": NO_IDENTITY} | changes


def previewed(*rows: dict[str, Any], by: Actor, at: datetime, **how: Any) -> Import:
    """The preview of a sheet of these rows."""
    return preview(by.sites[0], file_of(rows, **how), filename="客户.xlsx", by=by, at=at)


def taken(*rows: dict[str, Any], by: Actor, at: datetime, **how: Any) -> Import:
    """A sheet of these rows, applied."""
    return apply(previewed(*rows, by=by, at=at, **how), by=by, at=at)


def counted(made: Import, what: str) -> tuple[int, int, int]:
    """How many are new, changed, the same."""
    counts = made.summary[what]
    return counts["new"], counts["changed"], counts["same"]


def people() -> list[tuple[str, list[str]]]:
    """Every party with the homes it has, as often as there are such parties."""
    found = Party.objects.order_by("id").prefetch_related("occupancies__home")
    return [(one.name, [stay.home.label for stay in one.occupancies.all()]) for one in found]


def stays() -> list[tuple[str, str, str]]:
    """Who is what to which home."""
    rows = Occupancy.objects.select_related("home", "party").order_by("id")
    return [(one.home.label, one.party.name, one.role) for one in rows]
