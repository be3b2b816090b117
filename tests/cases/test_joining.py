"""Several people, one complaint: who joins, what comes twice, what comes back (XQ-C5.2A, XQ-C7.5c)."""

from __future__ import annotations

import pytest

from bihuan.accounts.access import NotAllowed
from bihuan.cases.actions import join, link, merge
from bihuan.cases.models import Case
from bihuan.cases.queries import signed_by
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.world import World, serves

ZHAO, QIAN, SUN = ("赵刚", "13911110001"), ("钱敏", "13911110002"), ("孙丽", "")


def add(world: World, case: Case, *people: tuple[str, str], by: str = "agent") -> Case:
    """These people join the complaint."""
    return join(case, people, by=world.actor(by), at=world.now)


def signed(world: World, **given: object) -> Case:
    """A complaint of the customer on file."""
    return world.receive(party=world.party, home=world.home, **given)


@serves("XQ-C5.2A", "XQ-C7.5c")
def test_with_the_second_it_is_a_and_with_the_third_it_goes_to_the_branch_the_same_day(world: World) -> None:
    case = signed(world, severity="C")
    world.later(hours=1)
    case = add(world, case, ZHAO)
    assert (case.signers, case.severity, case.ground, case.number) == (2, "A", "joint", "CH-A-03-0001")
    assert {"XQ-C7.4A3"} == world.promises(case) & {"XQ-C7.4A3", "XQ-C7.4C2", "XQ-C7.5c"}
    world.later(hours=1)
    case = add(world, case, QIAN)
    report = world.promise(case, "XQ-C7.5c")
    assert (case.signers, report.owed_by, report.due_at) == (3, "site_manager", world.time("03-03 00:00"))


def test_it_is_one_case_and_as_many_people_each_named_once(world: World) -> None:
    case = add(world, signed(world), ZHAO, QIAN, ZHAO)
    assert (Case.objects.count(), case.signers) == (1, 3)
    assert signed_by(case) == ["王丽", "赵刚", "钱敏"]
    with pytest.raises(Refused) as refused:
        add(world, case, QIAN)
    assert refused.value.code == "signed_already"


def test_names_given_to_a_counted_crowd_do_not_swell_it(world: World) -> None:
    case = signed(world, signers=12)
    assert add(world, case, ZHAO, QIAN).signers == 12


def test_a_list_of_signers_at_the_intake_counts_them(world: World) -> None:
    case = signed(world, signed_by=[ZHAO, QIAN, SUN, ("李强", "")])
    assert (case.signers, case.severity, case.ground) == (5, "A", "joint")
    assert signed_by(case) == ["王丽", "赵刚", "钱敏", "孙丽", "李强"]
    assert "XQ-C7.5c" in world.promises(case)


def test_placeholder_numbers_make_nobody_the_same_person(world: World) -> None:
    case = add(world, signed(world), ("赵刚", "13800000000"), ("钱敏", "13800000000"))
    assert (case.signers, signed_by(case)) == (3, ["王丽", "赵刚", "钱敏"])


def test_nobody_joins_what_is_over_or_is_no_complaint(world: World) -> None:
    closed = world.take(signed(world), "withdrawn")
    for case in (closed, world.receive("demand")):
        with pytest.raises(Refused) as refused:
            add(world, case, ZHAO)
        assert refused.value.code == "not_now"


def test_two_that_are_one_become_one_and_lose_nobody(world: World) -> None:
    _, neighbour = world.move_in("CH", room="1102", name="赵刚")
    first, second = signed(world), world.receive(party=neighbour, signed_by=[QIAN])
    into = merge(second, first, by=world.actor("agent"), at=world.now, text="同一件事")
    second = Case.objects.get(pk=second.pk)
    assert (second.state, second.merged_into_id) == ("withdrawn", first.pk)
    assert world.promises(second) == set()
    assert (into.signers, signed_by(into)) == (3, ["王丽", "钱敏", "赵刚"])
    assert world.kinds(second)[-1] == "complaint.merged"
    assert "complaint.linked" in world.kinds(into)
    assert Event.objects.get(kind="complaint.merged").facts["into"] == str(first.pk)


@pytest.mark.parametrize("other", ["itself", "closed", "demand", "elsewhere"])
def test_what_cannot_be_one_is_not_made_one(world: World, other: str) -> None:
    case = signed(world)
    into = {
        "itself": lambda: case,
        "closed": lambda: world.take(signed(world), "withdrawn"),
        "demand": lambda: world.receive("demand"),
        "elsewhere": lambda: world.receive(site="LH", by="lake_agent"),
    }[other]()
    with pytest.raises(Refused) as refused:
        merge(case, into, by=world.actor("agent"), at=world.now)
    assert refused.value.code == "not_mergeable"
    assert Case.objects.get(pk=case.pk).state == "received"


def test_a_technician_makes_nothing_one(world: World) -> None:
    with pytest.raises(NotAllowed):
        merge(signed(world), signed(world), by=world.actor("technician"), at=world.now)


def test_what_comes_back_is_a_complaint_of_its_own_and_names_the_earlier_one(world: World) -> None:
    first = world.handled(party=world.party, home=world.home)
    world.later(days=2)
    again = world.receive(party=world.party, home=world.home, repeats=[first.subject])
    assert (again.repeats_id, again.state) == (first.pk, "received")


def test_it_can_be_put_down_afterwards_once_and_only_of_an_earlier_one(world: World) -> None:
    first = signed(world)
    world.later(days=2)
    again = signed(world)
    assert link(again, first, by=world.actor("agent"), at=world.now).repeats_id == first.pk
    for case, earlier in ((again, first), (first, again)):
        with pytest.raises(Refused) as refused:
            link(case, earlier, by=world.actor("agent"), at=world.now)
        assert refused.value.code == "not_earlier"
