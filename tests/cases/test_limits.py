"""Every limit of a complaint, through the desk's own steps: kept in its last second, late in the next.

Written from the clauses: what is owed, from when, for how long, and what keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bihuan.cases.models import Case
from tests.world import World, serves

Kept = Callable[[World, Case], object]
SECOND = timedelta(seconds=1)


def keeps(world: World, case: Case, clause: str, due: str, act: Kept, *, owed_by: str, late: bool) -> None:
    """The promise under the clause is due then, and kept by the act: at that second, or one later."""
    promise = world.promise(case, clause)
    assert (promise.owed_by, promise.due_at) == (owed_by, world.time(due))
    world.sweep(world.time(due) + (SECOND if late else timedelta()))
    act(world, case)
    promise.refresh_from_db()
    assert (promise.state, promise.late_seconds, promise.breached_at is not None) == ("met", int(late), late)


BOTH_SIDES = pytest.mark.parametrize("late", [False, True], ids=["in time", "a second late"])


def hand_over(to: str) -> Kept:
    return lambda world, case: world.take(case, "handed_over", to=to)


def handle(by: str) -> Kept:
    return lambda world, case: world.take(case, "handled", by=by)


def answer(world: World, case: Case) -> Case:
    return world.take(case, "answered", by="manager", text="已查明原因，十日内整改完毕")


@serves("XQ-C7.4B1")
@BOTH_SIDES
def test_b_goes_to_the_trade_supervisor_within_the_hour(world: World, late: bool) -> None:
    case = world.receive(severity="B")
    keeps(world, case, "XQ-C7.4B1", "03-02 10:00", hand_over("trade"), owed_by="cs_supervisor", late=late)


@serves("XQ-C7.4C1")
@BOTH_SIDES
def test_c_goes_to_the_trade_supervisor_within_the_hour(world: World, late: bool) -> None:
    case = world.receive(severity="C")
    keeps(world, case, "XQ-C7.4C1", "03-02 10:00", hand_over("trade"), owed_by="cs_supervisor", late=late)


@serves("XQ-C7.4A1")
@BOTH_SIDES
def test_a_goes_to_the_site_manager_at_once(world: World, late: bool) -> None:
    case = world.receive(severity="A")
    keeps(world, case, "XQ-C7.4A1", "03-02 09:15", hand_over("manager"), owed_by="cs_supervisor", late=late)


@serves("XQ-C7.4A2")
@BOTH_SIDES
def test_a_is_answered_clearly_within_two_days(world: World, late: bool) -> None:
    case = world.take(world.receive(severity="A"), "handed_over", to="manager")
    keeps(world, case, "XQ-C7.4A2", "03-04 09:00", answer, owed_by="site_manager", late=late)


@serves("XQ-C7.4A3")
@BOTH_SIDES
def test_a_is_solved_within_ten_days(world: World, late: bool) -> None:
    case = world.take(world.receive(severity="A"), "handed_over", to="manager")
    keeps(world, case, "XQ-C7.4A3", "03-12 09:00", handle("manager"), owed_by="site_manager", late=late)


@serves("XQ-C7.4B2")
@BOTH_SIDES
def test_b_is_put_right_within_three_days(world: World, late: bool) -> None:
    case = world.take(world.receive(severity="B"), "handed_over", to="trade")
    keeps(world, case, "XQ-C7.4B2", "03-05 09:00", handle("trade"), owed_by="trade_supervisor", late=late)


@serves("XQ-C7.4C2")
@BOTH_SIDES
def test_c_is_put_right_within_two_days(world: World, late: bool) -> None:
    case = world.take(world.receive(severity="C"), "handed_over", to="trade")
    keeps(world, case, "XQ-C7.4C2", "03-04 09:00", handle("trade"), owed_by="trade_supervisor", late=late)


@serves("XQ-C7.4C2")
@BOTH_SIDES
def test_or_c_is_put_right_by_the_time_the_complainant_asks_for(world: World, late: bool) -> None:
    case = world.receive(severity="C", requested_by=world.time("03-02 18:00"))
    case = world.take(case, "handed_over", to="trade")
    keeps(world, case, "XQ-C7.4C2", "03-02 18:00", handle("trade"), owed_by="trade_supervisor", late=late)


@serves("XQ-K2.2.2b")
@BOTH_SIDES
def test_what_cannot_be_settled_at_once_has_a_time_agreed(world: World, late: bool) -> None:
    def agree(world: World, case: Case) -> Case:
        return world.take(case, "time_agreed", by="agent", agreed_at=world.time("03-02 17:00"))

    keeps(world, world.receive(), "XQ-K2.2.2b", "03-02 10:00", agree, owed_by="agent", late=late)


@serves("TS-9.1")
@BOTH_SIDES
def test_an_agreed_solution_is_carried_out_the_same_day(world: World, late: bool) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    case = world.take(case, "solution_proposed", by="trade", text="更换隔音垫")
    case = world.take(case, "solution_agreed", by="trade")
    keeps(world, case, "TS-9.1", "03-03 00:00", handle("trade"), owed_by="trade_supervisor", late=late)


@serves("TS-9.1")
@BOTH_SIDES
def test_and_the_customer_hears_that_it_was_within_24_hours(world: World, late: bool) -> None:
    case = world.take(world.take(world.receive(), "handed_over", to="trade"), "solution_agreed", by="trade")
    world.at("03-02 15:30")
    case = world.take(case, "handled", by="trade")

    def tell(world: World, case: Case) -> Case:
        return world.take(case, "result_told", by="agent", text="已更换隔音垫")

    keeps(world, case, "TS-9.1", "03-03 15:30", tell, owed_by="agent", late=late)


@serves("TS-9.2")
@BOTH_SIDES
def test_what_takes_longer_is_told_that_day_with_a_definite_day(world: World, late: bool) -> None:
    case = world.take(world.take(world.receive(), "handed_over", to="trade"), "solution_agreed", by="trade")

    def tell(world: World, case: Case) -> Case:
        return world.take(case, "delay_told", by="agent", agreed_until=world.time("03-06 18:00"))

    keeps(world, case, "TS-9.2", "03-03 00:00", tell, owed_by="agent", late=late)


@serves("TS-9.2")
def test_the_day_that_is_told_becomes_the_limit(world: World) -> None:
    case = world.take(world.take(world.receive(), "handed_over", to="trade"), "solution_agreed", by="trade")
    case = world.take(case, "delay_told", by="agent", agreed_until=world.time("03-06 18:00"))
    assert world.promise(case, "TS-9.1").due_at == world.time("03-06 18:00")


@serves("XQ-C7.4R")
@BOTH_SIDES
def test_the_result_is_told_within_two_days(world: World, late: bool) -> None:
    case = world.handled()

    def tell(world: World, case: Case) -> Case:
        return world.take(case, "result_told", by="agent", text="已处理完毕")

    keeps(world, case, "XQ-C7.4R", "03-04 09:00", tell, owed_by="agent", late=late)


@serves("GC-6.1.1")
@BOTH_SIDES
def test_a_complaint_is_visited_within_three_days(world: World, late: bool) -> None:
    case = world.handled()
    keeps(world, case, "GC-6.1.1", "03-05 09:00", lambda world, case: world.visit(case), owed_by="agent", late=late)


@serves("XQ-C8.1")
@BOTH_SIDES
@pytest.mark.parametrize("severity", ["A", "B"])
def test_a_and_b_are_visited_within_a_month_of_the_reply(world: World, severity: str, late: bool) -> None:
    case = world.receive(severity=severity)
    case = world.take(case, "handed_over", to="manager" if severity == "A" else "trade")
    case = world.take(case, "handled", by="manager")
    world.at("03-03 11:00")
    case = world.take(case, "result_told", by="agent")
    keeps(world, case, "XQ-C8.1", "04-03 11:00", lambda world, case: world.visit(case), owed_by="agent", late=late)


@serves("XQ-C8.1")
def test_of_c_no_second_visit_is_owed(world: World) -> None:
    case = world.handled(severity="C")
    case = world.take(case, "result_told", by="agent")
    assert "XQ-C8.1" not in world.promises(case)


def test_what_was_found_proposed_and_answered_to_it_is_kept_with_its_words(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    said = {
        "investigated": "现场核实：水泵减震垫老化，属我方责任，已当面致歉",
        "solution_proposed": "三日内更换减震垫，夜间先停用",
        "explained": "无法彻底消除管道水声，已说明原因",
        "solution_agreed": "客户同意夜间先停用",
    }
    for verb, text in said.items():
        world.later(minutes=10)
        case = world.take(case, verb, by="trade" if verb != "explained" else "agent", text=text)
    kept = {note.event.kind.partition(".")[2]: note.text for note in case.notes.select_related("event")}
    assert {verb: kept[verb] for verb in said} == said
