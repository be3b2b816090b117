"""The example that can be downloaded reads as it says."""

from __future__ import annotations

import io

import openpyxl

from bihuan.customers.sheet import read_sheet, write_example

from .sheet_files import DATES, HEADINGS, told


def example() -> io.BytesIO:
    stream = io.BytesIO()
    write_example(stream)
    return stream


def test_the_example_reads_without_a_problem() -> None:
    sheet = read_sheet(example())
    assert told(sheet) == []
    assert [row.number for row in sheet.rows] == [2, 3, 4, 5, 6]
    assert [len(home) for home in sheet.homes().values()] == [2, 1, 1, 1]


def test_the_example_shows_a_family_two_owners_an_unsold_home_and_a_shop() -> None:
    homes = list(read_sheet(example()).homes().values())
    assert [person.role for row in homes[0] for person in row.people] == ["owner", "family"]
    assert [len(person.phones) for person in homes[1][0].people] == [1, 1]
    assert (homes[2][0].status, homes[2][0].people) == ("unsold", ())
    assert (homes[3][0].kind, homes[3][0].unit) == ("shop", "")


def test_the_first_worksheet_has_the_headings_and_the_second_explains_each_of_them() -> None:
    homes, guide = openpyxl.load_workbook(example()).worksheets
    assert [cell.value for cell in homes[1]] == list(HEADINGS.values())
    explained = {row[0].value: row[1].value for row in guide.iter_rows()}
    assert {*HEADINGS.values(), *DATES.values()} <= explained.keys()
    assert all(explained[heading] for heading in HEADINGS.values())


def test_columns_in_which_digits_get_lost_are_text() -> None:
    homes = openpyxl.load_workbook(example()).worksheets[0]
    texts = {cell.value for cell in homes[1] if homes.cell(2, cell.column).number_format == "@"}
    assert texts == {"楼号", "单元", "房间", "手机号", "身份证号"}
