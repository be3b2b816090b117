"""The complaints of a time, as a register lists them."""

from __future__ import annotations

from datetime import datetime

from bihuan.cases.models import Case, CaseKind

MOST = 3000  # lines of one register: beyond that, print parts of the time


def complaints_between(site: str, start: datetime, end: datetime) -> list[Case]:
    """The complaints a site received from `start` until before `end`, in their order, with whose they are, the masks of
    their telephones and who is in charge; two queries, and no more than `MOST` rows."""
    found = Case.objects.filter(site=site, kind=CaseKind.COMPLAINT, received_at__gte=start, received_at__lt=end)
    related = found.select_related("party", "home", "problem", "received_by", "in_charge").defer("details")
    return list(related.prefetch_related("party__phones").order_by("received_at", "id")[:MOST])
