"""Live application and replay tell the same story, in whatever order the events arrive."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bihuan.kernel.errors import Refused
from bihuan.rulebook import Event, Obligation, Policy, Reader, State, load, replay
from bihuan.worktime import Calendar
from tests.rulebook.random_histories import history

Told = tuple[Any, ...]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load("strict")


def told(obligations: list[Obligation]) -> list[Told]:
    """Everything an obligation says, so that two can be compared."""
    return sorted(
        (
            *(one.rule.id, one.subject, one.start, one.opened_at, one.due_at, one.original_due_at, one.state),
            *map(repr, (one.met_at, one.late_seconds, one.breached_at, one.reason)),
        )
        for one in obligations
    )


def events_of(policy: Policy, seed: int) -> list[Event]:
    return list(Reader(policy.vocabulary).dicts(history(seed)))


def replayed(policy: Policy, events: list[Event], until: int) -> list[Told]:
    return told(list(replay(policy, events, until=until)))


@pytest.mark.parametrize("seed", range(150))
def test_one_by_one_is_the_same_as_replay(policy: Policy, seed: int) -> None:
    events, state = events_of(policy, seed), State()
    for event in events:
        policy.apply(state, event)
    policy.advance(state, events[-1].at)
    assert told(state.obligations()) == replayed(policy, events, events[-1].at)


@pytest.mark.parametrize("seed", range(150))
def test_the_order_of_arrival_does_not_matter(policy: Policy, seed: int) -> None:
    events, state, dice = events_of(policy, seed), State(), random.Random(seed)
    for event in dice.sample(events, len(events)):
        policy.apply(state, event)
        if dice.random() < 0.2:
            policy.advance(state, dice.choice(events).at)
    policy.advance(state, events[-1].at)
    assert told(state.obligations()) == replayed(policy, events, events[-1].at)


@pytest.mark.parametrize("seed", range(150))
def test_nothing_is_opened_twice(policy: Policy, seed: int) -> None:
    standing: dict[tuple[str, str, int], int] = {}
    for one in replay(policy, events_of(policy, seed)):
        if one.state != "void" and not one.rule.every:
            key = one.rule.id, one.subject, one.start
            standing[key] = standing.get(key, 0) + 1
    assert all(count == 1 for count in standing.values())


@pytest.mark.parametrize("seed", range(150))
def test_what_is_breached_is_never_forgotten(policy: Policy, seed: int) -> None:
    """A breach seen at an instant is still there at every later one, as long as nothing backdated arrives."""
    events = events_of(policy, seed)
    end = events[-1].at
    seen: set[tuple[str, str, int, int]] = set()
    for until in sorted({event.at for event in events} | {end + 1, end + 90 * 86400}):
        told_so_far = [event for event in events if event.at <= until]
        breached = {
            (one.rule.id, one.subject, one.opened_at, one.breached_at)
            for one in replay(policy, told_so_far, until=until)
            if one.breached_at is not None
        }
        assert seen <= breached
        seen = breached


def test_a_backdated_event_retracts_the_breach(policy: Policy) -> None:
    given = [
        {"at": "2026-03-02T09:00:00+08:00", "kind": "emergency.received", "subject": "case:1"},
        {
            "at": "2026-03-02T09:04:00+08:00",
            "kind": "work_order.assigned",
            "subject": "work_order:1",
            "refs": ["case:1"],
        },
    ]
    received, assigned = Reader(policy.vocabulary).dicts(given)
    state = State()
    policy.apply(state, received)
    assert [one.rule.clause for one in policy.advance(state, received.at + 3600).breached] == ["GC-2.6"]
    changes = policy.apply(state, assigned)
    assert [one.rule.clause for one in changes.retracted] == ["GC-2.6"]
    assert [one.late_seconds for one in changes.met] == [0]


def test_sites_are_those_of_the_subjects_own_events_in_whatever_order_they_arrive(policy: Policy) -> None:
    berlin = Calendar("Europe/Berlin", {"mon": [("09:00", "17:00")]})
    calendars = {"BER": berlin}
    given = [
        {
            "at": "2026-03-02T08:59:00+08:00",
            "kind": "work_order.assigned",
            "subject": "work_order:1",
            "site": "BER",
            "refs": ["case:1"],
        },
        {"at": "2026-03-02T09:00:00+08:00", "kind": "complaint.received", "subject": "case:1", "site": "CH"},
        {"at": "2026-03-02T18:00:00+08:00", "kind": "complaint.handled", "subject": "case:1", "site": "BER"},
    ]
    events = list(Reader(policy.vocabulary).dicts(given))
    wanted = {(one.site, one.due_at) for one in replay(policy, events, calendars) if one.subject == "case:1"}
    assert {site for site, _ in wanted} == {"CH"}
    state = State(calendars)
    for event in reversed(events):
        policy.apply(state, event)
    assert {(one.site, one.due_at) for one in state.of("case:1")} == wanted


def test_an_event_nobody_knows_is_refused(policy: Policy) -> None:
    with pytest.raises(Refused, match="Did you mean"):
        policy.apply(State(), Event(0, "complaint.recieved", "case:1"))
