"""From the ledger to the engine: what reached a subject, in order, and what became of it.

The clock's own acts stand in the ledger like everything else. One that a backdated event has overtaken, because it
shows that there was nothing to do or not yet, is left out: it is retracted, as a breach is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bihuan.ledger.models import Event as Recorded
from bihuan.ledger.queries import reaching
from bihuan.obligations.books import Books, rulebook
from bihuan.rulebook import Event, Obligation, Policy, Reader
from bihuan.rulebook.event import CLOCK
from bihuan.rulebook.life import live_through
from bihuan.rulebook.obligation import MET
from bihuan.rulebook.subject import SubjectState

RETRACTED = "obligation.retracted"
NO_LIFE = ("obligation.breached", "obligation.escalated", "obligation.moved")  # follow from the rest
AFTER_ALL = 1 << 62  # what the clock does at an instant comes after everything else that happened in it


@dataclass(slots=True)
class Log:
    """What reached a subject, each with the policy it was recorded under, and the ids of the clock's acts retracted."""

    entries: list[tuple[Policy, Event]] = field(default_factory=list)
    retracted: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Life:
    """What the engine makes of a log, and the ids of the acts of the clock that it shows to be overtaken."""

    state: SubjectState
    overtaken: list[int]


def lives_of(
    subjects: Mapping[str, str], now: datetime, books: Books, *, begun: Sequence[Recorded] = ()
) -> dict[str, Life]:
    """The life of each subject (given with its site), from its whole log, with time passed up to `now`.

    `begun` is that log where all of them are new: then it was written just now and is not read again.
    """
    logs = _logs(subjects, books, begun)
    return {subject: _live(subject, site, logs[subject], now, books) for subject, site in subjects.items()}


def clock_acts(state: SubjectState) -> list[Obligation]:
    """What the clock has done in the engine and no event tells yet."""
    met = [one for one in state.obligations if one.rule.then is not None and one.state == MET]
    return [one for one in met if one.met_order is None]


def _logs(subjects: Iterable[str], books: Books, begun: Sequence[Recorded]) -> dict[str, Log]:
    logs = {subject: Log() for subject in subjects}
    reader = Reader(rulebook().vocabulary)
    for row in begun or reaching(logs).exclude(kind__in=NO_LIFE).order_by("at", "id"):
        if row.kind == RETRACTED:
            logs[row.subject].retracted |= {row.facts["act"]} if "act" in row.facts else set()
            continue
        taken = books.policy(row.site, row.recorded_at), _read(row, reader)
        for subject in {row.subject, *row.refs} & logs.keys():
            logs[subject].entries.append(taken)
    return logs


def _read(row: Recorded, reader: Reader) -> Event:
    """An event of the ledger as the engine reads it; its id orders what happened in one instant."""
    given: dict[str, Any] = {"at": row.at.isoformat(), "kind": row.kind, "subject": row.subject, "site": row.site}
    given |= {"actor": row.actor, "facts": row.facts, "refs": row.refs}
    return reader.one(given, row.pk + AFTER_ALL if row.actor == CLOCK else row.pk)


def _live(subject: str, site: str, log: Log, now: datetime, books: Books) -> Life:
    """Lives through the log, again for each act that turns out to be overtaken, the earliest first."""
    entries = [entry for entry in log.entries if entry[1].seq - AFTER_ALL not in log.retracted]
    entries.sort(key=lambda entry: entry[1].order)
    eras, until = books.eras(site), int(now.timestamp())
    overtaken: list[int] = []
    while True:
        state = live_through(subject, entries, site=site, calendars=books.calendars, eras=eras, until=until)
        wrong = next((event for _, event in entries if event.actor == CLOCK and not _called_for(event, state)), None)
        if wrong is None:
            return Life(state, overtaken)
        overtaken.append(wrong.seq - AFTER_ALL)
        entries = [entry for entry in entries if entry[1] is not wrong]


def _called_for(act: Event, state: SubjectState) -> bool:
    """Whether the clock had to do at that instant what it did."""
    return any(
        one.rule.then is not None
        and one.rule.then.kind == act.kind
        and one.met_order == act.order
        and one.acts_at == act.at
        for one in state.obligations
    )
