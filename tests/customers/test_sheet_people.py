"""Who a row names: one or several, with what is known of each, and nothing made up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.customers.sheet import Person, Sheet

from .sheet_files import IDENTITY, OTHER_IDENTITY, only, read, row, told

FIRST, SECOND = "+8613812345521", "+8613912342210"


def people(**changes: Any) -> list[tuple[str, tuple[str, ...], str | None]]:
    return [(one.name, one.phones, one.identity) for one in only(read(row(**changes))).people]


def problem(sheet: Sheet) -> tuple[int, str, str]:
    [found] = told(sheet)
    return found


def test_a_person_is_read_with_all_that_is_known() -> None:
    found = only(read(row(identity=IDENTITY.lower()))).people
    assert found == (Person("王女士", "owner", "f", (FIRST,), IDENTITY),)


@pytest.mark.parametrize("between", ["、", "，", ",", "；", ";", "/", "／", "\n", "\r\n", " 、 ", "、\n"])
def test_several_owners_in_one_cell_have_their_phones_in_the_same_order(between: str) -> None:
    found = people(name=between.join(["张三", "李四"]), phone=between.join(["13812345521", "13912342210"]))
    assert found == [("张三", (FIRST,), None), ("李四", (SECOND,), None)]


@given(st.lists(st.sampled_from("、，,；;/／\n"), min_size=3, max_size=3), st.integers(1, 4))
def test_separators_may_be_mixed(between: list[str], count: int) -> None:
    names = "".join(name + sign for name, sign in zip("甲乙丙丁"[:count], [*between, ""], strict=False))
    phones = "、".join(f"1390000000{at}" for at in range(1, count + 1))
    found = people(name=names, phone=phones)
    assert [name for name, _, _ in found] == list("甲乙丙丁"[:count])
    assert [own[0][-1] for _, own, _ in found] == [str(at) for at in range(1, count + 1)]


def test_identity_numbers_and_genders_go_in_the_same_order() -> None:
    row_ = only(read(row(name="张三、李四", gender="男、女", identity=f"{IDENTITY}、{OTHER_IDENTITY}")))
    assert [(one.gender, one.identity) for one in row_.people] == [("m", IDENTITY), ("f", OTHER_IDENTITY)]


def test_one_phone_for_several_names_is_the_first_ones() -> None:
    assert people(name="张三、李四") == [("张三", (FIRST,), None), ("李四", (), None)]


def test_several_phones_for_one_name_are_all_that_persons() -> None:
    assert people(phone="13812345521/0755-26731234、13812345521") == [("王女士", (FIRST, "+8675526731234"), None)]


def test_a_placeholder_or_a_gap_keeps_its_place() -> None:
    for nobody in ("13800000000", "", "无", "-"):
        assert people(name="张三、李四", phone=f"{nobody}、13812345521") == [
            ("张三", (), None),
            ("李四", (FIRST,), None),
        ]


def test_a_separator_at_the_end_counts_for_nothing() -> None:
    assert people(name="张三、李四、", phone="13812345521、13912342210、") == [
        ("张三", (FIRST,), None),
        ("李四", (SECOND,), None),
    ]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("phone", "13812345521、13912342210"),
        ("identity", f"{IDENTITY}、{OTHER_IDENTITY}"),
        ("gender", "男、女"),
    ],
)
def test_two_entries_for_three_names_are_told(name: str, cell: str) -> None:
    sheet = read(row(**{"name": "张三、李四、王五", name: cell}))
    assert problem(sheet) == (2, name, "counts_differ")
    assert sheet.problems[0].values == {"count": "2", "names": "3"}


def test_one_name_has_one_identity_number_and_one_gender() -> None:
    assert problem(read(row(identity=f"{IDENTITY}、{OTHER_IDENTITY}"))) == (2, "identity", "counts_differ")
    assert problem(read(row(gender="男、女"))) == (2, "gender", "counts_differ")


def test_one_gender_for_several_names_is_nobodys() -> None:
    assert [one.gender for one in only(read(row(name="张三、李四", gender="男"))).people] == ["", ""]


@pytest.mark.parametrize(("written", "kept"), [("男", "m"), ("女", "f"), ("", ""), ("无", "")])
def test_genders_are_two_or_unknown(written: str, kept: str) -> None:
    assert only(read(row(gender=written))).people[0].gender == kept


def test_another_gender_is_told() -> None:
    assert problem(read(row(gender="先生"))) == (2, "gender", "code_unknown")


@pytest.mark.parametrize(
    "nobody", ["13800000000", 13800000000, "138 0000 0000", "11111111111", "13000000000", "0", "", "无", "-", "/"]
)
def test_a_placeholder_is_no_phone(nobody: Any) -> None:
    assert people(phone=nobody) == [("王女士", (), None)]


def test_two_homes_with_the_same_placeholders_have_nothing_in_common() -> None:
    sheet = read(
        row(name="张三", phone="13800000000", identity="110101199001010000"),
        row(name="李四", phone="13800000000", identity="110101199001010000", room=102),
    )
    assert told(sheet) == []
    assert [(one.phones, one.identity) for each in sheet.rows for one in each.people] == [((), None)] * 2


@pytest.mark.parametrize("phone", [13812345521, 13812345521.0, "13812345521.0", "138-1234-5521", "+86 13812345521"])
def test_a_phone_may_be_stored_as_number_or_text(phone: Any) -> None:
    assert people(phone=phone) == [("王女士", (FIRST,), None)]


@pytest.mark.parametrize("phone", ["1381234552", "26731234", "王先生", 75526731234, "1.38123E+10"])
def test_what_is_no_phone_is_told_without_repeating_it(phone: Any) -> None:
    sheet = read(row(phone=phone))
    assert problem(sheet) == (2, "phone", "phone_unreadable")
    assert sheet.problems[0].values == {}


@pytest.mark.parametrize(
    "nobody", ["110101199001010000", 110101199001010000, "000000000000000000", "1" * 18, "", "无", "0"]
)
def test_a_placeholder_is_no_identity(nobody: Any) -> None:
    assert people(identity=nobody) == [("王女士", (FIRST,), None)]


@pytest.mark.parametrize("identity", [IDENTITY[:-1] + "0", "E12345678", IDENTITY[:-1], "110105491231002"])
def test_what_is_no_identity_number_is_told_without_repeating_it(identity: str) -> None:
    sheet = read(row(identity=identity))
    assert problem(sheet) == (2, "identity", "identity_unreadable")
    assert sheet.problems[0].values == {}


def test_an_identity_number_that_was_stored_as_a_number_is_told() -> None:
    assert problem(read(row(identity=440305199001010018))) == (2, "identity", "identity_cut")


def test_a_phone_or_an_identity_number_without_a_name_is_told() -> None:
    vacant = {"status": 2008, "name": ""}
    assert problem(read(row(**vacant))) == (2, "name", "name_missing")
    assert problem(read(row(**vacant, phone="", identity=IDENTITY))) == (2, "name", "name_missing")
    assert told(read(row(**vacant, phone="13800000000", identity="110101199001010000"))) == []


@pytest.mark.parametrize("name", ["", "无", " ", "、"])
def test_a_cell_without_a_name_names_nobody(name: str) -> None:
    assert only(read(row(name=name, status=2008, phone="", role=""))).people == ()


def test_a_cell_that_goes_on_for_ever_is_told() -> None:
    assert told(read(row(name="张三" + "、" * 1998))) == []
    assert problem(read(row(name="张三" + "、" * 1999))) == (2, "name", "text_too_long")
