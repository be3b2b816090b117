"""Merged cells hold for every row they cover."""

from __future__ import annotations

from typing import Any

from bihuan.customers.sheet import read_sheet

from .sheet_files import HEADINGS, changed, file_of, read, refusal, row, told

BLANK = dict.fromkeys(HEADINGS, "")


def test_a_building_merged_downwards_is_each_rows_building() -> None:
    below = row(building="", room=102)
    sheet = read(row(), below, row(building="", room=103), row(building=2, room=101), merges=["A2:A4"])
    assert told(sheet) == []
    assert [one.key for one in sheet.rows] == [
        ("1", "1", "101"),
        ("1", "1", "102"),
        ("1", "1", "103"),
        ("2", "1", "101"),
    ]


def test_a_cell_that_is_only_left_empty_below_another_is_empty() -> None:
    assert told(read(row(), row(building="", room=102))) == [(3, "building", "cell_empty")]


def test_an_owner_merged_over_several_homes_owns_each_with_all_that_is_known() -> None:
    owner = {"name": "", "gender": "", "phone": "", "identity": "", "role": ""}
    sheet = read(row(), row(room=102, **owner), row(room=103, **owner), merges=["M2:M4"])
    assert told(sheet) == []
    first, second, third = (one.people for one in sheet.rows)
    assert first == second == third
    assert first[0].phones == ("+8613812345521",)


def test_an_owner_merged_over_a_home_with_another_phone_keeps_that_phone() -> None:
    sheet = read(row(), row(room=102, name="", phone="13912342210"), merges=["M2:M3"])
    assert [one.people[0].phones for one in sheet.rows] == [("+8613812345521",), ("+8613912342210",)]


def test_below_a_merged_owner_nothing_is_carried_on() -> None:
    sheet = read(
        row(), row(room=102, name="", phone=""), row(room=103, name="张三", phone="", gender=""), merges=["M2:M3"]
    )
    assert told(sheet) == []
    assert (sheet.rows[2].people[0].name, sheet.rows[2].people[0].phones) == ("张三", ())


def test_a_home_merged_over_its_people_is_the_home_of_each() -> None:
    home = dict.fromkeys([*HEADINGS][:12], "")
    merges = [f"{column}2:{column}3" for column in "ABCDEFGHIJKL"]
    sheet = read(row(), row(name="李四", phone="", role=1002) | home, merges=merges)
    assert told(sheet) == []
    assert [len(one) for one in sheet.homes().values()] == [2]


def test_rows_that_only_a_merged_cell_reaches_are_empty() -> None:
    assert [one.number for one in read(row(), BLANK, BLANK, row(building=2), merges=["A2:A4"]).rows] == [2, 5]


def test_a_merge_over_rows_that_are_empty_still_reaches_those_after_them() -> None:
    sheet = read(row(), BLANK, row(building="", room=102), merges=["A2:A4"])
    assert [one.key for one in sheet.rows] == [("1", "1", "101"), ("1", "1", "102")]


def test_merges_beside_the_columns_and_within_a_row_do_not_matter() -> None:
    assert read(row(), row(room=102), merges=["T2:T3", "U2:X2"]) == read(row(), row(room=102))


def test_merges_are_read_from_the_worksheet_that_is_read() -> None:
    def add(book: Any, _: Any) -> None:
        book.add_worksheet("其他").merge_range("A2:A3", "x")

    assert told(read(row(), row(building="", room=102), also=add)) == [(3, "building", "cell_empty")]


def test_merges_with_prefixed_tags_are_read() -> None:
    def prefix(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return part
        for tag in (b"mergeCells", b"mergeCell"):
            part = part.replace(b"<" + tag + b" ", b"<x:" + tag + b" ").replace(
                b"</" + tag + b">", b"</x:" + tag + b">"
            )
        namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        return part.replace(namespace, namespace + b" " + namespace.replace(b"xmlns=", b"xmlns:x="))

    stream = changed(file_of([row(), row(building="", room=102)], merges=["A2:A3"]), prefix)
    assert told(read_sheet(stream)) == []


def test_more_merges_than_any_sheet_has_are_refused() -> None:
    def flood(name: str, part: bytes) -> bytes:
        many = b'<mergeCell ref="A2:A3"/>' * 200_000
        return part.replace(b"</mergeCells>", many + b"</mergeCells>") if name.startswith("xl/worksheets/") else part

    assert refusal(changed(file_of([row()], merges=["A2:A3"]), flood)).code == "sheet_damaged"
