"""Headings are found wherever they stand; what stands beside them is no data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.customers.sheet import read_sheet

from .sheet_files import DATES, HEADINGS, file_of, only, read, refusal, row, told


@given(st.permutations([*HEADINGS, *DATES]))
def test_the_order_of_columns_does_not_matter(columns: list[str]) -> None:
    assert read(row(moved_in="2024-03-05"), columns=columns) == read(row(moved_in="2024-03-05"))


@pytest.mark.parametrize(
    "heading", [" 业主名称 ", "业主 名称", "业主\n名称", "*业主名称", "业主名称＊", "业主\u3000名称"]
)
def test_spaces_and_stars_in_headings_do_not_matter(heading: str) -> None:
    assert only(read(row(), headings={"name": heading})).people[0].name == "王女士"


def test_dates_may_be_left_out() -> None:
    found = only(read(row(), columns=[*HEADINGS]))
    assert (found.moved_in, found.handed_over) == (None, None)


@pytest.mark.parametrize("name", HEADINGS)
def test_every_other_heading_is_needed_and_named_when_it_is_missing(name: str) -> None:
    refused = refusal(file_of([row()], columns=[one for one in HEADINGS if one != name]))
    assert refused.code == "sheet_headings_missing"
    assert refused.values == {"headings": HEADINGS[name]}
    assert HEADINGS[name] in str(refused)


def test_several_missing_headings_are_named_together() -> None:
    refused = refusal(file_of([row()], columns=["building", "unit", "room", "name"]))
    assert refused.values["headings"].count("、") == 12


def test_a_sheet_of_something_else_lacks_all_headings() -> None:
    refused = refusal(file_of([{"colour": "red"}], columns=["colour"]))
    assert refused.values["headings"].split("、") == list(HEADINGS.values())


def test_a_heading_that_stands_twice_is_named() -> None:
    refused = refusal(file_of([row()], columns=[*HEADINGS, "phone"]))
    assert (refused.code, refused.values) == ("sheet_heading_twice", {"heading": "手机号"})


def test_instructions_beside_the_data_are_no_data() -> None:
    def instruct(_: Any, sheet: Any) -> None:
        sheet.write(0, 22, "说明")
        for at in range(1, 40):
            sheet.write(at, 22, "楼号")
            sheet.write(at, 23, "楼栋编号")

    assert read(row(), also=instruct) == read(row())


@pytest.mark.parametrize("above", range(11))
def test_headings_are_found_among_the_first_ten_rows(above: int) -> None:
    columns = [*HEADINGS]
    lines = [{}] * (above - 1) + [dict(HEADINGS), row()] if above else [row()]
    stream = file_of(lines, columns=columns, headings=dict.fromkeys(HEADINGS, "阳光花园住户表") if above else None)
    if above < 10:
        assert only(read_sheet(stream)).number == above + 2
    else:
        assert refusal(stream).code == "sheet_headings_missing"


def test_the_worksheet_with_the_headings_is_read_wherever_it_stands() -> None:
    def before(book: Any, sheet: Any) -> None:
        book.add_worksheet("说明").write(0, 0, "楼号")
        book.worksheets_objs.reverse()
        sheet.activate()

    assert read(row(), also=before).rows


def test_a_hidden_worksheet_is_not_read() -> None:
    def hide(book: Any, sheet: Any) -> None:
        book.add_worksheet("说明").activate()
        sheet.hide()

    assert refusal(file_of([row()], also=hide)).code == "sheet_headings_missing"


def test_empty_rows_are_skipped_and_rows_keep_their_numbers() -> None:
    sheet = read({}, row(), {}, {"name": "  "}, row(room=102))
    assert told(sheet) == []
    assert [one.number for one in sheet.rows] == [3, 6]
