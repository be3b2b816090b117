"""XQ-C3a: what the site has no power to solve goes to another unit, and stays the site's to follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.cases.models import Case, CaseState, Unit
from bihuan.kernel.errors import Refused


def transferred(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """The case goes to the branch, the developer or another unit."""
    unit, name = given["unit"], (given.get("unit_name") or "").strip()
    if unit not in Unit.values:
        remedy = _("Choose the branch, the developer or another unit.")
        raise Refused(_("this is no unit to transfer to."), where="unit", remedy=remedy, code="bad_unit")
    if unit == Unit.OTHER and not name:
        raise Refused(_("say which unit."), where="unit_name", remedy=_("Write its name."), code="missing")
    case.transferred_to, case.transferred_unit, case.transferred_at = unit, name[:80], at
    case.state = CaseState.IN_HAND
    return {"unit": unit}


def returned(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """The other unit has given it back, solved or not: the site goes on with it."""
    unit = case.transferred_to
    case.transferred_to, case.transferred_unit, case.transferred_at = "", "", None
    return {"unit": unit}


EFFECTS = {"transferred": transferred, "returned": returned}
