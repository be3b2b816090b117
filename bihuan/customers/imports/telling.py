"""Problems of a sheet as they are kept with its import, and as people read them in their own language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from bihuan.customers.models import Import
from bihuan.customers.sheet import Problem

# What only the comparison with the database tells; the sheet has its own.
_SENTENCES = {
    "moved_in_ahead": (_("%(heading)s lies in the future."), _("Leave it empty, and enter the move when it is done.")),
    "namesake": (
        _("Somebody of this name with another telephone number has the same role here, and stays."),
        _("If it is the same person, correct the number in the archive first; else nothing needs doing."),
    ),
}
# A telephone or identity number in the wrong column must not stand in the clear with the problem it causes.
_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9Xx]){10,}")
_HIDDEN = "****"


@dataclass(frozen=True, slots=True)
class Told:
    """A problem or a doubt of one row, in the reader's language."""

    row: int
    heading: str
    code: str
    what: str
    remedy: str


def kept(problem: Problem) -> dict[str, Any]:
    """A problem as it is kept: a code and its values, put into words when it is read."""
    hidden = {name: _NUMBER.sub(_HIDDEN, value) for name, value in problem.values.items()}
    return {"row": problem.row, "heading": problem.heading, "code": problem.code, "values": hidden}


def problems_of(made: Import) -> list[Told]:
    """What keeps the sheet from being applied, in the order of rows."""
    return [_told(one) for one in made.problems]


def doubts_of(made: Import) -> list[Told]:
    """What somebody should look at, though it keeps nothing from being applied."""
    return [_told(one) for one in made.summary.get("doubts", [])]


def _told(one: Mapping[str, Any]) -> Told:
    row, heading, code, values = one["row"], one["heading"], one["code"], one["values"]
    if code in _SENTENCES:
        what, remedy = (gettext(sentence) % {"heading": heading, **values} for sentence in _SENTENCES[code])
    else:
        what, remedy = Problem(row, heading, code, values).told(gettext)
    return Told(row, heading, code, what, remedy)
