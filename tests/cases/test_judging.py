"""How grave it is and why (XQ-C5.2), why it is acted on at once (XQ-C7.3), and invalid ones explained (XQ-C7.2)."""

from __future__ import annotations

import pytest

from bihuan.cases.models import GROUNDS, Severity, Urgency
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.world import World, serves

PAIRS = [(severity, ground) for severity in Severity for ground in GROUNDS[severity]]


@serves("XQ-C5.2A", "XQ-C5.2B", "XQ-C5.2C")
@pytest.mark.parametrize(("severity", "ground"), PAIRS)
def test_why_it_is_as_grave_is_recorded(world: World, severity: str, ground: str) -> None:
    case = world.take(world.receive(), "classified", severity=severity, problem="08", ground=ground)
    assert (case.severity, case.ground) == (severity, ground)
    told = Event.objects.filter(subject=case.subject, kind="complaint.classified").latest("id")
    assert told.facts["ground"] == ground


@pytest.mark.parametrize(("severity", "ground"), [("C", "safety"), ("A", "slight_lapse"), ("B", "joint"), ("B", "x")])
def test_a_reason_of_another_severity_is_refused(world: World, severity: str, ground: str) -> None:
    with pytest.raises(Refused) as refused:
        world.take(world.receive(), "classified", severity=severity, problem="08", ground=ground)
    assert (refused.value.code, refused.value.where) == ("bad_ground", "ground")
    with pytest.raises(Refused):
        world.receive(severity=severity, problem="08", ground=ground)


def test_what_the_clock_raises_says_why_and_what_is_retracted_says_what_people_said(world: World) -> None:
    case = world.receive(severity="C", ground="observation")
    world.take(case, "found_valid")
    world.sweep("04-02 09:00:01")
    case.refresh_from_db()
    assert (case.severity, case.ground) == ("A", "unsolved")


@serves("XQ-C7.3")
@pytest.mark.parametrize("urgency", Urgency.values)
@pytest.mark.parametrize(("at", "late"), [("03-02 10:00", False), ("03-02 10:00:01", True)])
def test_for_each_of_five_reasons_it_is_acted_on_within_the_hour(
    world: World, urgency: str, at: str, late: bool
) -> None:
    case = world.receive(urgency=urgency)
    promise = world.promise(case, "XQ-C7.3")
    assert (case.urgent, promise.due_at) == (True, world.time("03-02 10:00"))
    world.sweep(at)
    world.take(case, "action_taken", by="agent")
    promise.refresh_from_db()
    assert (promise.state, promise.breached_at is not None) == ("met", late)


def test_the_review_may_find_the_reason(world: World) -> None:
    case = world.take(world.receive(), "reviewed", urgency="crisis")
    assert (case.urgent, case.urgency) == (True, "crisis")
    assert "XQ-C7.3" in world.promises(case)


def test_without_a_reason_nothing_is_urgent_and_a_made_up_one_is_refused(world: World) -> None:
    assert "XQ-C7.3" not in world.promises(world.receive())
    with pytest.raises(Refused) as refused:
        world.receive(urgency="because")
    assert refused.value.code == "bad_urgency"


@serves("XQ-C7.2")
def test_an_invalid_complaint_is_explained_until_it_is_understood(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    case = world.take(case, "found_invalid", text="经测噪声符合标准")
    for _ in range(2):
        case = world.take(case, "explained", by="agent", text="说明了检测结果")
        with pytest.raises(Refused) as refused:
            world.take(case, "handled", by="trade")
        assert refused.value.code == "not_understood"
    case = world.take(case, "explained", by="agent", text="再次上门说明", understood="understood")
    assert case.understood is True
    assert world.take(case, "handled", by="trade").state == "handled"


def test_found_valid_after_all_nothing_needs_to_be_understood(world: World) -> None:
    case = world.take(world.take(world.receive(), "handed_over", to="trade"), "found_invalid")
    case = world.take(case, "found_valid")
    assert world.take(case, "handled", by="trade").state == "handled"
