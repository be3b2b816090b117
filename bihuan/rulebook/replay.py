"""Replay: a history of events through a policy, subject by subject, without a database.

Sorted input streams: subjects with nothing open are put aside on disk, so memory follows what is open and not
what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from bihuan.kernel.errors import Refused
from bihuan.rulebook.attic import Attic
from bihuan.rulebook.engine import pass_time, take, take_ref
from bihuan.rulebook.event import Event
from bihuan.rulebook.handlers import Handler
from bihuan.rulebook.obligation import Obligation
from bihuan.rulebook.parsing import Reader
from bihuan.rulebook.policy import Policy
from bihuan.rulebook.sitetime import SiteTime, SiteTimes, site_times
from bihuan.rulebook.subject import SubjectState
from bihuan.worktime import Calendar

ROOM = 50_000  # how many subjects are kept in memory before those with nothing open are put aside

LONG_LIFE = 20  # how many obligations make the life of a site or a customer worth shortening


def replay(
    policy: Policy,
    events: Iterable[Event | dict[str, Any]],
    calendars: Mapping[str, Calendar | SiteTime] | None = None,
    until: datetime | int | None = None,
) -> Iterator[Obligation]:
    """Every obligation that `events` give rise to under `policy`, by the instant `until`.

    Events may be dicts of the same shape as a line. A list is sorted first; any other iterable streams and must be
    sorted by `at`, else it is refused. `calendars` are by site; others have the usual one. `until` (aware, or in UTC
    seconds) defaults to the last event: later ones are left out, and what fell due before it unmet is breached.
    Obligations come in no particular order.
    """
    end = _end(until)
    run = Run(policy, site_times(calendars))
    for event in _in_order(events, Reader(policy.vocabulary)):
        if end is None or event.at <= end:
            run.take(event)
    yield from run.finish(end)


def _end(until: datetime | int | None) -> int | None:
    if not isinstance(until, datetime):
        return until
    if until.tzinfo is None:
        raise Refused("until has no zone.", remedy="Give an aware datetime, or UTC seconds.", code="bad_until")
    return int(until.timestamp())


def _in_order(events: Iterable[Event | dict[str, Any]], reader: Reader) -> Iterator[Event]:
    read = (reader.one(event, number) if isinstance(event, dict) else event for number, event in enumerate(events, 1))
    if isinstance(events, list):
        yield from sorted(read, key=attrgetter("at"))
        return
    last: Event | None = None
    for event in read:
        if last is not None and event.at < last.at:
            what = f"{event.kind} of {event.subject} lies before the event that came before it."
            raise Refused(what, remedy="Sort the events by time, or give a list.", code="out_of_order")
        last = event
        yield event


class Run:
    """A replay under way: the subjects it knows, each with its state."""

    def __init__(self, policy: Policy, calendars: SiteTimes, *, room: int = ROOM) -> None:
        self.policy, self.calendars = policy, calendars
        self.now: int | None = None
        self._subjects: dict[str, SubjectState] = {}
        self._attic = Attic(policy, calendars)
        self._least_room = self._room = room
        self._visited: dict[str, str] = {}  # a visit that found problems → what was visited

    def take(self, event: Event) -> None:
        """The next event of the history."""
        self.now = event.at
        policy = self.policy
        handler = policy.handlers[event.kind]
        if handler.inert or (handler.idle and self._means_nothing(event, handler)):
            return
        state = self._state(event.subject, event.site)
        if not (state.sited or handler.idle):
            state.place(event, self.calendars)
        take(policy, state, event, handler)
        if handler.reaches and event.refs:
            for ref in self.reached(event):
                take_ref(policy, self._state(ref, event.site), event, handler)
        if "found_problems" in event.facts:
            self._note_visit(event)
        if len(self._subjects) > self._room:
            self._tidy(event.at)

    def _means_nothing(self, event: Event, handler: Handler) -> bool:
        """Whether nothing asks for what an idle event tells; the first of a case still says what case it is."""
        if not self.policy.decisive.isdisjoint(event.facts):
            return False
        if not handler.case:
            return True
        state = self._subjects.get(event.subject)
        return state is not None and state.case != ""

    def finish(self, until: int | None = None) -> Iterator[Obligation]:
        """Lets time pass until the end, and gives every obligation."""
        end = until if until is not None else self.now
        for state in self._subjects.values():
            yield from self._close(state, end)
        yield from self._attic.obligations(besides=self._subjects)

    def _close(self, state: SubjectState, end: int | None) -> Iterator[Obligation]:
        if end is not None:
            pass_time(self.policy, state, end)
            for obligation in state.open:
                obligation.breach(end)
        yield from state.obligations

    def reached(self, event: Event) -> list[str]:
        """The subjects an event names beside its own; a visit stands for what was visited."""
        named = (self._visited.get(ref, ref) for ref in event.refs)
        return [ref for ref in dict.fromkeys(named) if ref != event.subject]

    def _note_visit(self, event: Event) -> None:
        """A visit that found problems can be named as the origin of what takes them up."""
        if event.facts["found_problems"] and event.facts.get("visit"):
            self._visited[event.facts["visit"]] = event.subject

    def _state(self, subject: str, site: str) -> SubjectState:
        state = self._subjects.get(subject)
        if state is None:
            state = self._attic.fetch(subject) or SubjectState(subject, site, self.calendars[site])
            self._subjects[subject] = state
        return state

    def _tidy(self, now: int) -> None:
        """Puts aside the subjects with nothing open; the room doubles where too many remain."""
        aside: list[SubjectState] = []
        for subject, state in list(self._subjects.items()):
            pass_time(self.policy, state, now)
            if not state.open:
                if state.matters(now):
                    aside.append(state)
                del self._subjects[subject]
            elif not state.case and len(state.obligations) > LONG_LIFE and not self.policy.looks_back:
                self._attic.file(state, state.shed(now))
        if aside:
            self._attic.store(aside)
        self._room = max(self._least_room, 2 * len(self._subjects))
