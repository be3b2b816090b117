"""GC-6.5.2: what does not satisfy is put right and visited again, as often as it takes."""

from __future__ import annotations

import pytest

from bihuan.cases.models import Case
from bihuan.ledger.models import Event
from tests.world import World, serves


@serves("GC-6.5.2", "HF-3.6b", "ZL-2.2.3c", "GC-1.6")
@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_a_dissatisfied_customers_complaint_is_reopened_and_visited_again_as_often_as_it_takes(
    world: World, rounds: int
) -> None:
    case = world.take(world.receive(), "handed_over")
    for number in range(1, rounds + 1):
        case = world.take(case, "handled")
        world.later(hours=5)
        world.visit(case, "no")
        case.refresh_from_db()
        assert (case.state, case.round, case.handled_at) == ("in_hand", number + 1, None)
        owed = world.promise(case, "XQ-C7.4B2")
        assert (owed.state, owed.start) == ("open", world.now)
        assert not world.promises(case) & {"GC-6.1.1"}
        world.later(hours=1)
    case = world.take(case, "handled")
    owed = world.promise(case, "GC-6.1.1")
    assert (owed.state, owed.start) == ("open", world.now)
    world.visit(case)
    case = world.take(case, "closed")
    assert (case.state, case.round) == ("closed", rounds + 1)
    kinds = world.kinds(case)
    assert kinds.count("complaint.reopened") == rounds
    assert kinds.count("visit.done") == rounds + 1


def test_why_it_was_reopened_is_told(world: World) -> None:
    case = world.handled()
    world.visit(case, "no")
    assert Event.objects.get(kind="complaint.reopened").facts == {
        "reason": "dissatisfied",
        "settled_on_the_spot": False,
    }


def test_what_was_told_of_the_round_before_is_told_again(world: World) -> None:
    case = world.handled()
    world.later(minutes=1)
    case = world.take(case, "result_told", by="agent")
    world.later(minutes=1)
    case = world.take(case, "reopened")
    assert case.told_at is None
    world.later(minutes=1)
    case = world.take(case, "handled")
    assert world.promise(case, "XQ-C7.4R").state == "open"
    world.take(case, "result_told", by="agent")
    assert world.promise(case, "XQ-C7.4R").state == "met"


def test_a_case_settled_on_the_spot_is_visited_once_it_is_reopened(world: World) -> None:
    """The exemption of TS-10.6 was for what satisfied there and then."""
    case = world.receive(settled="当场解决")
    world.later(hours=1)
    case = world.take(case, "reopened")
    assert case.settled_on_the_spot is False
    world.later(hours=1)
    case = world.take(case, "handled")
    assert world.promise(case, "GC-6.1.1").state == "open"


def test_a_closed_complaint_is_reopened_by_its_visit_within_the_month(world: World) -> None:
    case = world.handled()
    world.visit(case)
    world.later(minutes=1)
    case = world.take(case, "result_told", by="agent")
    case = world.take(case, "closed")
    world.at("03-25 10:00")
    world.visit(case, "no")
    case.refresh_from_db()
    assert (case.state, case.round, case.closing_event, case.closed_at) == ("in_hand", 2, None, None)


def test_a_closed_case_can_be_reopened_by_hand(world: World) -> None:
    case = world.take(world.take(world.receive("demand"), "handled"), "closed")
    world.later(days=1)
    case = world.take(case, "reopened")
    assert (case.state, case.closing_event) == ("in_hand", None)


def test_a_visit_about_a_customer_reopens_nothing(world: World) -> None:
    world.record("party.moved_in", f"party:{world.party.pk}", customer_class="normal", customer_kind="resident")
    case = world.handled(party=world.party)
    world.later(days=1)
    world.visit(f"party:{world.party.pk}", "no")  # type: ignore[arg-type]
    assert Case.objects.get(pk=case.pk).state == "handled"
