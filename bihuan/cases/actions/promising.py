"""XQ-C7.5b: a promise on the spot, within the authority letter, and its report to the superior the same day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.accounts.access import holders
from bihuan.cases.authority import check_promise, day_of
from bihuan.cases.models import Case

SUPERIOR = "branch_office"


def promised(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was promised costs so much, and keeps within the letter of the manager who promises."""
    letter = check_promise(case, given["by"], amount=given["amount"], at=at)
    return {"amount": given["amount"], "letter": letter.pk}


def promise_reported(case: Case, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """The branch learns of it: everybody there who deals with complaints."""
    return {"told": [one for one in holders(case.site_id, SUPERIOR, day_of(case.site_id, at)) if one != given["by"]]}


EFFECTS = {"promised": promised, "promise_reported": promise_reported}
