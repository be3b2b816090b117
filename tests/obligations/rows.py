"""Promises as rows, for lists and figures that need many: each as the engine would have written it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bihuan.obligations.books import rulebook
from bihuan.obligations.models import Obligation

HOUR = timedelta(hours=1)
NOBODYS = "case:00000000-0000-7000-8000-000000000001"  # a case that is nowhere: for figures alone


def promise(
    rule: str,
    *,
    due: datetime,
    site: str = "CH",
    subject: str = NOBODYS,
    met: datetime | None = None,
    waived: str = "",
    start: datetime | None = None,
) -> Obligation:
    """A promise that is open, or was met, or waived for a reason. Not yet saved."""
    one = next(each for each in rulebook().rules if each.id == rule)
    return Obligation(
        subject=subject,
        site=site,
        rule=rule,
        start=start or due - HOUR,
        clause=one.clause,
        noun=one.noun,
        duty=one.duty,
        owed_by=one.by,
        state="met" if met else "waived" if waived else "open",
        opened_at=start or due - HOUR,
        due_at=due,
        original_due_at=due,
        met_at=met,
        ended_at=met,
        reason=waived,
        policy="0" * 16,
        calendar="0" * 12,
        value="PT1H",
    )


def save(*rows: Obligation) -> None:
    """Writes them, each for a start of its own."""
    for number, row in enumerate(rows):
        row.nth = number
    Obligation.objects.bulk_create(rows)
