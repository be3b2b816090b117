"""The agitated customer (TS-1b, TS-1d, TS-2.7): who is called, who comes, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Shift
from bihuan.cases.models import Case
from bihuan.ledger.models import Event
from bihuan.obligations.models import Summons
from bihuan.obligations.spans import span
from bihuan.obligations.summoning import STALE, called, come, wanted
from tests.world import World, serves


def agitated(world: World, **given: object) -> Case:
    return world.receive(agitated=True, channel="walk_in", **given)


def waits_for(world: World, *names: str) -> set[str]:
    """Those of these people who are wanted somewhere now."""
    return {name for name in names if wanted(world.staff(name), now=world.now)}


def told(case: Case) -> dict[str, object]:
    facts = Event.objects.get(subject=case.subject, kind="complaint.handed_up").facts
    return {name: facts[name] for name in ("post", "told")}


@serves("TS-1b", "TS-1d", "TS-2.7")
def test_the_supervisor_is_called_and_the_ledger_says_who(world: World) -> None:
    case = agitated(world)
    world.take(case, "handed_up", by="agent")
    assert waits_for(world, "agent", "supervisor", "manager") == {"supervisor"}
    assert told(case) == {"post": "cs_supervisor", "told": [world.staff("supervisor").pk]}
    assert called(case.subject) == [world.staff("supervisor")]
    assert world.promise(case, "TS-1b").state == "met"


def test_of_several_supervisors_the_one_on_the_roster_is_called(world: World) -> None:
    second = world.hire("supervisor_2", ("cs_supervisor", "CH"))
    Shift.objects.create(
        staff=second, site_id="CH", post="cs_supervisor", starts_at=world.now, ends_at=world.now + timedelta(hours=8)
    )
    world.take(agitated(world), "handed_up", by="agent")
    assert waits_for(world, "supervisor", "supervisor_2") == {"supervisor_2"}
    world.later(hours=8)  # the shift's last instant belongs to the next: now nobody is on the roster
    world.take(agitated(world), "handed_up", by="agent")
    assert waits_for(world, "supervisor", "supervisor_2") == {"supervisor", "supervisor_2"}


def test_where_there_is_no_supervisor_whoever_stands_above_is_called(world: World) -> None:
    world.leave("supervisor")
    case = agitated(world)
    world.take(case, "handed_up", by="agent")
    assert waits_for(world, "manager", "branch") == {"manager"}
    assert told(case)["post"] == "site_manager"


def test_a_supervisor_who_hands_up_calls_the_manager_and_not_herself(world: World) -> None:
    world.take(agitated(world), "handed_up", by="supervisor")
    assert waits_for(world, "supervisor", "manager") == {"manager"}


def test_where_nobody_stands_above_nobody_is_called_and_nothing_fails(world: World) -> None:
    world.leave("supervisor", "manager", "branch", "head", "admin")
    case = agitated(world)
    world.take(case, "handed_up", by="agent")
    assert told(case)["told"] == []
    assert called(case.subject) == []


@pytest.mark.parametrize(("minutes", "calls"), [(5, True), (6, False)])
def test_what_is_written_down_later_calls_nobody(world: World, minutes: int, calls: bool) -> None:
    case, at = agitated(world), world.now
    world.later(minutes=minutes)
    world.take(case, "handed_up", by="agent", at=at)
    assert bool(waits_for(world, "supervisor")) is calls


def test_who_comes_first_comes_for_all_and_who_comes_second_is_led_there_too(world: World) -> None:
    world.hire("supervisor_2", ("cs_supervisor", "CH"))
    case = agitated(world)
    world.take(case, "handed_up", by="agent")
    first, second = (Summons.objects.get(staff=world.staff(name)) for name in ("supervisor", "supervisor_2"))
    assert come(world.staff("supervisor"), first.pk, at=world.now) == case.subject
    assert waits_for(world, "supervisor", "supervisor_2") == set()
    assert come(world.staff("supervisor_2"), second.pk, at=world.now) == case.subject
    assert list(Summons.objects.order_by("pk").values_list("came", flat=True)) == [True, False]


def test_nobody_comes_in_the_place_of_another(world: World) -> None:
    world.take(agitated(world), "handed_up", by="agent")
    with pytest.raises(NotFound):
        come(world.staff("agent"), Summons.objects.get().pk, at=world.now)


@serves("TS-4c")
@pytest.mark.parametrize("verb", ["calmed", "settled_on_the_spot", "withdrawn", "handled"])
def test_when_it_is_over_nobody_is_wanted_any_more(world: World, verb: str) -> None:
    case = agitated(world)
    world.take(case, "handed_up", by="agent")
    world.take(case, verb)
    assert waits_for(world, "supervisor") == set()


def test_a_call_to_somebody_is_forgotten_after_half_a_day(world: World) -> None:
    world.take(agitated(world), "handed_up", by="agent")
    world.at(world.now + STALE)
    assert waits_for(world, "supervisor") == {"supervisor"}
    world.later(seconds=1)
    assert waits_for(world, "supervisor") == set()


@serves("TS-1b")
@pytest.mark.parametrize("verb", ["handed_up", "calmed"])
@pytest.mark.parametrize(("seconds", "late"), [(0, 0), (180, 0), (300, 0), (301, 1)])
def test_five_minutes_are_in_time_and_a_second_more_is_not(world: World, verb: str, seconds: int, late: int) -> None:
    case = agitated(world)
    world.later(seconds=seconds)
    world.take(case, verb, by="agent")
    assert world.promise(case, "TS-1b").late_seconds == late


def test_the_time_that_counts_down_is_the_time_that_is_promised(world: World) -> None:
    promise, counted = world.promise(agitated(world), "TS-1b"), span("complaint.hand_up", site="CH", start=world.now)
    assert counted is not None
    assert (counted.target_at, counted.due_at) == (promise.target_at, promise.due_at)
    assert (counted.clause, counted.target, counted.value) == ("TS-1b", "PT3M", "PT5M")


def test_an_overlay_that_gives_less_time_counts_down_less(world: World) -> None:
    world.publish("base: strict\nvalues:\n  complaint.hand_up: {2026-01-01: {value: PT4M, cite: TS-1b}}\n")
    counted = span("complaint.hand_up", site="CH", start=world.now)
    assert counted is not None
    assert counted.due_at - counted.start == timedelta(minutes=4)


def test_where_the_rule_is_switched_off_nothing_counts_down(world: World) -> None:
    world.publish("base: strict\noff: [complaint.hand_up]\n")
    assert span("complaint.hand_up", site="CH", start=world.now) is None
