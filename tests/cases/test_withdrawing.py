"""What is withdrawn is owed no more, and none of its jobs goes on."""

from __future__ import annotations

import pytest

from bihuan.cases.errors import NotNow
from bihuan.cases.models import CaseState
from bihuan.ledger.models import Event
from bihuan.obligations.models import Obligation
from tests.world import World


@pytest.mark.parametrize("kind", ["demand", "complaint", "enquiry", "emergency"])
def test_a_withdrawn_case_owes_nothing_any_more(world: World, kind: str) -> None:
    case = world.receive(kind)
    assert world.promises(case)
    world.later(minutes=1)
    world.take(case, "withdrawn", by="agent")
    assert world.promises(case) == set()
    assert not Obligation.objects.filter(subject=case.subject).exclude(reason="withdrawn").exclude(state="met").exists()


def test_its_jobs_are_cancelled_and_what_is_done_stays_done(world: World) -> None:
    case = world.receive("demand")
    done, begun, waiting = world.issue(case), world.issue(case), world.issue(case, technician=None)
    done = world.do(done)
    world.later(minutes=1)
    world.take(case, "withdrawn", by="agent")
    for order, state in ((done, "finished"), (begun, "cancelled"), (waiting, "cancelled")):
        order.refresh_from_db()
        assert order.state == state
    told = Event.objects.filter(kind="work_order.cancelled")
    assert {one.facts["reason"] for one in told} == {"withdrawn"}
    case.refresh_from_db()
    assert case.state == CaseState.WITHDRAWN


def test_another_cases_jobs_go_on(world: World) -> None:
    case, other = world.receive("demand"), world.receive("demand")
    order = world.issue(other)
    world.take(case, "withdrawn", by="agent")
    order.refresh_from_db()
    assert order.state == "assigned"


def test_a_withdrawn_complaint_is_not_visited(world: World) -> None:
    case = world.handled()
    visit = world.planned(case)
    world.take(case, "withdrawn", by="agent")
    visit.refresh_from_db()
    assert visit.state == "not_owed"


def test_a_closed_case_is_not_withdrawn(world: World) -> None:
    case = world.take(world.take(world.receive("demand"), "handled"), "closed")
    with pytest.raises(NotNow):
        world.take(case, "withdrawn")
