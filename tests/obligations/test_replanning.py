"""Holidays and hours that are changed move what is open and counts working time, and nothing else."""

from __future__ import annotations

from datetime import date

from bihuan.accounts.actions import company
from bihuan.cases.models import Case
from bihuan.ledger.models import Event
from bihuan.obligations.models import Obligation
from bihuan.obligations.replanning import replan
from tests.world import World

TWO_WORKING_DAYS = """
base: strict
values:
  complaint.hand_over.b:
    2026-01-01: {value: P2WD, cite: XQ-C7.4B1, ours: true}
"""
TUESDAY, SATURDAY = date(2026, 3, 3), date(2026, 3, 7)


def day_off(world: World, day: date = TUESDAY, *, worked: bool = False) -> None:
    """The company makes this a day off, or a working one."""
    company.set_holiday(day, worked=worked, by=world.actor("admin"))


def moves(subject: str) -> list[dict[str, object]]:
    """What the ledger tells of promises that moved."""
    return [event.facts for event in Event.objects.filter(kind="obligation.moved", subject=subject).order_by("id")]


def in_two_days(world: World) -> tuple[Case, Obligation]:
    """A promise of two working days, made on Monday, and the complaint it is about."""
    world.publish(TWO_WORKING_DAYS)
    case = world.receive()
    made = world.promise(case, "XQ-C7.4B1")
    assert made.due_at == world.time("03-04 09:00:01")
    return case, made


def test_a_new_day_off_moves_what_is_open_in_working_time_and_the_ledger_tells_it(world: World) -> None:
    _, made = in_two_days(world)
    day_off(world)
    assert replan() == 1
    after = Obligation.objects.get(pk=made.pk)
    assert after.due_at == world.time("03-05 09:00:01")
    assert after.original_due_at == after.due_at
    assert after.calendar != made.calendar
    assert moves(made.subject) == [
        {"obligation": made.pk, "rule": made.rule, "due_at": after.due_at.isoformat()},
    ]
    assert replan() == 0


def test_a_day_off_that_is_taken_back_moves_it_back(world: World) -> None:
    _, made = in_two_days(world)
    day_off(world)
    replan()
    company.clear_holiday(TUESDAY, by=world.actor("admin"))
    assert replan() == 1
    assert Obligation.objects.get(pk=made.pk).due_at == made.due_at
    assert len(moves(made.subject)) == 2


def test_a_change_that_it_does_not_touch_moves_nothing_and_is_looked_at_once(world: World) -> None:
    _, made = in_two_days(world)
    day_off(world, SATURDAY, worked=True)
    assert (replan(), replan()) == (1, 0)
    assert Obligation.objects.get(pk=made.pk).due_at == made.due_at
    assert moves(made.subject) == []


def test_the_clock_on_the_wall_and_what_has_ended_know_no_holidays(world: World) -> None:
    by_the_wall = world.promise(world.receive(), "XQ-C7.4B1")
    case, made = in_two_days(world)
    world.take(case, "handed_over")
    day_off(world)
    replan()
    for one in (by_the_wall, made):
        assert Obligation.objects.get(pk=one.pk).due_at == one.due_at
        assert moves(one.subject) == []


def test_only_the_site_whose_hours_changed_is_replanned(world: World) -> None:
    _, made = in_two_days(world)
    company.edit_site_hours("LH", weekly={"mon": [("08:00", "10:00")]}, by=world.actor("admin"))
    assert replan() == 0
    company.edit_site_hours(
        "CH", weekly={"mon": [("08:00", "10:00")], "thu": [("08:00", "10:00")]}, by=world.actor("admin")
    )
    assert replan() == 1
    assert Obligation.objects.get(pk=made.pk).due_at > made.due_at


def test_the_subjects_own_next_event_tells_it_as_well(world: World) -> None:
    case, made = in_two_days(world)
    day_off(world)
    world.take(case, "restated", by="agent")
    assert len(moves(made.subject)) == 1
    assert replan() == 0
