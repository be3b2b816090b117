"""Calls as a telephone system tells of them: rings, answers, whose number it is, and how soon of a month."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.calls.access import visible_call
from bihuan.calls.actions import Ring, number, take_in, tell, write_down
from bihuan.calls.models import Call
from bihuan.calls.queries import Rings, of_month, rings, waiting
from bihuan.customers.actions import erase
from bihuan.customers.vault import phone_row
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.world import World, at_once, serves

WANGS = "+8613812345521"
SECOND = timedelta(seconds=1)


@pytest.fixture
def wang(world: World) -> None:
    phone_row(world.party.pk, WANGS, primary=True).save()


def rang(world: World, call_id: str = "1", *, by: str = "agent", **given: Any) -> tuple[Call, bool]:
    """Tells of a call that rings at present."""
    return tell(Ring(**{"site": "CH", "call_id": call_id, "rang_at": world.now} | given), by=world.actor(by))


def answered(world: World, call_id: str, *, after: int | None, at: datetime | None = None) -> Call:
    """A call that was answered after so many rings."""
    at = at or world.now
    return rang(world, call_id, rang_at=at, answered_at=at, rings=after)[0]


def events(call: Call) -> list[tuple[str, dict[str, Any]]]:
    return list(Event.objects.filter(subject=call.subject).order_by("id").values_list("kind", "facts"))


@serves("TS-2.1")
def test_a_call_that_rings_and_is_then_answered_is_one_call_with_its_rings(world: World) -> None:
    call, new = rang(world, rings=1)
    assert (new, call.answered_at, events(call)) == (True, None, [])
    rung_at = world.now
    world.later(seconds=9)
    again, new = rang(world, rang_at=rung_at, answered_at=world.now, rings=2, agent=world.staff("agent"))
    assert (again.pk, new, again.rings, again.agent_id) == (call.pk, False, 2, world.staff("agent").pk)
    assert events(call) == [("call.answered", {"rings": 2})]


def test_told_ten_times_it_was_answered_once(world: World) -> None:
    calls = [answered(world, "1", after=2) for _ in range(10)]
    assert len({call.pk for call in calls}) == 1
    assert events(calls[0]) == [("call.answered", {"rings": 2})]


@pytest.mark.django_db(transaction=True)
def test_told_twice_at_the_same_moment_it_is_one_call(world: World) -> None:
    at_once(*[lambda: answered(world, "1", after=2)] * 4)
    (call,) = Call.objects.all()
    assert events(call) == [("call.answered", {"rings": 2})]


def test_once_answered_it_rings_no_more_but_what_nobody_counted_may_be_told_later(world: World) -> None:
    assert answered(world, "1", after=2).rings == 2
    assert answered(world, "1", after=7).rings == 2
    assert answered(world, "2", after=None).rings is None
    assert answered(world, "2", after=4).rings == 4


def test_the_customer_is_known_by_the_number_that_is_kept_sealed(world: World, wang: None) -> None:
    call, _ = rang(world, phone="138 1234 5521")
    assert (call.party, call.mask, number(call)) == (world.party, "138****5521", WANGS)
    assert b"13812345521" not in bytes(call.sealed or b"")


def test_of_two_customers_with_one_number_neither_is_guessed(world: World, wang: None) -> None:
    _, other = world.move_in("CH", room="1102", name="李强")
    phone_row(other.pk, WANGS, primary=True).save()
    assert rang(world, phone=WANGS)[0].party is None


@pytest.mark.parametrize("shown", ["", "anonymous", "8001", "13800000000"])
def test_a_number_that_is_none_holds_no_call_up(world: World, shown: str) -> None:
    call, _ = rang(world, phone=shown)
    assert (call.mask, call.sealed, number(call)) == ("", None, "")


def test_an_id_is_of_one_call_alone_but_each_site_has_its_own(world: World) -> None:
    rang(world, phone=WANGS)
    for other in ({"rang_at": world.now - SECOND}, {"phone": "13900001111"}):
        with pytest.raises(Refused) as refused:
            rang(world, **other)
        assert (refused.value.code, refused.value.where) == ("call_differs", "call_id")
    assert rang(world, site="LH", by="lake_agent")[1]


def test_times_are_of_this_week_and_in_their_order(world: World) -> None:
    rang(world, "in the past seven days", rang_at=world.now - timedelta(days=7))
    rang(world, "answered at once", answered_at=world.now)
    wrong = {
        "too_far_back": {"rang_at": world.now - timedelta(days=7) - SECOND},
        "in_the_future": {"rang_at": world.now + SECOND},
        "before_ringing": {"answered_at": world.now - SECOND},
    }
    for code, given in wrong.items():
        with pytest.raises(Refused) as refused:
            rang(world, code, **given)
        assert refused.value.code == code
    assert Call.objects.count() == 2


def test_who_answers_works_there(world: World) -> None:
    with pytest.raises(Refused) as refused:
        rang(world, agent=world.staff("lake_agent"))
    assert (refused.value.code, refused.value.where) == ("not_theirs", "agent")


def test_who_may_tell_of_calls_and_see_them(world: World) -> None:
    call, _ = rang(world, by="admin")
    with pytest.raises(NotAllowed):
        rang(world, "2", by="technician")
    with pytest.raises(NotFound):
        rang(world, "2", by="lake_agent")
    assert visible_call(world.actor("agent"), call.pk) == call
    for stranger in ("lake_agent", "technician"):
        with pytest.raises(NotFound):
            visible_call(world.actor(stranger), call.pk)


def test_a_call_waits_for_everybody_until_somebody_answers_it_and_then_for_that_one(world: World) -> None:
    call, _ = rang(world)
    agent, colleague = world.actor("agent"), world.actor("agent_2")
    assert waiting(agent, "CH", now=world.now) == waiting(colleague, "CH", now=world.now) == [call]
    rang(world, answered_at=world.now, agent=world.staff("agent"))
    assert waiting(colleague, "CH", now=world.now) == []
    assert waiting(agent, "CH", now=world.now) == [call]
    assert waiting(world.actor("technician"), "CH", now=world.now) == []
    take_in(call, about="case:x", party=world.party, rings=None, by=agent, at=world.now)
    assert waiting(agent, "CH", now=world.now) == []


def test_a_call_that_rang_in_vain_waits_for_nobody_after_two_minutes(world: World) -> None:
    call, _ = rang(world)
    agent = world.actor("agent")
    assert waiting(agent, "CH", now=world.now + timedelta(minutes=2)) == [call]
    assert waiting(agent, "CH", now=world.now + timedelta(minutes=2) + SECOND) == []


def test_whoever_takes_a_call_in_has_answered_it(world: World) -> None:
    call, _ = rang(world)
    world.later(seconds=8)
    call = take_in(call, about="case:x", party=None, rings=2, by=world.actor("agent"), at=world.now)
    assert (call.answered_at, call.agent, call.rings, call.about) == (world.now, world.staff("agent"), 2, "case:x")
    assert events(call) == [("call.answered", {"rings": 2})]


@pytest.mark.django_db(transaction=True)
def test_when_the_customer_is_erased_so_is_the_number(world: World, wang: None) -> None:
    call, _ = rang(world, phone=WANGS)
    erase(world.party, reason="requested", by=world.actor("manager"), at=world.now)
    call.refresh_from_db()
    assert (call.mask, call.sealed, call.digest) == ("", None, None)


@serves("TS-2.1")
def test_three_rings_are_soon_enough_and_four_are_not(world: World) -> None:
    for turn, after in enumerate((1, 3, 4, None)):
        answered(world, str(turn), after=after)
    rang(world, "in vain", rang_at=world.now - timedelta(minutes=3))
    rang(world, "ringing still")
    write_down(site="CH", rings=2, about="case:x", party=None, by=world.actor("agent"), at=world.now)
    counted = rings("CH", date(2026, 3, 31), now=world.now)
    assert counted == Rings(limit=3, within=3, beyond=1, unanswered=1, untold=1)
    assert counted.share == 3 / 5
    assert rings("LH", date(2026, 3, 1), now=world.now).share is None


def test_a_month_is_the_sites_own(world: World) -> None:
    """The first of March begins two hours later in the far west than in Shanghai."""
    world.at("03-01 00:30")
    answered(world, "1", after=1)
    rang(world, "1", site="NS", by="north_agent", answered_at=world.now, rings=9)
    assert of_month("CH", date(2026, 3, 1)).count() == 1
    assert (of_month("NS", date(2026, 3, 1)).count(), of_month("NS", date(2026, 2, 1)).count()) == (0, 1)


def test_erased_numbers_leave_the_figure_as_it_was(
    world: World, wang: None, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]
) -> None:
    rang(world, phone=WANGS, answered_at=world.now, rings=4)
    before = rings("CH", world.now.date(), now=world.now)
    with django_capture_on_commit_callbacks(execute=True):
        erase(world.party, reason="requested", by=world.actor("manager"), at=world.now)
    assert rings("CH", world.now.date(), now=world.now) == before
