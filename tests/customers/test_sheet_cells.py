"""Numbers written as text and text as numbers, codes, dates, and what cannot be read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bihuan.customers.sheet import Sheet

from .sheet_files import UNSOLD, only, read, row, told


def problem(sheet: Sheet) -> tuple[int, str, str]:
    [found] = told(sheet)
    return found


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (1, "1"),
        (1.0, "1"),
        ("1", "1"),
        ("1.0", "1"),
        ("１", "1"),
        (" 1 ", "1"),
        ("1栋", "1"),
        ("1号楼", "1"),
        ("三号楼", "3"),
        ("十二栋", "12"),
        ("二十栋", "20"),
        ("九十九栋", "99"),
        ("a座", "A"),
        ("荷塘月色", "荷塘月色"),
        ("一百栋", "一百栋"),
        ("01", "01"),
        ("1.5", "1.5"),
    ],
)
def test_a_building_is_its_bare_number_however_it_is_written(written: Any, kept: str) -> None:
    assert only(read(row(building=written))).building == kept


@pytest.mark.parametrize("written", [2, "2", "2.0", "2单元", "二单元", "二"])
def test_a_unit_is_its_bare_number_however_it_is_written(written: Any) -> None:
    assert only(read(row(unit=written))).unit == "2"


@pytest.mark.parametrize(
    ("written", "kept"), [(1101, "1101"), ("1101室", "1101"), ("0101", "0101"), ("b-12", "B-12"), ("1101号房", "1101")]
)
def test_a_room_is_its_bare_number_however_it_is_written(written: Any, kept: str) -> None:
    assert only(read(row(room=written))).room == kept


def test_a_room_that_became_a_date_is_told() -> None:
    assert problem(read(row(room=datetime(2024, 1, 2)))) == (2, "room", "cell_is_date")


@pytest.mark.parametrize("name", ["building", "unit", "room"])
def test_a_row_must_say_which_home_it_is(name: str) -> None:
    sheet = read(row(**{name: ""}))
    assert problem(sheet) == (2, name, "cell_empty")
    assert sheet.rows == []


@pytest.mark.parametrize(
    ("name", "longest"), [("building", 40), ("unit", 10), ("room", 20), ("layout", 40), ("name", 80)]
)
def test_texts_have_a_longest(name: str, longest: int) -> None:
    assert told(read(row(**{name: "长" * longest}))) == []
    assert problem(read(row(**{name: "长" * (longest + 1)}))) == (2, name, "text_too_long")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (94.56, "94.56"),
        ("94.56", "94.56"),
        ("94.56㎡", "94.56"),
        ("94.56 平方米".replace(" ", ""), "94.56"),
        ("1,094.5", "1094.50"),
        (94.56000000000002, "94.56"),
        (94.559999999999988, "94.56"),
        (95, "95.00"),
        (0.01, "0.01"),
        (9999999.99, "9999999.99"),
    ],
)
def test_an_area_has_two_decimals(written: Any, kept: str) -> None:
    assert only(read(row(area=written))).area == Decimal(kept)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (94.565, "number_too_fine"),
        (0, "number_out_of_range"),
        (-94.5, "number_out_of_range"),
        (10_000_000, "number_out_of_range"),
        ("约95", "number_unreadable"),
        ("95-100", "number_unreadable"),
        ("", "cell_empty"),
        (datetime(2024, 1, 2), "cell_is_date"),
        ("#N/A", "cell_error"),
    ],
)
def test_what_is_no_area_is_told(written: Any, code: str) -> None:
    assert problem(read(row(area=written))) == (2, "area", code)


def test_inner_area_and_rent_may_be_empty_and_the_rent_nought() -> None:
    found = only(read(row(inner_area="", rent="")))
    assert (found.inner_area, found.rent) == (None, None)
    assert only(read(row(rent=0))).rent == 0
    assert problem(read(row(rent=-1))) == (2, "rent", "number_out_of_range")


def test_a_parking_space_needs_no_area() -> None:
    assert only(read(row(kind="车位", area=""))).area is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [(3, 3), ("3", 3), ("3层", 3), ("3楼", 3), ("3F", 3), ("-1", -1), (-1, -1), ("B1", -1), ("负一层", -1), ("", None)],
)
def test_a_floor_is_a_whole_number_or_unknown(written: Any, kept: int | None) -> None:
    assert only(read(row(floor=written))).floor == kept


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("floor", 2.5, "number_not_whole"),
        ("floor", "高层", "number_unreadable"),
        ("floor", -21, "number_out_of_range"),
        ("floor", 1000, "number_out_of_range"),
        ("floors", 0, "number_out_of_range"),
        ("floors", 1000, "number_out_of_range"),
    ],
)
def test_what_is_no_floor_is_told(name: str, written: Any, code: str) -> None:
    assert problem(read(row(**{name: written}))) == (2, name, code)


@pytest.mark.parametrize(("name", "bound"), [("floor", -20), ("floor", 999), ("floors", 1), ("floors", 999)])
def test_the_bounds_of_floors_are_floors(name: str, bound: int) -> None:
    assert getattr(only(read(row(**{name: bound}))), name) == bound


@pytest.mark.parametrize(
    ("written", "kept"),
    [("是", True), ("有", True), (True, True), ("否", False), ("无", False), (False, False), ("", None)],
)
def test_a_lift_is_there_or_not_or_unknown(written: Any, kept: bool | None) -> None:
    assert only(read(row(lift=written))).lift is kept


def test_what_is_neither_yes_nor_no_is_told() -> None:
    assert problem(read(row(lift="两部"))) == (2, "lift", "lift_unknown")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (110, "residence"),
        ("110", "residence"),
        ("110.0", "residence"),
        ("住宅", "residence"),
        ("110 住宅", "residence"),
        ("住宅110", "residence"),
        (119, "dormitory"),
        (120, "office"),
        ("商铺", "shop"),
        ("厂房", "plant"),
        ("车位", "parking"),
    ],
)
def test_a_kind_is_given_by_number_or_word(written: Any, kept: str) -> None:
    assert only(read(row(kind=written))).kind == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (2001, "occupied"),
        (2003, "handed_over"),
        (2004, "not_moved_in"),
        (2005, "decorated"),
        (2008, "vacant"),
        (2009, "decorating"),
        ("已入住", "occupied"),
    ],
)
def test_a_status_is_given_by_number_or_word(written: Any, kept: str) -> None:
    assert only(read(row(status=written))).status == kept


@pytest.mark.parametrize(
    ("written", "kept"), [(1001, "owner"), ("业主", "owner"), ("1001业主", "owner"), ("1001.0", "owner")]
)
def test_a_role_is_given_by_number_or_word(written: Any, kept: str) -> None:
    assert only(read(row(role=written))).people[0].role == kept


@pytest.mark.parametrize(
    ("name", "written", "listed"),
    [
        ("kind", 111, "110 住宅"),
        ("status", 2010, "2009 装修中"),
        ("role", 1005, "1004 临时人员"),
        ("kind", "别墅", "车位"),
    ],
)
def test_an_unknown_code_is_told_with_those_that_are_known(name: str, written: Any, listed: str) -> None:
    sheet = read(row(**{name: written}))
    assert problem(sheet) == (2, name, "code_unknown")
    assert listed in sheet.problems[0].remedy
    assert str(written) in sheet.problems[0].what


@pytest.mark.parametrize("name", ["kind", "status", "role"])
def test_codes_are_needed(name: str) -> None:
    assert problem(read(row(**{name: ""}))) == (2, name, "cell_empty")


def test_unit_nought_is_a_shop_without_a_unit() -> None:
    for unit in (0, "0", "0单元"):
        found = only(read(row(unit=unit, kind=110)))
        assert (found.unit, found.kind) == ("", "shop")
    assert only(read(row(unit=0, kind=""))).kind == "shop"
    assert only(read(row(unit=0, kind="车位"))).kind == "parking"
    assert only(read(row(unit=1, kind=110))).kind == "residence"


DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        DAY,
        datetime(2024, 3, 5, 15, 30),
        45356,
        "45356",
        45356.75,
        20240305,
        "20240305",
        "2024-03-05",
        "2024-3-5",
        "2024/3/5",
        "2024.3.5",
        "2024年3月5日",
        "2024年03月05日",
        "2024-03-05 00:00:00",
        "２０２４-０３-０５",
        " 2024/03/05 ",
    ],
)
@pytest.mark.parametrize("name", ["moved_in", "handed_over"])
def test_a_date_is_read_from_dates_serials_and_texts(name: str, written: Any) -> None:
    assert getattr(only(read(row(**{name: written}))), name) == DAY


def test_serials_of_a_workbook_that_counts_from_1904_are_read_by_its_count() -> None:
    assert only(read(row(moved_in=43894), options={"date_1904": True})).moved_in == DAY


@pytest.mark.parametrize(
    "written",
    [
        "2024-02-30",
        "2024-13-01",
        "24-3-5",
        "5/3/2024",
        "2024-3/5",
        "三月",
        1,
        True,
        0.5,
        "2024年3月",
        -5,
        10**12,
        "45356.x",
    ],
)
def test_what_is_no_date_is_told(written: Any) -> None:
    assert problem(read(row(moved_in=written))) == (2, "moved_in", "date_unreadable")


def test_years_go_from_1950_to_2100() -> None:
    for first, last in (("1950-01-01", "2100-12-31"), (date(1950, 1, 1), date(2100, 12, 31))):
        assert only(read(row(moved_in=first))).moved_in == date(1950, 1, 1)
        assert only(read(row(moved_in=last))).moved_in == date(2100, 12, 31)
    assert problem(read(row(moved_in="1949-12-31"))) == (2, "moved_in", "date_unreadable")
    assert problem(read(row(moved_in="2101-01-01"))) == (2, "moved_in", "date_unreadable")


def test_an_unsold_home_is_read_without_people() -> None:
    assert only(read(row(**UNSOLD))).people == ()


def test_a_problem_says_what_is_wrong_and_what_to_do_in_any_language() -> None:
    [found] = read(row(area=94.565)).problems
    assert found.what == "建筑面积 has more than two decimals: 94.565."
    assert found.remedy == "Round it to two decimals."
    assert found.told(lambda sentence: f"[{sentence}]")[0] == "[建筑面积 has more than two decimals: 94.565.]"
