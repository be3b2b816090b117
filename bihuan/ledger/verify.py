"""Walking the chains and the anchors, and naming the first break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from bihuan.ledger.hashing import START, anchored, chained
from bihuan.ledger.models import Anchor, Chain, Event
from bihuan.ledger.queries import heads_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was walked, and the first break in words, "" where there is none. `digest` stands for the whole ledger."""

    events: int
    chains: int
    anchors: int
    broken: str
    digest: str


def verify() -> Verdict:
    """Walks every chain and every anchor in one consistent view of the database."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        walk = _Walk()
        broken = walk.chains() or walk.anchors()
        return Verdict(walk.events, walk.seen, walk.anchored, broken, walk.digest.hex())


class _Walk:
    def __init__(self) -> None:
        self.events = self.seen = self.anchored = 0
        self.digest = START

    def chains(self) -> str:
        """The first break in a chain."""
        heads = _by_subject()
        known: tuple[str, int, bytes] | None = next(heads, None)
        subject, head, position = "", START, 0
        for event in Event.objects.order_by("subject", "position").iterator(chunk_size=5000):
            if event.subject != subject:
                fault, known = _ended(subject, position, head, known, heads)
                if fault:
                    return fault
                subject, head, position = event.subject, START, 0
            if event.position != position:
                return f"{event.subject}: event {position} is missing."
            head, position = chained(head, event), position + 1
            if bytes(event.hash) != head:
                return f"{event.subject}: event {event.position} ({event.kind}) is not what was recorded."
            self.events += 1
        fault, known = _ended(subject, position, head, known, heads)
        return fault or _left(known)

    def anchors(self) -> str:
        """The first day that is not what was anchored."""
        before, last = START, None
        for anchor in Anchor.objects.order_by("day"):
            if last is not None and anchor.day != last + timedelta(days=1):
                return f"the anchor of {last + timedelta(days=1)} is missing."
            count, digest = anchored(before, heads_of(anchor.day))
            if digest != bytes(anchor.hash):
                return f"{anchor.day}: {anchor.chains} chains were anchored, and these {count} are not they."
            before, last = digest, anchor.day
            self.anchored += 1
        self.seen, self.digest = anchored(before, _by_subject())
        return ""


def _by_subject() -> Iterator[tuple[str, int, bytes]]:
    rows = Chain.objects.exclude(length=0).order_by("subject").values_list("subject", "length", "head")
    return ((subject, length, bytes(head)) for subject, length, head in rows.iterator(chunk_size=5000))


def _ended(
    subject: str,
    length: int,
    head: bytes,
    known: tuple[str, int, bytes] | None,
    heads: Iterator[tuple[str, int, bytes]],
) -> tuple[str, tuple[str, int, bytes] | None]:
    """Compares a chain that was walked with what is known of it; gives the fault and the next chain known."""
    if not subject:
        return "", known
    if known is None or known[0] > subject:
        return f"{subject}: its chain is not known.", known
    if known[0] < subject:
        return _left(known), known
    if known[1:] != (length, head):
        return f"{subject}: {known[1]} events are known, and the chain ends at {length}.", known
    return "", next(heads, None)


def _left(known: tuple[str, int, bytes] | None) -> str:
    return "" if known is None else f"{known[0]}: the whole chain of {known[1]} events is missing."
