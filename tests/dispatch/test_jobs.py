"""A job from its issue to its end, and what it means for the case it is for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.cases.errors import NotNow
from bihuan.cases.models import Case
from bihuan.dispatch import actions as jobs
from bihuan.dispatch.access import visible_order
from bihuan.dispatch.models import WorkOrder
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.world import World, serves, sql

SECOND = timedelta(seconds=1)


@pytest.fixture
def demand(world: World) -> Case:
    return world.receive("demand", summary="厨房水管渗水")


def step(world: World, order: WorkOrder, verb: str, **given: object) -> WorkOrder:
    """Takes one of the steps of a job."""
    by, at = world.actor(str(given.pop("by", "agent"))), given.pop("at", world.now)
    if verb == "assigned":
        return jobs.assign(order, to=world.staff(str(given.pop("to", "technician_2"))), by=by, at=at)  # type: ignore[arg-type]
    if verb == "finished":
        return jobs.finish(order, result=str(given.pop("result", "已修好")), by=by, at=at, **given)  # type: ignore[arg-type]
    if verb == "cancelled":
        return jobs.cancel(order, reason="客户自行处理", by=by, at=at)  # type: ignore[arg-type]
    act = {"picked_up": jobs.pick_up, "arrived": jobs.arrive}[verb]
    return act(order, by=by, at=at)  # type: ignore[arg-type]


# ---- its life, as the domain tells it: issued, assigned, picked up, arrived, finished; cancelled before it is finished

PATH = ("issued", "assigned", "picked_up", "arrived", "finished")
ORACLE = {  # where it stands → what can be done
    "issued": {"assigned", "cancelled"},
    "assigned": {"assigned", "picked_up", "cancelled"},
    "picked_up": {"assigned", "arrived", "cancelled"},
    "arrived": {"finished", "cancelled"},
    "finished": set(),
    "cancelled": set(),
}


def standing(world: World, case: Case, state: str) -> WorkOrder:
    order = world.issue(case, technician=None)
    if state == "cancelled":
        return step(world, order, "cancelled")
    for verb in PATH[1 : PATH.index(state) + 1]:
        order = step(world, order, verb)
    return order


@pytest.mark.parametrize("state", list(ORACLE))
def test_a_job_takes_the_steps_that_follow_and_refuses_the_others(world: World, demand: Case, state: str) -> None:
    for verb in jobs.STEPS:
        order = standing(world, world.receive("demand"), state)
        assert sorted(jobs.possible(order)) == sorted(ORACLE[state])
        if verb in ORACLE[state]:
            after = step(world, order, verb)
            assert after.state == verb
            assert Event.objects.filter(subject=order.subject).latest("id").kind == f"work_order.{verb}"
        else:
            with pytest.raises(NotNow) as refused:
                step(world, order, verb)
            assert sorted(refused.value.allowed) == sorted(ORACLE[state])


@serves("XQ-D2.2b", "XQ-D2.3a", "XQ-D2.3b", "XQ-D2.3c")
def test_each_step_is_kept_with_its_time(world: World, demand: Case) -> None:
    agreed = world.time("03-02 11:00")
    order = world.issue(demand, technician=None, agreed_at=agreed)
    times = {"issued": world.now}
    for minute, verb in enumerate(("assigned", "picked_up", "arrived", "finished"), 1):
        times[verb] = world.at(f"03-02 09:{minute:02}")
        order = step(world, order, verb)
    told = Event.objects.filter(subject=order.subject, kind__startswith="work_order.")
    assert {one.kind.partition(".")[2]: one.at for one in told} == times
    assert (order.number, order.task, order.agreed_at) == ("CH-W-20260302-001", "厨房水管渗水", agreed)
    for name in ("issued", "assigned", "arrived", "finished"):
        assert getattr(order, f"{name}_at") == times[name]
    assert order.technician == world.staff("technician_2")
    assert all(one.refs == [demand.subject] for one in told)


def test_a_step_does_not_happen_before_the_one_before(world: World, demand: Case) -> None:
    world.later(minutes=3)
    order = world.issue(demand, technician=None)
    for verb in ("assigned", "picked_up", "arrived", "finished"):
        with pytest.raises(Refused) as refused:
            step(world, order, verb, at=world.now - SECOND)
        assert refused.value.code == "before_step"
        order = step(world, order, verb, at=world.now)


def test_two_technicians_never_have_the_same_job(world: World, demand: Case) -> None:
    order = world.issue(demand, technician="technician")
    order = step(world, order, "picked_up")
    order = step(world, order, "assigned", to="technician_2")
    assert (order.state, order.technician) == ("assigned", world.staff("technician_2"))


@pytest.mark.parametrize("to", ["agent", "manager", "branch"])
def test_a_job_is_given_to_who_does_jobs_here(world: World, demand: Case, to: str) -> None:
    with pytest.raises(Refused) as refused:
        world.issue(demand, technician=to)
    assert refused.value.code == "not_theirs"
    assert not WorkOrder.objects.exists()


def test_a_technician_who_has_left_gets_no_job(world: World, demand: Case) -> None:
    technician = world.staff("technician")
    technician.is_active = False
    technician.save()
    with pytest.raises(Refused):
        world.issue(demand)


def test_who_sends_and_who_works(world: World, demand: Case) -> None:
    with pytest.raises(NotAllowed):
        world.issue(demand, by="technician")
    with pytest.raises(NotFound):
        world.issue(demand, by="lake_agent")
    order = world.issue(demand)
    assert visible_order(world.actor("technician"), order.number) == order
    for who in ("technician_2", "lake_agent"):
        with pytest.raises(NotFound):
            visible_order(world.actor(who), order.number)


def test_saying_nothing_of_what_was_done_is_refused(world: World, demand: Case) -> None:
    order = standing(world, demand, "arrived")
    with pytest.raises(Refused) as refused:
        step(world, order, "finished", result="  ")
    assert (refused.value.code, refused.value.where) == ("missing", "result")


def test_what_was_charged_is_kept_to_the_cent(world: World, demand: Case) -> None:
    order = step(world, standing(world, demand, "arrived"), "finished", fee=Decimal("80.50"))
    assert order.fee == Decimal("80.50")
    assert Event.objects.get(kind="work_order.finished").facts["fee_cents"] == 8050


def test_why_it_was_cancelled_is_kept_in_words(world: World, demand: Case) -> None:
    order = step(world, world.issue(demand), "cancelled")
    order.refresh_from_db()
    assert (order.state, order.result) == ("cancelled", "客户自行处理")


# ---- the case


def test_work_begins_with_the_first_job(world: World, demand: Case) -> None:
    world.issue(demand, technician=None)
    demand.refresh_from_db()
    assert demand.state == "in_hand"


@pytest.mark.parametrize("state", ["handled", "closed", "withdrawn"])
def test_no_job_is_issued_for_what_is_over(world: World, demand: Case, state: str) -> None:
    for verb in {"handled": ["handled"], "closed": ["handled", "closed"], "withdrawn": ["withdrawn"]}[state]:
        demand = world.take(demand, verb)
    with pytest.raises(NotNow):
        world.issue(demand)


def test_a_complaint_is_classified_before_a_job_is_issued(world: World) -> None:
    case = world.receive(severity="", problem="")
    with pytest.raises(NotNow) as refused:
        world.issue(case)
    assert refused.value.allowed == ["classified"]
    world.issue(world.take(case, "classified"))


@pytest.mark.parametrize("kind", ["demand", "emergency"])
def test_the_last_job_that_is_finished_handles_the_case(world: World, kind: str) -> None:
    case = world.receive(kind)
    first, second = world.issue(case), world.issue(case)
    world.do(first)
    case.refresh_from_db()
    assert case.state == "in_hand"
    world.later(minutes=1)
    world.do(second)
    case.refresh_from_db()
    assert (case.state, case.handled_at) == ("handled", world.now)
    assert world.kinds(case).count(f"{kind}.handled") == 1


def test_a_complaint_is_handled_when_the_person_in_charge_says_so(world: World) -> None:
    case = world.take(world.receive(), "handed_over")
    world.do(world.issue(case))
    case.refresh_from_db()
    assert case.state == "in_hand"


def test_a_case_whose_last_open_job_is_cancelled_is_handled_by_those_done(world: World, demand: Case) -> None:
    """Else nothing would be owed, and nobody would ever think of it again."""
    done, other = world.issue(demand), world.issue(demand)
    world.do(done)
    step(world, other, "cancelled")
    demand.refresh_from_db()
    assert demand.state == "handled"


def test_a_case_whose_only_job_is_cancelled_goes_on(world: World, demand: Case) -> None:
    step(world, world.issue(demand), "cancelled")
    demand.refresh_from_db()
    assert demand.state == "in_hand"
    world.do(world.issue(demand))
    demand.refresh_from_db()
    assert demand.state == "handled"


# ---- done again


@serves("GC-6.5.2", "XQ-K2.1.3d")
def test_a_job_that_did_not_satisfy_is_done_again_by_the_same_technician(world: World, demand: Case) -> None:
    order = world.do(world.issue(demand))
    for _ in range(2):
        world.later(hours=3)
        world.visit(order, "no")
        order.refresh_from_db()
        demand.refresh_from_db()
        assert (order.state, order.technician) == ("assigned", world.staff("technician"))
        assert (order.finished_at, order.arrived_at) == (None, None)
        assert demand.state == "in_hand"
        assert world.promises(order) == set()
        world.later(hours=1)
        order = world.do(order)
        assert world.promise(order, "XQ-D2.4a").due_at == world.now + timedelta(hours=24)
    demand.refresh_from_db()
    assert demand.state == "handled"
    world.visit(order)
    assert world.take(demand, "closed").state == "closed"


def test_what_is_done_again_is_not_finished_before_it_was_asked_for(world: World, demand: Case) -> None:
    """Else the visit that found it wanting would count as the one after it."""
    order = world.do(world.issue(demand))
    world.later(minutes=3)
    world.visit(order, "no")
    order = step(world, WorkOrder.objects.get(pk=order.pk), "picked_up")
    order = step(world, order, "arrived")
    with pytest.raises(Refused):
        step(world, order, "finished", at=world.now - SECOND)
    world.later(seconds=1)
    order = step(world, order, "finished")
    assert world.promise(order, "XQ-D2.4a").state == "open"


# ---- the database


@pytest.mark.parametrize(
    ("what", "error", "name"),
    [
        ("state = 'finished', finished_at = now()", DatabaseError, "Invalid transition"),
        ("state = 'arrived'", DatabaseError, "Invalid transition"),
        ("technician_id = NULL", IntegrityError, "work_order_has_technician"),
        ("trade = 'magic'", IntegrityError, "work_order_trade"),
        ("fee = -1", IntegrityError, "work_order_fee"),
    ],
)
def test_the_database_refuses_what_no_job_may_be(
    world: World, demand: Case, what: str, error: type[Exception], name: str
) -> None:
    order = world.issue(demand)
    with pytest.raises(error, match=name):
        sql(f"UPDATE dispatch_workorder SET {what} WHERE id = %s", order.pk)


def test_a_job_is_not_finished_without_a_time(world: World, demand: Case) -> None:
    order = standing(world, demand, "arrived")
    with pytest.raises(IntegrityError, match="work_order_finished_when"):
        sql("UPDATE dispatch_workorder SET state = 'finished' WHERE id = %s", order.pk)


def test_a_job_is_never_deleted(world: World, demand: Case) -> None:
    order = world.issue(demand)
    with pytest.raises(DatabaseError, match="Cannot delete rows"):
        sql("DELETE FROM dispatch_workorder WHERE id = %s", order.pk)
