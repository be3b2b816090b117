"""Numbers that people can say: a complaint's tells its classification, the others' the day; none is given twice."""

from __future__ import annotations

import re

import pytest

from bihuan.accounts.access import NotFound
from bihuan.cases.access import visible_case
from bihuan.cases.models import Case, CaseNumber, Serial
from bihuan.kernel.errors import Refused
from tests.world import World, ZoneInfo, at_once, serves

URUMQI = ZoneInfo("Asia/Urumqi")


@serves("XQ-C5.1", "XQ-C6.1")
def test_a_complaints_number_is_site_severity_problem_and_serial(world: World) -> None:
    assert world.receive(severity="A", problem="08").number == "CH-A-08-0001"
    assert world.receive(severity="C", problem="03").number == "CH-C-03-0002"


@pytest.mark.parametrize(
    ("kind", "letter"), [("demand", "D"), ("enquiry", "E"), ("suggestion", "S"), ("praise", "P"), ("emergency", "X")]
)
def test_the_others_are_numbered_within_their_day(world: World, kind: str, letter: str) -> None:
    assert [world.receive(kind).number for _ in range(2)] == [f"CH-{letter}-20260302-00{n}" for n in (1, 2)]


def test_a_work_order_is_numbered_within_its_day(world: World) -> None:
    demand = world.receive("demand")
    assert [world.issue(demand).number for _ in range(2)] == ["CH-W-20260302-001", "CH-W-20260302-002"]


def test_a_complaint_that_is_not_classified_has_no_number_and_is_found_by_its_id(world: World) -> None:
    case = world.receive(severity="", problem="")
    assert (case.number, case.serial) == (None, None)
    assert visible_case(world.actor("agent"), case.pk) == case


def test_the_number_comes_with_the_classification(world: World) -> None:
    first, second = (world.receive(severity="", problem="") for _ in range(2))
    assert world.take(second, "classified", severity="C", problem="08").number == "CH-C-08-0001"
    assert world.take(first, "classified", severity="B", problem="03").number == "CH-B-03-0002"


def test_the_serial_never_changes_and_every_former_number_finds_the_case(world: World) -> None:
    world.receive()
    case = world.receive()
    given = [case.number]
    for severity, problem in (("A", "03"), ("A", "08"), ("C", "08"), ("B", "03")):
        case = world.take(case, "classified", severity=severity, problem=problem)
        given.append(case.number)
    assert given == ["CH-B-03-0002", "CH-A-03-0002", "CH-A-08-0002", "CH-C-08-0002", "CH-B-03-0002"]
    assert case.serial == 2
    for number in given:
        assert number is not None
        assert visible_case(world.actor("agent"), number) == case
        assert visible_case(world.actor("agent"), number.lower()) == case


def test_a_number_finds_nothing_for_those_who_work_elsewhere(world: World) -> None:
    case = world.receive()
    assert case.number
    for key in (case.number, str(case.pk)):
        with pytest.raises(NotFound):
            visible_case(world.actor("lake_agent"), key)
    with pytest.raises(NotFound):
        visible_case(world.actor("technician"), case.number)


def test_each_site_counts_by_itself(world: World) -> None:
    world.receive()
    assert world.receive(site="LH", by="lake_agent").number == "LH-B-03-0001"
    world.receive("demand")
    assert world.receive("demand", site="LH", by="lake_agent").number == "LH-D-20260302-001"


def test_the_days_count_begins_anew_at_the_midnight_of_the_site(world: World) -> None:
    world.at("03-02 23:59:59")
    assert world.receive("demand").number == "CH-D-20260302-001"
    assert world.receive("demand").number == "CH-D-20260302-002"
    world.at("03-03 00:00:00")
    assert world.receive("demand").number == "CH-D-20260303-001"
    assert world.receive("demand", site="NS", by="north_agent").number == "NS-D-20260302-001"
    world.at("03-02 23:59:59", URUMQI)
    assert world.receive("demand", site="NS", by="north_agent").number == "NS-D-20260302-002"
    world.at("03-03 00:00:00", URUMQI)
    assert world.receive("demand", site="NS", by="north_agent").number == "NS-D-20260303-001"


def test_what_is_written_down_after_midnight_counts_to_the_day_on_which_it_came(world: World) -> None:
    world.at("03-03 00:10")
    assert world.receive("demand", at=world.time("03-02 23:55")).number == "CH-D-20260302-001"


def test_a_complaints_serial_goes_on_over_days_and_past_four_digits(world: World) -> None:
    world.receive()
    Serial.objects.filter(key="complaint").update(last=9999)
    world.at("03-05 09:00")
    assert world.receive().number == "CH-B-03-10000"


def test_a_number_that_was_refused_is_given_to_the_next(world: World) -> None:
    world.receive("demand")
    with pytest.raises(Refused):
        world.receive("demand", contact_phone="12345", contact_name="x")
    assert world.receive("demand").number == "CH-D-20260302-002"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["complaint", "demand"])
def test_who_receive_at_the_same_moment_get_different_numbers(world: World, kind: str) -> None:
    def receive_three() -> list[str | None]:
        return [world.receive(kind).number for _ in range(3)]

    given = at_once(receive_three, receive_three, receive_three, receive_three)
    numbers = [number for each in given for number in each]
    assert len(set(numbers)) == 12
    assert {int(re.sub(r".*-", "", number)) for number in numbers} == set(range(1, 13))
    assert CaseNumber.objects.count() == Case.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_who_classify_at_the_same_moment_give_different_serials(world: World) -> None:
    cases = [world.receive(severity="", problem="") for _ in range(4)]
    given = at_once(*(lambda case=case: world.take(case, "classified").serial for case in cases))
    assert sorted(given) == [1, 2, 3, 4]
