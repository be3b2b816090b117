"""Recording: an event and every promise that follows from it are written together, or nothing is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from bihuan.cases.models import Case, CaseNumber, Note
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened
from bihuan.ledger.models import Chain, Event
from bihuan.obligations import reactions
from bihuan.obligations.actions import give, record
from bihuan.obligations.books import books
from bihuan.obligations.models import Escalation, Obligation
from bihuan.visits.models import Visit
from tests.world import World, serves

EVERYTHING = (Case, CaseNumber, Chain, Escalation, Event, Note, Obligation, Visit)


def state_of_everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in EVERYTHING]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes what reacts to a kind of event fail, after everything else has been written."""

    def fail(event: Event) -> None:
        assert Obligation.objects.filter(subject=event.subject).exists()
        raise ZeroDivisionError

    return lambda kind: monkeypatch.setitem(reactions._on_event, kind, [fail])


def test_what_fails_while_reacting_to_a_step_leaves_nothing(world: World, failing: Callable[[str], None]) -> None:
    case = world.take(world.receive(), "handed_over")
    before = state_of_everything()
    failing("complaint.handled")
    with pytest.raises(ZeroDivisionError):
        world.take(case, "handled")
    assert state_of_everything() == before


def test_what_fails_while_reacting_to_a_receipt_leaves_nothing(world: World, failing: Callable[[str], None]) -> None:
    before = state_of_everything()
    failing("demand.received")
    with pytest.raises(ZeroDivisionError):
        world.receive("demand")
    assert state_of_everything() == before


def test_what_fails_after_recording_leaves_nothing(world: World) -> None:
    before = state_of_everything()
    with pytest.raises(ZeroDivisionError):
        with transaction.atomic():
            world.record("emergency.received", "case:1", channel="phone")
            raise ZeroDivisionError
    assert state_of_everything() == before


def test_of_several_events_one_of_which_is_wrong_none_is_written(world: World) -> None:
    right = Happened("emergency.received", "case:1", "CH", world.now, "staff:1", {"channel": "phone"})
    wrong = Happened("emergency.received", "case:2", "CH", world.now, "staff:1", {})
    with pytest.raises(Refused, match="channel"), transaction.atomic():
        record(right, wrong)
    assert not Event.objects.exists()
    assert not Obligation.objects.exists()


def test_now_is_no_future_and_a_second_later_is(world: World) -> None:
    world.record("emergency.received", "case:1", channel="phone", at=world.now)
    world.record("emergency.received", "case:2", channel="phone", at=world.now + timedelta(milliseconds=999))
    with pytest.raises(Refused) as refused:
        world.record("emergency.received", "case:3", channel="phone", at=world.now + timedelta(seconds=1))
    assert refused.value.code == "in_the_future"
    assert set(Event.objects.values_list("subject", flat=True)) == {"case:1", "case:2"}


def test_a_promise_says_what_it_rests_on(world: World) -> None:
    case = world.receive()
    owed = world.promise(case, "XQ-C7.4B1")
    assert (owed.rule, owed.duty, owed.noun) == ("complaint.hand_over.b", "hand_over", "complaint")
    assert (owed.owed_by, owed.owed_to, owed.staff) == ("cs_supervisor", "trade_supervisor", None)
    assert (owed.start, owed.opened_at) == (world.now, world.now)
    assert owed.due_at == owed.original_due_at == world.time("03-02 10:00")
    assert (owed.value, owed.state, owed.breached_at, owed.met_at) == ("PT1H", "open", None, None)
    assert owed.policy == books().base.version
    assert owed.calendar == books().calendars["CH"].calendar.version
    assert owed.trace


def test_a_job_meets_what_is_owed_about_the_request_it_is_for(world: World) -> None:
    demand = world.receive("demand")
    world.later(minutes=10)
    order = world.issue(demand, technician=None)
    assert world.promises(demand) == {"XQ-K2.1.3a"}
    world.record("work_order.assigned", order.subject, to=1, refs=[demand.subject])
    owed = world.promise(demand, "XQ-K2.1.3a")
    assert (owed.state, owed.met_at, owed.ended_by) == ("met", world.now, "work_order.assigned")


def test_what_only_names_a_subject_and_does_nothing_to_it_leaves_it_as_it_is(world: World) -> None:
    demand = world.receive("demand")
    world.record("work_order.arrived", "work_order:1", refs=[demand.subject])
    assert world.promises(demand) == {"XQ-K2.1.3a"}


@serves("XQ-K2.2.2d")
def test_what_opens_for_the_post_of_the_person_in_charge_is_owed_by_that_person(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    assert world.promise(case, "XQ-C7.4B2").staff == world.staff("trade")  # opened before: given
    world.take(case, "solution_agreed")
    assert world.promise(case, "TS-9.1").staff == world.staff("trade")  # opened since
    assert world.promise(case, "TS-9.2").staff is None  # an agent owes it


def test_the_next_person_in_charge_owes_what_is_still_open(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    case = world.take(case, "solution_agreed")
    world.take(case, "assigned", to="trade_2")
    for clause in ("XQ-C7.4B2", "TS-9.1"):
        assert world.promise(case, clause).staff == world.staff("trade_2")


def test_giving_touches_what_is_open_of_that_post_and_that_subject_alone(world: World) -> None:
    case, other = world.receive(), world.receive()
    world.later(minutes=1)
    world.take(case, "time_agreed", by="agent", agreed_at=world.time("03-02 12:00"))
    agent = world.staff("agent_2").pk
    give(case.subject, "agent", staff=agent)
    owned = Obligation.objects.filter(staff=agent)
    assert {(one.subject, one.owed_by, one.state) for one in owned} == {(case.subject, "agent", "open")}
    assert world.promise(case, "XQ-K2.2.2b").staff is None  # met already
    assert world.promise(other, "TS-5.1").staff is None
    give(case.subject, "agent", staff=None)
    assert not Obligation.objects.filter(staff=agent).exists()


def test_a_breach_that_a_late_event_takes_back_is_told(world: World) -> None:
    case = world.receive()
    happened = world.at("03-02 09:40")
    world.sweep("03-02 10:00:01")
    assert world.promise(case, "XQ-C7.4B1").breached_at == world.time("03-02 10:00")
    world.take(case, "handed_over", at=happened)
    owed = world.promise(case, "XQ-C7.4B1")
    assert (owed.state, owed.met_at, owed.breached_at, owed.late_seconds) == ("met", happened, None, 0)
    kinds = [kind for kind in world.kinds(case) if kind in ("obligation.breached", "obligation.retracted")]
    assert kinds[-1] == "obligation.retracted"
    told = Event.objects.filter(kind="obligation.retracted").get(facts__rule="complaint.hand_over.b")
    assert told.facts["obligation"] == owed.pk


def test_what_a_late_event_shows_never_to_have_been_owed_is_void(world: World) -> None:
    """The complaint was withdrawn before it was handled: then no visit was ever owed."""
    case = world.take(world.receive(), "handed_over")
    world.later(minutes=2)
    withdrawn = world.now
    world.later(minutes=2)
    world.record("complaint.handled", case.subject, at=world.now)
    assert world.promise(case, "GC-6.1.1").state == "open"
    world.record("complaint.withdrawn", case.subject, at=withdrawn)
    owed = world.promise(case, "GC-6.1.1", state="void")
    assert (owed.reason, owed.next_action_at) == ("unmade", None)
    assert not Visit.objects.filter(state="planned").exists()
