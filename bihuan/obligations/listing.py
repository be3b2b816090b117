"""Lists of promises, page after page. A page begins after the last row of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from django.db.models import F, Q

from bihuan.accounts.access import NotFound
from bihuan.obligations.models import Obligation, State

SIZE = 50
MET = Q(state=State.MET)
STANDING: Mapping[str, Q] = MappingProxyType(
    {
        "all": ~Q(state=State.VOID),
        "open": Q(state=State.OPEN),
        "overdue": Q(state=State.OPEN),  # and past due: `standing` adds the instant
        "kept": MET & Q(met_at__lte=F("due_at")),
        "late": MET & Q(met_at__gt=F("due_at")),
        "waived": Q(state=State.WAIVED),
    }
)


@dataclass(frozen=True, slots=True)
class PromisesPage:
    """A page of promises, and what to ask for the next one with; empty after the last."""

    rows: list[Obligation]
    next: str


def standing(name: str, now: datetime) -> Q:
    """Promises that stand so: one of STANDING."""
    return STANDING[name] & Q(due_at__lt=now) if name == "overdue" else STANDING[name]


def promises_page(wanted: Q, after: str = "", *, soonest: bool = False, size: int = SIZE) -> PromisesPage:
    """The promises that are wanted, by due time, the latest first unless `soonest`; one query.

    Raises NotFound where `after` is none that a page gave.
    """
    rows = Obligation.objects.filter(wanted).select_related("staff").defer("trace", "steps")
    if after:
        rows = rows.filter(_following(after, soonest=soonest))
    found = list(rows.order_by(*(("due_at", "id") if soonest else ("-due_at", "-id")))[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return PromisesPage(found[:size], f"{int(last.due_at.timestamp())}~{last.pk}" if last else "")


def _following(after: str, *, soonest: bool) -> Q:
    seconds, _, pk = after.partition("~")
    if not (seconds.isdecimal() and pk.isdecimal() and len(seconds) < 12 and len(pk) < 19):
        raise NotFound
    at = datetime.fromtimestamp(int(seconds), UTC)
    if soonest:
        return Q(due_at__gte=at) & (Q(due_at__gt=at) | Q(pk__gt=int(pk)))
    return Q(due_at__lte=at) & (Q(due_at__lt=at) | Q(pk__lt=int(pk)))
