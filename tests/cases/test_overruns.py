"""XQ-C7.4B2, C2: more time is asked for while there is some, and the site manager grants it or not."""

from __future__ import annotations

import pytest

from bihuan.accounts.access import NotAllowed
from bihuan.cases.models import Case
from bihuan.kernel.errors import Refused
from tests.world import World, serves

LATER = "03-10 18:00"


@pytest.fixture
def case(world: World) -> Case:
    """B, to be resolved by nine on 5 March."""
    return world.take(world.receive(), "handed_over", to="trade")


def ask(world: World, case: Case, until: str = LATER, **given: object) -> Case:
    return world.take(case, "overrun_requested", by="trade", agreed_until=world.time(until), **given)


def code(world: World, case: Case, **given: str) -> str:
    with pytest.raises(Refused) as refused:
        ask(world, case, **given)
    assert Case.objects.get(pk=case.pk).overrun_until is None
    return refused.value.code


@serves("XQ-C7.4B2")
def test_time_asked_for_and_granted_moves_the_limit(world: World, case: Case) -> None:
    case = ask(world, case)
    assert case.overrun_until == world.time(LATER)
    assert world.promise(case, "XQ-C7.4B2").due_at == world.time("03-05 09:00")  # nothing is granted yet
    case = world.take(case, "overrun_approved", by="manager")
    owed = world.promise(case, "XQ-C7.4B2")
    assert (owed.due_at, owed.original_due_at, owed.extended) == (world.time(LATER), world.time("03-05 09:00"), True)
    assert case.overrun_until is None
    world.at(LATER)
    world.take(case, "handled", by="trade")
    assert world.promise(case, "XQ-C7.4B2").late_seconds == 0


def test_time_that_is_refused_moves_nothing_and_may_be_asked_for_again(world: World, case: Case) -> None:
    case = world.take(ask(world, case), "overrun_refused", by="manager")
    assert world.promise(case, "XQ-C7.4B2").due_at == world.time("03-05 09:00")
    case = world.take(ask(world, case, "03-06 09:00"), "overrun_approved", by="manager")
    assert world.promise(case, "XQ-C7.4B2").due_at == world.time("03-06 09:00")


def test_at_the_limit_it_may_still_be_asked_for_and_a_second_later_not(world: World, case: Case) -> None:
    world.at("03-05 09:00:01")
    assert code(world, case) == "too_late"
    world.at("03-05 09:00:00")
    assert ask(world, case).overrun_until == world.time(LATER)


def test_what_was_asked_for_in_time_may_be_written_down_after_it(world: World, case: Case) -> None:
    world.sweep("03-05 09:03")
    case = ask(world, case, at=world.time("03-05 08:59"))  # type: ignore[arg-type]
    world.take(case, "overrun_approved", by="manager")
    owed = world.promise(case, "XQ-C7.4B2")
    assert (owed.due_at, owed.breached_at) == (world.time(LATER), world.time("03-05 09:00"))


def test_granted_too_late_the_breach_between_stays(world: World, case: Case) -> None:
    case = ask(world, case)
    world.sweep("03-05 09:00:01")
    world.later(hours=3)
    case = world.take(case, "overrun_approved", by="manager")
    owed = world.promise(case, "XQ-C7.4B2")
    assert (owed.due_at, owed.breached_at, owed.state) == (world.time(LATER), world.time("03-05 09:00"), "open")
    world.take(case, "handled", by="trade")
    owed = world.promise(case, "XQ-C7.4B2")
    assert (owed.late_seconds, owed.breached_at) == (0, world.time("03-05 09:00"))


@pytest.mark.parametrize(("until", "refusal"), [("03-05 09:00:00", "no_overrun"), ("03-05 09:00:01", "")])
def test_what_lies_within_the_limit_is_no_overrun(world: World, case: Case, until: str, refusal: str) -> None:
    if refusal:
        assert code(world, case, until=until) == refusal
    else:
        assert ask(world, case, until).overrun_until == world.time(until)


def test_of_c_the_time_the_customer_asked_for_is_the_limit(world: World) -> None:
    case = world.receive(severity="C", requested_by=world.time("03-04 18:00"))
    assert code(world, case, until="03-04 18:00") == "no_overrun"
    world.take(ask(world, case, "03-06 18:00"), "overrun_approved", by="manager")
    assert world.promise(case, "XQ-C7.4C2").due_at == world.time("03-06 18:00")


@pytest.mark.parametrize("who", ["agent", "supervisor", "trade", "quality"])
def test_only_the_site_manager_or_the_branch_grants_or_refuses(world: World, case: Case, who: str) -> None:
    case = ask(world, case)
    for verb in ("overrun_approved", "overrun_refused"):
        with pytest.raises(NotAllowed):
            world.take(case, verb, by=who)


def test_what_was_asked_for_is_moot_once_it_is_handled(world: World, case: Case) -> None:
    case = world.take(ask(world, case), "handled", by="trade")
    assert case.overrun_until is None


@pytest.mark.parametrize("how", ["by a person", "by the clock"])
def test_what_was_asked_for_is_moot_once_it_is_a(world: World, case: Case, how: str) -> None:
    case = world.take(case, "found_valid", by="trade")
    if how == "by a person":
        case = world.take(ask(world, case), "classified", severity="A", problem="03")
    else:
        case = ask(world, case)
        world.sweep("04-02 09:00:01")
        case.refresh_from_db()
    assert (case.severity, case.overrun_until) == ("A", None)
