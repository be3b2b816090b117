"""What would be owed: the same engine, over events that have not been written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bihuan.ledger.actions import Happened
from bihuan.obligations.books import Books, books, rulebook
from bihuan.rulebook import Event, Obligation, Reader
from bihuan.rulebook.life import live_through
from bihuan.rulebook.obligation import VOID
from bihuan.rulebook.subject import SubjectState

AFTERWARDS = ("handled", "result_told")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A promise that would be made. `due_at` is None where it counts from something that has yet to happen."""

    rule: str
    clause: str
    duty: str
    owed_by: str
    value: str
    due_at: datetime | None


def foresee(happened: Sequence[Happened], *, noun: str) -> list[Foreseen]:
    """What these events of a new subject would make owed at once, then what its handling would make owed."""
    held, first = books(), happened[0]
    reader = Reader(rulebook().vocabulary)
    events = [reader.one(_given(one), number) for number, one in enumerate(happened)]
    now = _lived(events, held, first)
    owed = [_told(one, known=True) for one in sorted(now.open, key=lambda one: one.due_at)]
    seen = {one.rule.id for one in now.obligations}
    end = max((one.due_at for one in now.open), default=events[-1].at)
    later = [
        Event(end, f"{noun}.{verb}", first.subject, site=first.site, seq=len(events) + number)
        for number, verb in enumerate(AFTERWARDS)
    ]
    then = _lived([*events, *later], held, first)
    return owed + [_told(one, known=False) for one in then.obligations if one.rule.id not in seen and one.state != VOID]


def _given(one: Happened) -> dict[str, Any]:
    return {
        "at": one.at.astimezone(UTC).isoformat(),
        "kind": one.kind,
        "subject": one.subject,
        "site": one.site,
        "actor": one.actor,
        "facts": dict(one.facts),
    }


def _lived(events: list[Event], held: Books, first: Happened) -> SubjectState:
    policy = held.policy(first.site, first.at)
    log = [(policy, event) for event in events]
    until = events[-1].at
    return live_through(first.subject, log, site=first.site, calendars=held.calendars, eras=[(0, policy)], until=until)


def _told(one: Obligation, *, known: bool) -> Foreseen:
    due = datetime.fromtimestamp(one.due_at, UTC) if known else None
    return Foreseen(one.rule.id, one.clause, one.duty, one.owed_by, one.value.duration.text, due)
