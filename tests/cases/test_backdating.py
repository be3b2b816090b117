"""What is written down later than it happened: who may, how far back, and before what it cannot have happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.accounts.access import NotAllowed
from bihuan.kernel.errors import Refused
from tests.world import World

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def code(act: object) -> str:
    """With which code an act is refused; "" where it is not."""
    try:
        act()  # type: ignore[operator]
    except Refused as refused:
        return refused.code
    return ""


def test_five_minutes_later_is_now_and_a_second_more_is_backdated(world: World) -> None:
    case = world.receive()
    world.later(hours=1)
    world.take(case, "handled", by="manager", at=world.now - timedelta(minutes=5))
    quality = world.receive(by="quality", at=world.now - timedelta(minutes=5))
    assert quality.received_at == world.now - timedelta(minutes=5)
    with pytest.raises(NotAllowed):
        world.receive(by="quality", at=world.now - timedelta(minutes=5, seconds=1))


@pytest.mark.parametrize("who", ["agent", "supervisor", "manager", "trade"])
def test_the_desk_and_those_who_handle_may_backdate(world: World, who: str) -> None:
    case = world.receive()
    world.later(days=1)
    world.take(case, "investigated", by=who, at=world.now - timedelta(hours=20))


@pytest.mark.parametrize("who", ["quality", "branch", "head"])
def test_others_may_not(world: World, who: str) -> None:
    case = world.receive()
    world.later(days=1)
    verb = "classified" if who == "quality" else "progress_told"
    with pytest.raises(NotAllowed):
        world.take(case, verb, by=who, at=world.now - timedelta(hours=20))
    world.take(case, verb, by=who)


def test_a_week_back_is_allowed_and_a_second_more_is_not(world: World) -> None:
    case = world.receive()
    world.later(days=10)
    assert code(lambda: world.take(case, "restated", by="agent", at=world.now - WEEK)) == ""
    assert code(lambda: world.take(case, "restated", by="agent", at=world.now - WEEK - SECOND)) == "too_far_back"
    assert code(lambda: world.receive(at=world.now - WEEK)) == ""
    assert code(lambda: world.receive(at=world.now - WEEK - SECOND)) == "too_far_back"


def test_how_far_back_is_a_setting(world: World, settings: object) -> None:
    settings.BIHUAN_BACKDATE_DAYS = 2  # type: ignore[attr-defined]
    case = world.receive()
    world.later(days=3)
    assert code(lambda: world.take(case, "restated", by="agent", at=world.now - timedelta(days=2))) == ""
    assert code(lambda: world.take(case, "restated", at=world.now - timedelta(days=2) - SECOND)) == "too_far_back"


def test_nothing_happens_in_the_future(world: World) -> None:
    case = world.receive()
    assert code(lambda: world.take(case, "restated", at=world.now)) == ""
    assert code(lambda: world.take(case, "restated", at=world.now + SECOND)) == "in_the_future"
    assert code(lambda: world.receive(at=world.now + SECOND)) == "in_the_future"


def test_nothing_happens_before_the_receipt(world: World) -> None:
    case = world.receive()
    world.later(minutes=1)
    assert code(lambda: world.take(case, "restated", at=case.received_at)) == ""
    assert code(lambda: world.take(case, "restated", at=case.received_at - SECOND)) == "before_receipt"


@pytest.mark.parametrize("verb", ["result_told", "closed", "reopened"])
def test_what_follows_the_handling_does_not_happen_before_it(world: World, verb: str) -> None:
    case = world.take(world.receive(), "handed_over")
    world.later(minutes=3)
    case = world.take(case, "handled")
    world.visit(case)
    assert case.handled_at
    assert code(lambda: world.take(case, verb, at=case.handled_at - SECOND)) == "before_handling"
    assert code(lambda: world.take(case, verb, at=case.handled_at)) == ""


def test_a_closed_case_is_not_reopened_before_it_was_closed(world: World) -> None:
    case = world.handled()
    world.later(minutes=1)
    world.visit(case)
    world.later(minutes=1)
    case = world.take(case, "closed")
    assert case.closed_at
    assert code(lambda: world.take(case, "reopened", at=case.closed_at - SECOND)) == "before_handling"
    assert code(lambda: world.take(case, "reopened", at=case.closed_at)) == ""


def test_a_case_is_not_closed_before_the_visit_that_allows_it(world: World) -> None:
    case = world.handled()
    world.later(minutes=3)
    world.visit(case)
    assert code(lambda: world.take(case, "closed", at=world.now - SECOND)) == "before_ground"
    assert code(lambda: world.take(case, "closed", at=world.now)) == ""


def test_what_is_done_after_a_reopening_does_not_happen_before_it(world: World) -> None:
    """It would count for the round before, and the new promise to put it right could never be kept."""
    case = world.handled()
    world.later(minutes=3)
    case = world.take(case, "reopened")
    reopened = world.now
    world.later(minutes=1)
    assert code(lambda: world.take(case, "handled", at=reopened - SECOND)) == "before_reopening"
    case = world.take(case, "handled", at=reopened)
    assert world.promise(case, "XQ-C7.4B2").state == "met"


def test_fractions_of_a_second_do_not_count(world: World) -> None:
    """A program may give them; events do not keep them, and rows must not differ from events."""
    half = timedelta(milliseconds=500)
    case = world.receive("enquiry", at=world.now + half)
    assert case.received_at == world.now
    case = world.take(case, "answered", at=world.now)
    case = world.take(case, "reopened", at=world.now + half)
    case = world.take(case, "answered", at=world.now + half)
    assert case.handled_at == world.now
    assert world.take(case, "closed", at=world.now).state == "closed"
