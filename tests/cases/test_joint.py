"""XQ-C5.2A, C7.5c: a joint complaint is A, unless somebody says with a reason that it is not; three go to the branch."""

from __future__ import annotations

import pytest

from bihuan.cases.actions import Receipt, foresee
from bihuan.cases.models import Case
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.world import World, serves

LIMITS = {"A": "A3", "B": "B2", "C": "C2"}


def limits(world: World, case: Case) -> set[str]:
    """Under which clauses it is to be resolved."""
    return world.promises(case) & {"XQ-C7.4A3", "XQ-C7.4B2", "XQ-C7.4C2"}


@serves("XQ-C5.2A", "XQ-C5.2B", "XQ-C5.2C")
@pytest.mark.parametrize("severity", ["A", "B", "C"])
def test_what_one_signs_is_as_grave_as_it_is_judged(world: World, severity: str) -> None:
    case = world.receive(severity=severity, signers=1)
    assert case.severity == severity
    assert limits(world, case) == {{"A": "XQ-C7.4A3", "B": "XQ-C7.4B2", "C": "XQ-C7.4C2"}[severity]}


@pytest.mark.parametrize("severity", ["B", "C", ""])
def test_what_two_sign_is_a_whatever_the_desk_thought(world: World, severity: str) -> None:
    case = world.receive(severity=severity, problem="03" if severity else "", signers=2)
    assert case.severity == "A"
    assert case.number == ("CH-A-03-0001" if severity else None)
    assert limits(world, case) == {"XQ-C7.4A3"}


def test_it_is_judged_otherwise_with_a_reason_and_not_without(world: World) -> None:
    case = world.receive(signers=2)
    with pytest.raises(Refused) as refused:
        world.take(case, "classified", severity="B", problem="03", text=" ")
    assert (refused.value.code, refused.value.where) == ("missing", "text")
    assert limits(world, case) == {"XQ-C7.4A3"}
    case = world.take(case, "classified", severity="B", problem="03", text="两人同住一户")
    assert (case.severity, case.number) == ("B", "CH-B-03-0001")
    assert limits(world, case) == {"XQ-C7.4B2"}
    case = world.take(case, "classified", severity="C", problem="03")  # once judged, it is judged like any other
    assert limits(world, case) == {"XQ-C7.4C2"}


def test_row_and_promises_never_disagree_about_how_grave_it_is(world: World) -> None:
    case = world.receive(signers=5, severity="", problem="")
    for severity, text in (("A", ""), ("B", "经核实为一户"), ("A", ""), ("C", "情节轻微")):
        case = world.take(case, "classified", severity=severity, problem="08", text=text)
        assert limits(world, case) == {f"XQ-C7.4{LIMITS[severity]}"}
        assert case.severity == severity


def test_the_desk_sees_beforehand_what_a_joint_complaint_promises(world: World) -> None:
    receipt = Receipt(kind="complaint", channel="phone", site="CH", summary="-", severity="C", problem="03", signers=2)
    clauses = {one.clause for one in foresee(receipt, by=world.actor("agent"), at=world.now)}
    assert "XQ-C7.4A3" in clauses
    assert "XQ-C7.4C2" not in clauses


@serves("XQ-C7.5c")
@pytest.mark.parametrize(("signers", "owed"), [(2, False), (3, True)])
def test_what_three_sign_goes_to_the_branch_the_same_day(world: World, signers: int, owed: bool) -> None:
    case = world.receive(signers=signers)
    assert ("XQ-C7.5c" in world.promises(case)) is owed
    if owed:
        assert world.promise(case, "XQ-C7.5c").due_at == world.time("03-03 00:00")
        world.take(case, "reported_to_branch", by="manager")
        assert world.promise(case, "XQ-C7.5c").state == "met"


def test_it_counts_once_as_a_case_and_as_many_people(world: World) -> None:
    case = world.receive(signers=12)
    assert (Case.objects.count(), case.signers) == (1, 12)
    assert Event.objects.get(kind="complaint.received").facts["signers"] == 12
