"""The whole way of a complaint and of a repair, from the call to the closing, with every promise on the way.

Nothing is left out: after each step `owes` compares all that is open, with its clause and its time.
"""

from __future__ import annotations

from datetime import timedelta

from bihuan.cases.models import Case
from bihuan.cases.queries import story
from bihuan.dispatch import actions as jobs
from bihuan.dispatch.models import WorkOrder
from bihuan.obligations.models import Obligation
from bihuan.visits.actions import not_reached
from tests.world import World, serves


def owes(world: World, about: Case | WorkOrder, **due: str) -> None:
    """All that is open about it: the clause, written as a name, and when it is due."""
    rows = Obligation.objects.filter(subject=about.subject, state="open")
    there = sorted((one.clause.replace("-", "_").replace(".", "_"), one.due_at) for one in rows)
    wanted = sorted((clause, world.time(at)) for clause, at in due.items())
    assert there == wanted


def kept(world: World, about: Case | WorkOrder, clause: str, *, late: int = 0) -> None:
    """The last promise under the clause was kept just now, so many seconds late."""
    promise = world.promise(about, clause)
    assert (promise.state, promise.met_at, promise.late_seconds) == ("met", world.now, late)
    assert (promise.breached_at is not None) is (late > 0)


@serves("XQ-K2.2.2e", "XQ-C4.2", "XQ-C1", "GC-4.5", "GC-6.5.2", "TS-10.1", "TS-11.1")
def test_a_complaint_from_the_call_to_the_closing(world: World) -> None:
    # Monday, nine: Ms Wang calls. Every promise of a B complaint is made while she speaks.
    case = world.receive(party=world.party, home=world.home, restated=True)
    at_receipt = {"TS_5_2": "03-03 09:00", "XQ_C7_4B2": "03-05 09:00"}
    owes(
        world,
        case,
        **at_receipt,
        XQ_K2_2_2b="03-02 10:00",
        XQ_C7_4B1="03-02 10:00",
        TS_5_1="03-03 09:00",
    )

    # Five past: a reply is agreed for five in the afternoon, which is now what is promised.
    world.at("03-02 09:05")
    world.take(case, "time_agreed", by="agent", agreed_at=world.time("03-02 17:00"))
    kept(world, case, "XQ-K2.2.2b")
    owes(world, case, **at_receipt, XQ_C7_4B1="03-02 10:00", TS_5_1="03-02 17:00", XQ_C6_2="03-02 17:00")

    # 9:48: nobody has passed it on yet, so the supervisor is reminded; at ten sharp it is done, in time.
    world.sweep("03-02 09:48")
    assert world.told(world.promise(case, "XQ-C7.4B1")) == [(0, "cs_supervisor", ["supervisor"])]
    world.at("03-02 10:00")
    case = world.take(case, "handed_over", to="trade")
    kept(world, case, "XQ-C7.4B1")
    assert (case.state, case.in_charge) == ("in_hand", world.staff("trade"))

    # The trade supervisor looks into it. It is valid: unsolved for a month, the clock would make it A.
    world.at("03-02 15:00")
    case = world.take(case, "reviewed", by="trade")
    case = world.take(case, "investigated", by="trade")
    case = world.take(case, "found_valid", by="trade")
    owes(world, case, **at_receipt, XQ_C5_2A="04-02 09:00", TS_5_1="03-02 17:00", XQ_C6_2="03-02 17:00")

    # Half past four: the reply, before the time that was agreed.
    world.at("03-02 16:30")
    world.take(case, "answered", by="agent")
    for clause in ("TS-5.1", "XQ-C6.2", "TS-5.2"):
        kept(world, case, clause)
    owes(world, case, XQ_C7_4B2="03-05 09:00", XQ_C5_2A="04-02 09:00")

    # Tuesday: a solution is agreed, to be carried out the same day. It cannot be, and she is told so in time.
    world.at("03-03 11:00")
    case = world.take(case, "solution_proposed", by="trade")
    case = world.take(case, "solution_agreed", by="trade")
    resolve = {"XQ_C7_4B2": "03-05 09:00", "XQ_C5_2A": "04-02 09:00"}
    owes(world, case, **resolve, TS_9_1="03-04 00:00", TS_9_2="03-04 00:00")
    world.at("03-03 20:00")
    world.take(case, "delay_told", by="agent", agreed_until=world.time("03-04 18:00"))
    kept(world, case, "TS-9.2")
    owes(world, case, **resolve, TS_9_1="03-04 18:00")

    # Wednesday: six passes, the supervisor is told; an hour later it is done. Late for what was agreed, in time for B.
    world.sweep("03-04 12:00")
    world.sweep("03-04 18:00:01")
    carrying_out = world.promise(case, "TS-9.1")
    assert world.told(carrying_out) == [(0, "trade_supervisor", ["trade"]), (1, "cs_supervisor", ["supervisor"])]
    assert (carrying_out.extended, carrying_out.breached_at) == (True, world.time("03-04 18:00"))
    world.at("03-04 19:00")
    case = world.take(case, "handled", by="trade")
    kept(world, case, "XQ-C7.4B2")
    late = Obligation.objects.get(subject=case.subject, duty="carry_out")
    assert (late.state, late.late_seconds) == ("met", 3600)
    owes(world, case, XQ_C7_4R="03-06 19:00", TS_9_1="03-05 19:00", GC_6_1_1="03-07 19:00")

    # She is told the result at once.
    world.at("03-04 19:30")
    case = world.take(case, "result_told", by="agent")
    kept(world, case, "XQ-C7.4R")
    kept(world, case, "TS-9.1")
    owes(world, case, GC_6_1_1="03-07 19:00", XQ_C8_1="04-04 19:30")

    # Friday: two visit her. It is still loud: the visit was made, and the case is open again.
    world.at("03-06 10:00")
    world.visit(case, "no", by="agent", companion="supervisor")
    kept(world, case, "GC-6.1.1")
    kept(world, case, "XQ-C8.1")
    case.refresh_from_db()
    assert (case.state, case.round) == ("in_hand", 2)
    owes(world, case, XQ_C7_4B2="03-09 10:00")

    # Saturday: put right for good, and told.
    world.at("03-07 16:00")
    case = world.take(case, "handled", by="trade")
    kept(world, case, "XQ-C7.4B2")
    owes(world, case, XQ_C7_4R="03-09 16:00", GC_6_1_1="03-10 16:00")
    world.at("03-07 17:00")
    case = world.take(case, "result_told", by="agent")
    owes(world, case, GC_6_1_1="03-10 16:00", XQ_C8_1="04-07 17:00")

    # Monday: she is satisfied, and only now it may be closed. Nothing is owed any more.
    world.at("03-09 10:00")
    visit = world.visit(case, "yes", by="agent", companion="supervisor")
    kept(world, case, "GC-6.1.1")
    kept(world, case, "XQ-C8.1")
    world.at("03-09 10:05")
    case = world.take(case, "closed")
    assert case.closing_event is not None
    assert (case.state, case.closing_event.facts["visit"]) == ("closed", str(visit.pk))
    owes(world, case)
    world.sweep("05-30 09:00")
    owes(world, case)

    # Filed complete: complaint, handling and visits, each with who did it and what was said.
    filed = [one for one in story([case.subject], case) if not one.event.kind.startswith("obligation.")]
    assert [one.event.kind.partition(".")[2] for one in reversed(filed)] == [
        *(
            "received",
            "restated",
            "classified",
            "time_agreed",
            "handed_over",
            "reviewed",
            "investigated",
            "found_valid",
        ),
        *("answered", "solution_proposed", "solution_agreed", "delay_told", "handled", "result_told"),
        *("done", "reopened", "handled", "result_told", "done", "closed"),
    ]
    assert all(one.staff is not None for one in filed)


@serves("XQ-K2.1.3d", "XQ-D2.3a", "XQ-D1.2", "GC-2.3", "GC-4.5", "GC-6.5.2")
def test_a_repair_from_the_call_to_the_closing(world: World) -> None:
    # Monday, nine: a pipe leaks. Somebody is to be sent at once.
    case = world.receive("demand", summary="厨房水管渗水", party=world.party, home=world.home)
    assert case.number == "CH-D-20260302-001"
    owes(world, case, XQ_K2_1_3a="03-02 09:30")

    # She would rather have him at two: that is now the promise, instead of at once.
    world.at("03-02 09:10")
    world.take(case, "time_agreed", by="agent", agreed_at=world.time("03-02 14:00"))
    owes(world, case, XQ_D2_1b="03-02 14:00")

    # The job is written and given to a technician, who owes the arrival from now on.
    world.at("03-02 09:20")
    order = world.issue(case, technician="technician")
    case.refresh_from_db()
    assert (order.state, order.agreed_at, case.state) == ("assigned", world.time("03-02 14:00"), "in_hand")
    assert world.promise(case, "XQ-D2.1b").staff == world.staff("technician")

    # He is on the spot at two sharp.
    technician = world.actor("technician")
    order = jobs.pick_up(order, by=technician, at=world.at("03-02 13:30"))
    order = jobs.arrive(order, by=technician, at=world.at("03-02 14:00"))
    kept(world, case, "XQ-D2.1b")
    owes(world, case)

    # At three it is done, and with it the request; a visit is owed within a day.
    order = jobs.finish(order, result="更换软管，试水正常", by=technician, at=world.at("03-02 15:00"))
    case.refresh_from_db()
    assert (case.state, case.handled_at) == ("handled", world.now)
    owes(world, order, XQ_D2_4a="03-03 15:00")

    # Tuesday: nobody answers; at half past three she does, half an hour late, and it drips again.
    agent = world.actor("agent")
    not_reached(world.planned(order), by=agent, at=world.at("03-03 10:00"), again_at=world.time("03-03 15:30"))
    owes(world, order, XQ_D2_4a="03-03 15:00")
    world.sweep("03-03 15:00:01")
    assert world.promise(order, "XQ-D2.4a").breached_at == world.time("03-03 15:00")
    world.at("03-03 15:30")
    world.visit(order, "no", solved="unsolved", shortcomings="又滴水了")
    kept(world, order, "XQ-D2.4a", late=1800)
    for row in (case, order):
        row.refresh_from_db()
    assert (case.state, case.round, order.state) == ("in_hand", 2, "assigned")
    owes(world, order)

    # The same technician puts it right.
    world.at("03-03 17:00")
    order = world.do(order, result="更换角阀")
    case.refresh_from_db()
    assert case.state == "handled"
    owes(world, order, XQ_D2_4a="03-04 17:00")

    # Wednesday: dry, and closed.
    world.at("03-04 09:00")
    visit = world.visit(order)
    kept(world, order, "XQ-D2.4a")
    case = world.take(case, "closed", by="agent")
    assert case.closing_event is not None
    assert (case.state, case.closing_event.facts["visit"]) == ("closed", str(visit.pk))
    world.at(world.now + timedelta(days=60))
    world.sweep()
    for about in (case, order):
        owes(world, about)
