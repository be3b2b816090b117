"""Who was told of which promise, and when: one's own notices, and every step that was taken at some sites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Staff
from bihuan.obligations.models import Escalation, Notice

SIZE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A step that was taken: who was told, and whether the reader has read it (None: it was not for the reader)."""

    step: Escalation
    names: list[str]
    unread: bool | None


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A page of them, newest first, and what to ask for the next one with; empty after the last."""

    rows: list[Told]
    next: str


def notices_page(staff: Staff, after: str = "", *, size: int = SIZE) -> ToldPage:
    """What this person was told; two queries. Raises NotFound where `after` is none that a page gave."""
    rows = Notice.objects.filter(staff=staff).select_related("escalation__obligation__staff")
    if after:
        rows = rows.filter(escalation__lt=_number(after))
    found = list(rows.order_by("-escalation_id")[: size + 1])
    more = str(found[size - 1].escalation_id) if len(found) > size else ""
    names = _names(one.escalation for one in found[:size])
    return ToldPage([_told(one.escalation, names, unread=one.read_at is None) for one in found[:size]], more)


def told_page(sites: Sequence[str], reader: Staff, after: str = "", *, size: int = SIZE) -> ToldPage:
    """What anybody was told of promises of these sites; three queries. Raises as notices_page does."""
    rows = Escalation.objects.filter(site__in=sites).select_related("obligation__staff")
    if after:
        seconds, _, pk = after.partition("~")
        at = datetime.fromtimestamp(_number(seconds), UTC)
        rows = rows.filter(Q(told_at__lte=at) & (Q(told_at__lt=at) | Q(pk__lt=_number(pk))))
    found = list(rows.order_by("-told_at", "-id")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    names = _names(found[:size])
    own = Notice.objects.filter(staff=reader, escalation__in=found[:size]).values_list("escalation", "read_at")
    unread = {step: read_at is None for step, read_at in own}
    rows_told = [_told(one, names, unread=unread.get(one.pk)) for one in found[:size]]
    return ToldPage(rows_told, f"{int(last.told_at.timestamp())}~{last.pk}" if last else "")


def read_all(staff: Staff, *, upto: int, at: datetime) -> int:
    """Marks what this person was told as read, up to a step; gives how many there were. What came later stays."""
    unread = Notice.objects.filter(staff=staff, read_at=None, escalation__lte=upto)
    return unread.update(read_at=at)


def _told(step: Escalation, names: dict[int, str], *, unread: bool | None) -> Told:
    return Told(step, [names[one] for one in step.told if one in names], unread)


def _names(steps: Iterable[Escalation]) -> dict[int, str]:
    people = {one for step in steps for one in step.told}
    return dict(Staff.objects.filter(pk__in=people).values_list("pk", "name"))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotFound
    return int(text)
