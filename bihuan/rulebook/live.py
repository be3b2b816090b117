"""Live application: the same engine, one event at a time, in whatever order they arrive.

An event that comes in its turn is taken at once. A backdated one makes the subjects it touches start again from their
own logs, which are short; what differs then is what changed. So live application and replay cannot come apart.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass, field

from bihuan.kernel.errors import Refused
from bihuan.rulebook.engine import pass_time, take, take_ref
from bihuan.rulebook.event import Event
from bihuan.rulebook.obligation import MET, VOID, WAIVED, Obligation
from bihuan.rulebook.policy import Policy
from bihuan.rulebook.read_rule import near
from bihuan.rulebook.sitetime import SiteTime, site_times
from bihuan.rulebook.subject import SubjectState
from bihuan.worktime import Calendar

Key = tuple[str, str, int, int]  # subject, rule, start, how many before it
Seen = tuple[str, int, int | None]  # state, due, breached_at


@dataclass(slots=True)
class Changes:
    """What an event, or the passing of time, did. `retracted` are breaches that a backdated event takes back."""

    opened: list[Obligation] = field(default_factory=list)
    met: list[Obligation] = field(default_factory=list)
    voided: list[Obligation] = field(default_factory=list)
    waived: list[Obligation] = field(default_factory=list)
    moved: list[Obligation] = field(default_factory=list)
    breached: list[Obligation] = field(default_factory=list)
    retracted: list[Obligation] = field(default_factory=list)
    unmade: list[Obligation] = field(default_factory=list)  # were owed on what was known, and never were

    def __bool__(self) -> bool:
        parts = (
            self.opened,
            self.met,
            self.voided,
            self.waived,
            self.moved,
            self.breached,
            self.retracted,
            self.unmade,
        )
        return any(parts)


class _Kept:
    """A subject with everything that reached it, in order."""

    __slots__ = ("log", "state")

    def __init__(self, state: SubjectState) -> None:
        self.state = state
        self.log: list[tuple[tuple[int, int], Event]] = []


class State:
    """The subjects that are known, and how far time has passed for them."""

    def __init__(self, calendars: Mapping[str, Calendar | SiteTime] | None = None) -> None:
        self.calendars = site_times(calendars)
        self.now: int | None = None
        self._kept: dict[str, _Kept] = {}
        self._visited: dict[str, list[tuple[tuple[int, int], str]]] = {}

    def obligations(self) -> list[Obligation]:
        """All obligations, of all subjects."""
        return [obligation for kept in self._kept.values() for obligation in kept.state.obligations]

    def of(self, subject: str) -> list[Obligation]:
        """The obligations of one subject."""
        kept = self._kept.get(subject)
        return list(kept.state.obligations) if kept else []

    # ---- for the functions below

    def keep(self, subject: str, site: str) -> _Kept:
        """The subject, known from now on."""
        if subject not in self._kept:
            self._kept[subject] = _Kept(SubjectState(subject, site, self.calendars[site]))
        return self._kept[subject]

    def subjects(self) -> list[str]:
        """Every subject known."""
        return list(self._kept)

    def resolve(self, ref: str, order: tuple[int, int]) -> str:
        """The subject a reference means at that point: a visit that found problems stands for what was visited."""
        before = [subject for when, subject in self._visited.get(ref, ()) if when < order]
        return before[-1] if before else ref

    def note_visit(self, event: Event) -> list[Event]:
        """Remembers a visit that found problems; gives the events that named it before it was known."""
        visit = event.facts.get("visit")
        if not (event.facts.get("found_problems") and visit):
            return []
        insort(self._visited.setdefault(visit, []), (event.order, event.subject))
        named = self._kept.get(visit)
        return [one for order, one in named.log if order > event.order] if named else []


def apply(policy: Policy, state: State, event: Event) -> Changes:
    """Takes one event into the state. Events of one instant are ordered by their `seq`."""
    if event.kind not in policy.handlers:
        what, remedy = f'there is no event "{event.kind}".', near(event.kind, policy.handlers)
        raise Refused(what, where=event.subject, remedy=remedy, code="malformed_line")
    reached = {event.subject}
    if policy.handlers[event.kind].reaches:
        reached |= {state.resolve(ref, event.order) for ref in event.refs}
    again = state.note_visit(event)
    before = _seen(state, reached)
    for subject in sorted(reached):
        _deliver(policy, state, subject, [event])
    if again:
        _deliver(policy, state, event.subject, [one for one in again if event.subject not in (one.subject, *one.refs)])
    return _changes(before, state, reached)


def advance(policy: Policy, state: State, now: int) -> Changes:
    """Lets time pass up to `now` for every subject: the clock acts, cycles go on, what was due is breached."""
    subjects = set(state.subjects())
    before = _seen(state, subjects)
    state.now = now if state.now is None else max(now, state.now)
    for subject in subjects:
        _pass(policy, state, state.keep(subject, "").state)
    return _changes(before, state, subjects)


def _deliver(policy: Policy, state: State, subject: str, events: list[Event]) -> None:
    if not events:
        return
    kept = state.keep(subject, events[0].site)
    in_turn = True
    for event in events:
        late = (kept.log and event.order < kept.log[-1][0]) or (state.now is not None and event.at < state.now)
        in_turn = in_turn and not late
        insort(kept.log, (event.order, event), key=_order)
    todo = events if in_turn else _start_again(state, kept)
    for event in todo:
        handler = policy.handlers[event.kind]
        if event.subject != subject:
            take_ref(policy, kept.state, event, handler)
            continue
        if not (kept.state.sited or handler.idle):
            kept.state.place(event, state.calendars)
        take(policy, kept.state, event, handler)
    _pass(policy, state, kept.state)


def _start_again(state: State, kept: _Kept) -> list[Event]:
    old = kept.state
    kept.state = SubjectState(old.subject, old.site, state.calendars[old.site])
    return [event for _, event in kept.log]


def _pass(policy: Policy, state: State, subject: SubjectState) -> None:
    if state.now is not None:
        pass_time(policy, subject, state.now)
        for obligation in subject.open:
            obligation.breach(state.now)


def _order(entry: tuple[tuple[int, int], Event]) -> tuple[int, int]:
    return entry[0]


# ---- what changed


def _keyed(state: State, subjects: set[str]) -> dict[Key, Obligation]:
    keyed: dict[Key, Obligation] = {}
    for subject in sorted(subjects):
        count: dict[tuple[str, int], int] = {}
        for one in state.of(subject):
            place = one.rule.id, one.start
            count[place] = count.get(place, 0) + 1
            keyed[subject, *place, count[place]] = one
    return keyed


def _seen(state: State, subjects: set[str]) -> dict[Key, tuple[Obligation, Seen]]:
    return {key: (one, _see(one)) for key, one in _keyed(state, subjects).items()}


def _see(one: Obligation) -> Seen:
    return one.state, one.due_at, one.breached_at


def _changes(before: dict[Key, tuple[Obligation, Seen]], state: State, subjects: set[str]) -> Changes:
    changes, after = Changes(), _keyed(state, subjects)
    for key, one in after.items():
        known = before.get(key)
        if known is None:
            changes.opened.append(one)
        _compare(changes, one, known[1] if known else ("open", one.due_at, None))
    changes.unmade = [one for key, (one, _) in before.items() if key not in after]
    return changes


def _compare(changes: Changes, one: Obligation, seen: Seen) -> None:
    state, due, breached_at = seen
    if one.state != state:
        {MET: changes.met, VOID: changes.voided, WAIVED: changes.waived}.get(one.state, changes.opened).append(one)
    if one.due_at != due:
        changes.moved.append(one)
    if one.breached_at is not None and breached_at is None:
        changes.breached.append(one)
    if one.breached_at is None and breached_at is not None:
        changes.retracted.append(one)
