"""Recording: the one way to write an event. In its transaction the rules are applied and the promises written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from django.db import connection
from django.utils.translation import gettext as _

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened, append
from bihuan.ledger.models import Event
from bihuan.obligations.books import Books, books
from bihuan.obligations.lives import Life, clock_acts, lives_of
from bihuan.obligations.models import Obligation, State
from bihuan.obligations.reactions import react
from bihuan.obligations.reckoning import Written, write
from bihuan.rulebook import Obligation as Promise
from bihuan.rulebook.event import CLOCK

NOBODY: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Record:
    """The events that were written, the clock's among them, what became of obligations, and under which rules."""

    events: list[Event]
    written: Written
    books: Books


def record(*happened: Happened, owners: Mapping[str, int] = NOBODY, new: Collection[str] = ()) -> Record:
    """Writes events, applies the rules to everything they reach, and lets other rooms react, all in one transaction.

    `owners` names the person who holds a post for this subject: what opens for that post is then owed by that person.
    `new` are subjects made in this transaction, of which these are the first events: nothing is read about them.
    """
    now = clock.now()
    for one in happened:
        if one.at.replace(microsecond=0) > now:  # fractions of a second are cut off everywhere
            what, remedy = _("this lies in the future."), _("Give a time that has passed.")
            raise Refused(what, remedy=remedy, code="in_the_future")
    events, chains = append(happened, new=new)
    sites = {subject: chain.site for subject, chain in chains.items()}
    held = books()
    reached = _reached(happened, sites, held)
    done = _reckon(reached, held, owners=owners, now=now, begun=events if reached.keys() <= set(new) else ())
    done.events[:0] = events
    react(done.events, done.written.rows)
    return done


def reckon(subjects: Mapping[str, str], *, now: datetime) -> Record:
    """Lets time pass for subjects (given with their site) that are held: the clock acts, and breaches are noted."""
    done = _reckon(dict(subjects), books(), owners=NOBODY, now=now)
    react(done.events, done.written.rows)
    return done


def give(subject: str, post: str, *, staff: int | None) -> None:
    """From now on this person owes what the post owes about the subject."""
    Obligation.objects.filter(subject=subject, owed_by=post, state="open").update(staff_id=staff)


def _reached(happened: Iterable[Happened], sites: Mapping[str, str], held: Books) -> dict[str, str]:
    handlers = held.base.handlers
    reached = {one.subject for one in happened if one.kind in handlers}
    for one in happened:
        if one.kind in handlers and handlers[one.kind].reaches:
            reached |= set(one.refs)
    return {subject: sites[subject] for subject in sorted(reached)}


def _reckon(
    subjects: dict[str, str], held: Books, *, owners: Mapping[str, int], now: datetime, begun: Sequence[Event] = ()
) -> Record:
    assert connection.in_atomic_block
    lives = lives_of(subjects, now, held, begun=begun)
    acted = acts = _clock_events(lives.values())
    while acts:
        later = lives_of({event.subject: event.site for event in acts}, now, held)
        lives |= later
        acts = _clock_events(later.values())
        acted += acts
    overtaken = _overtaken(lives.values())
    written = write((life.state for life in lives.values()), held, now, owners, new=bool(begun))
    acted += _told(written, overtaken)
    return Record(acted, written, held)


def _clock_events(lives: Iterable[Life]) -> list[Event]:
    """Writes the events of what the clock has done in the engine."""
    acts = [_act(one) for life in lives for one in clock_acts(life.state)]
    return append(acts)[0] if acts else []


def _act(one: Promise) -> Happened:
    assert one.rule.then is not None
    assert one.met_at is not None
    at = datetime.fromtimestamp(one.met_at, UTC)
    return Happened(one.rule.then.kind, one.subject, one.site, at, CLOCK, dict(one.rule.then.facts))


def _overtaken(lives: Iterable[Life]) -> list[tuple[Obligation, int]]:
    """The promises of the clock that it kept by acts which are overtaken, each with the id of the act."""
    acts = Event.objects.in_bulk([pk for life in lives for pk in life.overtaken])
    kept = Obligation.objects.filter(subject__in={act.subject for act in acts.values()}, owed_by=CLOCK, state=State.MET)
    by_act = {(row.subject, row.ended_by, row.met_at): row for row in kept.order_by("id")} if acts else {}
    return [(by_act[act.subject, act.kind, act.at], act.pk) for act in acts.values()]


def _told(written: Written, overtaken: Iterable[tuple[Obligation, int]]) -> list[Event]:
    """Breaches, and what is taken back of breaches and of the clock's acts, are events of the subject's chain."""
    told = [_of("obligation.breached", row, row.breached_at) for row in written.breached if row.breached_at]
    told += [_of("obligation.retracted", row, clock.now()) for row in written.retracted]
    told += [_of("obligation.retracted", row, clock.now(), act=act) for row, act in overtaken]
    told += [_of("obligation.moved", row, clock.now(), due_at=row.due_at.isoformat()) for row in written.replanned]
    return append(told)[0] if told else []


def _of(kind: str, row: Obligation, at: datetime, **more: int | str) -> Happened:
    facts = {"obligation": row.pk, "rule": row.rule} | more
    return Happened(kind, row.subject, row.site, at, CLOCK, facts)
