"""Whatever a sheet holds: it reads as it was written, and nothing makes the reading fail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from .sheet_files import DATES, HEADINGS, Row, read, row, told

NAMES = st.text(st.sampled_from("王李张刘陈杨赵黄周吴"), min_size=2, max_size=3)
HOMES = st.tuples(st.integers(1, 20), st.integers(1, 4), st.integers(101, 2004))
ODD = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.text(st.sampled_from("0123456789-/.年月日层栋无、;是X"), max_size=20)
    | st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1))
    | st.sampled_from(["#N/A", "1001", "2002", "110", "13800000000", "13812345521", "110101199001010000", "=1+1"])
)


def is_writable(value: Any) -> bool:
    return not isinstance(value, str) or all(one.isprintable() or one == "\n" for one in value)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    columns = [*HEADINGS, *DATES]
    changes = draw(st.dictionaries(st.sampled_from(columns), ODD.filter(is_writable), max_size=4))
    return row(**changes)


@settings(max_examples=60)
@given(st.lists(rows(), max_size=6).filter(bool))
def test_no_cell_makes_the_reading_fail_and_every_problem_names_its_row(lines: list[Row]) -> None:
    if not any(value not in ("", None) for line in lines for value in line.values()):
        return
    sheet = read(*lines)
    assert all(2 <= at <= len(lines) + 1 for at, _, _ in told(sheet))
    assert all(one.what and one.remedy for one in sheet.problems)
    assert [one.number for one in sheet.rows] == sorted(one.number for one in sheet.rows)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(HOMES, NAMES, st.integers(1, 10**8 - 1)), min_size=1, max_size=20, unique_by=lambda one: one[0])
)
def test_homes_read_as_they_were_written(homes: list[tuple[tuple[int, int, int], str, int]]) -> None:
    lines = [
        row(building=building, unit=str(unit), room=room, name=name, phone=f"139{serial:08}")
        for (building, unit, room), name, serial in homes
    ]
    sheet = read(*lines)
    assert told(sheet) == []
    assert [one.key for one in sheet.rows] == [tuple(map(str, key)) for key, _, _ in homes]
    assert [one.people[0].name for one in sheet.rows] == [name for _, name, _ in homes]
    assert [one.people[0].phones for one in sheet.rows] == [(f"+86139{serial:08}",) for _, _, serial in homes]


@settings(max_examples=40)
@given(st.lists(st.tuples(HOMES, NAMES), min_size=1, max_size=10, unique_by=lambda one: one[0]), st.data())
def test_rows_written_twice_change_nothing(homes: list[tuple[tuple[int, int, int], str]], data: st.DataObject) -> None:
    lines = [row(building=one[0], unit=one[1], room=one[2], name=name) for one, name in homes]
    again = data.draw(st.lists(st.sampled_from(lines), max_size=5))
    sheet = read(*lines, *again)
    assert told(sheet) == []
    assert [one.people for one in sheet.rows[: len(lines)]] == [one.people for one in read(*lines).rows]
    assert not any(one.people for one in sheet.rows[len(lines) :])


@settings(max_examples=40)
@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_every_day_reads_alike_in_all_its_forms(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = [day, serial, str(serial), f"{day:%Y%m%d}", str(day), f"{day.year}/{day.month}/{day.day}"]
    forms.append(f"{day.year}年{day.month}月{day.day}日")
    sheet = read(*(row(room=101 + at, moved_in=form) for at, form in enumerate(forms)))
    assert told(sheet) == []
    assert {one.moved_in for one in sheet.rows} == {day}
