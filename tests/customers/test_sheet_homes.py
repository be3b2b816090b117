"""What several rows of a home tell together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from .sheet_files import IDENTITY, OTHER_IDENTITY, UNSOLD, Row, only, read, row, told

VACANT = {"status": 2008}
NOBODY = {"name": "", "gender": "", "phone": "", "role": ""}


def member(role: int, **changes: Any) -> Row:
    return row(name=f"成员{role}", phone="", role=role, **changes)


@pytest.mark.parametrize("status", [2001, 2003, 2004, 2005])
def test_what_is_owned_needs_its_owner(status: int) -> None:
    sheet = read(row(**NOBODY, status=status))
    assert told(sheet) == [(2, "name", "owner_missing")]
    assert str(status) in sheet.problems[0].what
    assert told(read(row(status=status))) == []


@pytest.mark.parametrize("status", [2008, 2009])
def test_other_homes_need_none(status: int) -> None:
    assert told(read(row(**NOBODY, status=status))) == []
    assert told(read(row(status=status))) == []


def test_an_unsold_home_has_nobody() -> None:
    assert told(read(row(**UNSOLD))) == []
    assert told(read(row(status=2002), member(1003, status=2002))) == [
        (2, "name", "party_of_unsold"),
        (3, "name", "party_of_unsold"),
    ]
    assert told(read(row(**UNSOLD | {"phone": "13800000000", "gender": "男", "role": 1001}))) == []


@pytest.mark.parametrize("status", [2006, 2007])
def test_let_and_sold_are_for_shops(status: int) -> None:
    assert told(read(row(status=status, unit=0))) == []
    assert told(read(row(status=status, kind="商铺"))) == []
    assert told(read(row(status=status))) == [(2, "status", "status_of_shops")]


@pytest.mark.parametrize("role", [1002, 1003, 1004])
def test_family_tenants_and_others_need_an_owner_of_the_same_home_before_or_after_them(role: int) -> None:
    assert told(read(row(), member(role))) == []
    assert told(read(member(role), row())) == []
    assert told(read(row(room=102), member(role))) == [(3, "role", "owner_not_listed")]
    assert told(read(member(role, **VACANT))) == [(2, "role", "owner_not_listed")]


def test_every_row_that_lacks_its_owner_is_named() -> None:
    sheet = read(member(1002), row(room=102), member(1003))
    assert told(sheet) == [(2, "role", "owner_not_listed"), (4, "role", "owner_not_listed")]


def test_an_owner_who_cannot_be_read_is_not_told_to_be_missing() -> None:
    assert told(read(row(role=1009), member(1002))) == [(2, "role", "code_unknown")]
    assert told(read(row(name="长" * 81), member(1002))) == [(2, "name", "text_too_long")]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("area", 95),
        ("inner_area", 81),
        ("kind", 120),
        ("status", 2003),
        ("floor", 2),
        ("floors", 34),
        ("lift", "否"),
        ("layout", "2"),
        ("rent", 1),
        ("handed_over", "2024-03-06"),
    ],
)
def test_a_home_that_contradicts_itself_is_told_with_both_rows(name: str, other: Any) -> None:
    first = row(handed_over="2024-03-05")
    assert told(read(first, member(1002, handed_over="2024-03-05"))) == []
    sheet = read(first, row(room=102), member(1002, **{"handed_over": "2024-03-05", name: other}))
    assert told(sheet) == [(4, name, "home_contradicts")]
    assert sheet.problems[0].values["first"] == "2"


def test_a_contradiction_shows_both_values_as_they_are_written() -> None:
    sheet = read(row(), member(1002, area=95, status=2003, lift="否"))
    assert [one.what for one in sheet.problems] == [
        "房屋状态 is 2003 已交房 here, but 2001 已入住 in row 2 of the same home.",
        "是否有电梯 is 否 here, but 是 in row 2 of the same home.",
        "建筑面积 is 95.00 here, but 94.56 in row 2 of the same home.",
    ]


def test_homes_of_other_units_and_buildings_do_not_contradict_each_other() -> None:
    assert told(read(row(), row(unit=2, area=95), row(building=2, area=96), row(unit=0, area=97))) == []


def test_the_same_home_written_in_other_ways_is_the_same() -> None:
    sheet = read(row(building="1栋", unit="一单元", room="101室"), member(1002, building="1.0", unit="1", room=101.0))
    assert told(sheet) == []
    assert len(sheet.homes()) == 1


def test_what_a_later_row_leaves_out_stands_in_the_first() -> None:
    blank = dict.fromkeys(("kind", "status", "floor", "floors", "lift", "layout", "area", "inner_area", "rent"), "")
    sheet = read(row(), member(1002, **blank))
    assert told(sheet) == []
    assert sheet.rows[1].area == Decimal("94.56")
    assert (sheet.rows[1].status, sheet.rows[1].kind, sheet.rows[1].lift) == ("occupied", "residence", True)
    assert read(member(1002, **blank), row()).rows[0].area == Decimal("94.56")


def test_what_all_rows_leave_out_is_told_once() -> None:
    assert told(read(row(area=""), member(1002, area=""))) == [(2, "area", "cell_empty")]


def test_the_day_of_moving_in_is_each_rows_own() -> None:
    sheet = read(row(moved_in="2024-03-05"), member(1002, moved_in="2025-01-01"), member(1003))
    assert told(sheet) == []
    assert [str(one.moved_in) for one in sheet.rows] == ["2024-03-05", "2025-01-01", "None"]


def names(*rows: Row) -> list[list[str]]:
    sheet = read(*rows)
    assert told(sheet) == []
    return [[person.name for person in one.people] for one in sheet.rows]


def test_a_person_who_stands_twice_in_a_home_stands_in_its_first_row() -> None:
    assert names(row(), row()) == [["王女士"], []]
    assert names(row(name="王女士、王女士", phone="")) == [["王女士"]]


def test_what_the_second_row_adds_of_a_person_is_kept() -> None:
    sheet = read(row(gender="", phone="13812345521"), row(phone="13812345521、13912342210", identity=IDENTITY))
    [person] = sheet.rows[0].people
    assert person.phones == ("+8613812345521", "+8613912342210")
    assert (person.gender, person.identity) == ("f", IDENTITY)


def test_a_row_without_a_phone_is_of_the_same_person() -> None:
    assert names(row(), row(phone="")) == [["王女士"], []]
    assert names(row(phone="13800000000"), row()) == [["王女士"], []]


def test_other_phones_identity_numbers_roles_or_names_make_another_person() -> None:
    assert names(row(), row(phone="13912342210")) == [["王女士"], ["王女士"]]
    assert names(row(identity=IDENTITY), row(identity=OTHER_IDENTITY)) == [["王女士"], ["王女士"]]
    assert names(row(), row(role=1003)) == [["王女士"], ["王女士"]]
    assert names(row(), row(name="张三")) == [["王女士"], ["张三"]]


def test_the_same_identity_number_makes_one_person_of_two_phones() -> None:
    assert names(row(identity=IDENTITY), row(identity=IDENTITY, phone="13912342210")) == [["王女士"], []]


def test_the_same_person_in_two_homes_stands_in_both() -> None:
    assert names(row(identity=IDENTITY), row(identity=IDENTITY, room=102)) == [["王女士"], ["王女士"]]


def test_rows_come_in_the_order_of_the_sheet_and_homes_in_that_of_their_first_rows() -> None:
    sheet = read(row(room=102), row(), member(1002, room=102))
    assert [one.number for one in sheet.rows] == [2, 3, 4]
    assert list(sheet.homes()) == [("1", "1", "102"), ("1", "1", "101")]
    assert only(read(row())).key == ("1", "1", "101")
