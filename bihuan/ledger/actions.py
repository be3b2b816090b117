"""Writing: holding subjects, appending events, anchoring days. `obligations.record` is what other rooms call."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from bihuan.kernel import clock
from bihuan.ledger.hashing import START, anchored, chained
from bihuan.ledger.kinds import check
from bihuan.ledger.models import Anchor, Chain, Event
from bihuan.ledger.queries import heads_of
from bihuan.ledger.rows import insert

_HOLD = "SELECT subject, site, length, head FROM ledger_chain WHERE subject = ANY(%s) ORDER BY subject FOR UPDATE"
_BEGIN = """
    INSERT INTO ledger_chain (subject, site, length, head) VALUES {}
    ON CONFLICT (subject) DO UPDATE SET site = ledger_chain.site RETURNING subject, site, length, head
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('bihuan.ledger.anchors'))"
_GROW = """
    UPDATE ledger_chain SET length = grown.length, head = grown.head
    FROM unnest(%s::text[], %s::int[], %s::bytea[]) AS grown (subject, length, head)
    WHERE ledger_chain.subject = grown.subject
"""
SETTLING = timedelta(minutes=15)  # a day is anchored when whoever began to write before its end has long finished


@dataclass(frozen=True, slots=True)
class Happened:
    """An event to be recorded: what, to whom, where, when and by whom."""

    kind: str
    subject: str
    site: str
    at: datetime
    actor: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    refs: Sequence[str] = ()


def hold(subjects: Mapping[str, str]) -> dict[str, Chain]:
    """Locks the chains of subjects (given with their site) until the transaction ends, always in the same order.

    Whoever changes anything about a subject holds it first; so two who press the same button come one after the other.
    """
    if not subjects:
        return {}
    wanted = sorted(subjects)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [wanted])
        found = _chains(cursor.fetchall())
    missing = [subject for subject in wanted if subject not in found]
    return found | _begin(missing, subjects) if missing else found


def _begin(missing: list[str], subjects: Mapping[str, str]) -> dict[str, Chain]:
    """Chains of subjects that had none: made, or awaited where somebody else is making them just now."""
    places = ", ".join(["(%s, %s, 0, '')"] * len(missing))
    values = [part for subject in missing for part in (subject, subjects[subject])]
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN.format(places), values)
        return _chains(cursor.fetchall())


def _chains(rows: Iterable[tuple[Any, ...]]) -> dict[str, Chain]:
    return {row[0]: Chain(subject=row[0], site=row[1], length=row[2], head=row[3]) for row in rows}


def append(happened: Sequence[Happened], *, new: Collection[str] = ()) -> tuple[list[Event], dict[str, Chain]]:
    """Appends events to their subjects' chains; gives them with the chains of all subjects they touch, held.

    `new` are subjects that this transaction has made under ids that nobody else can know: they need not be held first.
    """
    assert connection.in_atomic_block, "events are written in the transaction of what caused them"
    touched = {subject: one.site for one in happened for subject in (*one.refs, one.subject)}
    fresh = {one: Chain(subject=one, site=site, length=0, head=START) for one, site in touched.items() if one in new}
    chains = fresh | hold({subject: site for subject, site in touched.items() if subject not in fresh})
    written = clock.now()
    events = [_linked(one, chains[one.subject], written) for one in happened]
    insert(events)
    insert(list(fresh.values()))
    _grow([chains[one] for one in dict.fromkeys(one.subject for one in happened) if one not in fresh])
    return events, chains


def _grow(chains: list[Chain]) -> None:
    if chains:
        rows = [(one.subject, one.length, bytes(one.head)) for one in chains]
        with connection.cursor() as cursor:
            cursor.execute(_GROW, [list(column) for column in zip(*rows, strict=True)])


def _linked(one: Happened, chain: Chain, written: datetime) -> Event:
    kind = check(one.kind, one.facts)
    event = Event(
        at=one.at.replace(microsecond=0),
        recorded_at=written,
        kind=one.kind,
        v=kind.v,
        subject=one.subject,
        position=chain.length,
        refs=list(one.refs),
        site=one.site,
        actor=one.actor,
        facts=dict(one.facts),
    )
    event.hash = chain.head = chained(chain.head, event)
    chain.length += 1
    return event


def anchor_days() -> list[Anchor]:
    """Anchors every day of recording that is over and has no anchor yet, the oldest first."""
    until = (clock.now() - SETTLING).astimezone(UTC).date()
    made = []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME)
        last = Anchor.objects.order_by("-day").first()
        before = START if last is None else last.hash
        for day in _days_after(last, until):
            count, digest = anchored(before, heads_of(day))
            made.append(Anchor(day=day, chains=count, hash=digest))
            before = digest
        Anchor.objects.bulk_create(made)
    return made


def _days_after(last: Anchor | None, until: date) -> Iterable[date]:
    if last is not None:
        first = last.day + timedelta(days=1)
    else:
        oldest = Event.objects.order_by("recorded_at").values_list("recorded_at", flat=True).first()
        first = until if oldest is None else oldest.astimezone(UTC).date()
    return (first + timedelta(days=n) for n in range((until - first).days))
