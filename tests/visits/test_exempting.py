"""TS-10.6: which complaints need no visit, who says so, and how they end."""

from __future__ import annotations

import pytest

from bihuan.accounts.access import NotAllowed
from bihuan.cases.models import Case
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.visits.actions import exempt
from bihuan.visits.models import Exemption, Visit
from tests.world import World, serves


def spare(world: World, case: Case, reason: str, *, by: str = "supervisor") -> Visit:
    """Somebody says that no visit is needed."""
    return exempt(world.planned(case), reason, by=world.actor(by), at=world.now, note="客户已搬离，电话停机")


@serves("TS-10.6")
@pytest.mark.parametrize("reason", Exemption.values)
def test_a_supervisor_exempts_for_each_of_the_reasons_and_it_can_be_closed(world: World, reason: str) -> None:
    case = world.handled()
    visit = spare(world, case, reason)
    assert (visit.state, visit.exempt, visit.exempted_by) == ("not_owed", reason, world.staff("supervisor"))
    assert world.promise(case, "GC-6.1.1").state == "waived"
    assert Event.objects.get(kind="visit.exempted").facts["reason"] == reason
    case = world.take(case, "closed", by="agent")
    assert case.closing_event is not None
    assert case.closing_event.kind == "visit.exempted"


def test_exempt_is_not_visited(world: World) -> None:
    case = world.handled()
    spare(world, case, "sensitive")
    assert not Event.objects.filter(kind="visit.done").exists()
    assert world.promise(case, "GC-6.1.1").met_at is None


@pytest.mark.parametrize("by", ["agent", "trade"])
def test_who_made_the_promise_does_not_excuse_it(world: World, by: str) -> None:
    case = world.handled()
    with pytest.raises(NotAllowed):
        spare(world, case, "sensitive", by=by)
    assert world.promise(case, "GC-6.1.1").state == "open"


def test_only_complaints_and_only_for_those_reasons(world: World) -> None:
    case = world.handled()
    for reason in ("", "busy", "anonymous"):
        with pytest.raises(Refused) as refused:
            spare(world, case, reason)
        assert refused.value.code == "bad_reason"
    order = world.do(world.issue(world.receive("demand")))
    with pytest.raises(Refused) as refused:
        exempt(world.planned(order), "sensitive", by=world.actor("supervisor"), at=world.now)
    assert refused.value.code == "not_exempt"


@serves("TS-10.6")
def test_an_anonymous_complaint_is_never_visited_and_closed_by_a_supervisor(world: World) -> None:
    case = world.receive(channel="drop_box", anonymous=True)
    case = world.take(world.take(case, "handed_over", to="trade"), "handled", by="trade")
    assert not Visit.objects.filter(case=case, state="planned").exists()
    with pytest.raises(NotAllowed):
        world.take(case, "closed", by="agent")
    case = world.take(case, "closed", by="supervisor")
    assert (case.state, case.closing_reason) == ("closed", "exempt")
