"""What allows a case to be closed, and who may find that all reasonable means are used."""

from __future__ import annotations

import pytest

from bihuan.accounts.access import NotAllowed
from bihuan.cases.models import Case, Note
from bihuan.kernel.errors import Refused
from bihuan.visits.actions import not_reached
from tests.world import World, serves


def refused(world: World, case: Case, **given: object) -> str:
    """The code with which closing is refused."""
    with pytest.raises(Refused) as refusal:
        world.take(case, "closed", **given)
    assert Case.objects.get(pk=case.pk).state == case.state
    return refusal.value.code


def ground(case: Case) -> str:
    assert case.closing_event is not None
    return case.closing_event.kind


@serves("TS-10.3", "GC-6.2.1")
def test_a_complaint_is_closed_after_a_visit_that_found_the_customer_satisfied(world: World) -> None:
    case = world.handled()
    assert refused(world, case) == "no_ground"
    world.later(days=1)
    world.visit(case)
    case = world.take(case, "closed")
    assert (case.state, case.closed_at, ground(case)) == ("closed", world.now, "visit.done")


def test_basically_satisfied_is_enough(world: World) -> None:
    case = world.handled()
    world.visit(case, "basically")
    assert ground(world.take(case, "closed")) == "visit.done"


def test_dissatisfied_is_not(world: World) -> None:
    case = world.handled()
    world.visit(case, "no")
    world.later(hours=1)
    case = world.take(case, "handled")
    assert refused(world, case) == "no_ground"


def test_a_satisfied_visit_of_the_round_before_is_none_of_this_round(world: World) -> None:
    case = world.handled()
    world.visit(case)
    world.later(hours=1)
    case = world.take(case, "reopened")
    world.later(hours=1)
    case = world.take(case, "handled")
    assert refused(world, case) == "no_ground"


def test_nobody_reached_is_no_ground(world: World) -> None:
    case = world.handled()
    not_reached(world.planned(case), by=world.actor("agent"), at=world.now)
    assert refused(world, case) == "no_ground"


@serves("TS-4b", "TS-10.6")
def test_settled_on_the_spot_needs_no_visit(world: World) -> None:
    case = world.receive(settled="当场道歉，客户签字满意")
    assert world.promises(case, state="waived") == set()
    case = world.take(case, "closed")
    assert ground(case) == "complaint.settled_on_the_spot"


def test_settled_by_a_step_is_the_same(world: World) -> None:
    case = world.take(world.receive(), "settled_on_the_spot")
    assert ground(world.take(case, "closed")) == "complaint.settled_on_the_spot"


@serves("TS-10.6")
def test_an_anonymous_complaint_needs_no_visit(world: World) -> None:
    case = world.handled(anonymous=True)
    assert "GC-6.1.1" in world.promises(case, state="waived")
    assert ground(world.take(case, "closed")) == "complaint.handled"


@serves("TS-10.5")
def test_a_declined_complaint_waits_for_the_quiet_week_and_the_clock(world: World) -> None:
    case = world.handled()
    world.decline(case)
    assert refused(world, case) == "no_ground"
    world.sweep("03-09 09:00:00")
    assert refused(world, case) == "no_ground"
    world.sweep("03-09 09:00:01")
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_a_declined_demand_is_closed_at_once(world: World) -> None:
    case = world.receive("demand")
    order = world.do(world.issue(case))
    world.decline(order)
    assert ground(world.take(case, "closed")) == "visit.declined"


def test_a_demand_waits_for_the_visit_of_its_job(world: World) -> None:
    case = world.receive("demand")
    order = world.do(world.issue(case))
    case.refresh_from_db()
    assert refused(world, case) == "no_ground"
    world.visit(order)
    assert ground(world.take(case, "closed")) == "visit.done"


def test_a_demand_for_which_no_visit_is_owed_is_closed_by_its_handling(world: World) -> None:
    case = world.take(world.receive("demand"), "handled")
    assert ground(world.take(case, "closed")) == "demand.handled"


@pytest.mark.parametrize("kind", ["enquiry", "suggestion", "praise"])
def test_what_ends_with_its_answer_is_closed_by_it(world: World, kind: str) -> None:
    case = world.take(world.receive(kind), "answered", by="agent")
    assert (case.state, case.handled_at) == ("handled", world.now)
    assert ground(world.take(case, "closed")) == f"{kind}.answered"


# ---- all reasonable means


@serves("XQ-C3b", "TS-5.3")
def test_the_site_manager_may_find_with_reasons_that_all_means_are_used(world: World) -> None:
    case = world.handled()
    world.visit(case, "no")
    world.later(hours=1)
    case = world.take(case, "handled")
    case = world.take(case, "closed", by="manager", reason="all_means_used", text="已三次协调，开发商函复不予更换")
    assert (case.closing_reason, ground(case)) == ("all_means_used", "complaint.closed")
    assert case.closing_event is not None
    assert case.closing_event.actor == world.staff("manager").subject
    assert Note.objects.get(event=case.closing_event).text.startswith("已三次协调")


@pytest.mark.parametrize("text", ["", "   "], ids=["none", "blank"])
def test_not_without_reasons(world: World, text: str) -> None:
    assert refused(world, world.handled(), by="manager", reason="all_means_used", text=text) == "missing"


@pytest.mark.parametrize("who", ["agent", "supervisor", "quality"])
def test_nobody_else_may(world: World, who: str) -> None:
    case = world.handled()
    with pytest.raises(NotAllowed):
        world.take(case, "closed", by=who, reason="all_means_used", text="已尽力")
    assert Case.objects.get(pk=case.pk).state == "handled"


def test_the_manager_too_needs_a_ground_for_everything_else(world: World) -> None:
    assert refused(world, world.handled(), by="manager", text="我看可以") == "no_ground"


def test_visits_still_owed_when_it_is_closed_stay_owed(world: World) -> None:
    """XQ-C8.1: once more within the month."""
    case = world.handled()
    world.later(hours=1)
    world.visit(case)
    world.later(hours=1)
    case = world.take(case, "result_told", by="agent")
    case = world.take(case, "closed")
    owed = world.promise(case, "XQ-C8.1")
    assert (owed.state, owed.due_at) == ("open", world.time("04-02 11:00"))
    assert world.planned(case).due_at == owed.due_at
