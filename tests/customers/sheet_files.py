"""Sheets as companies send them, made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter

from bihuan.customers.sheet import Sheet, SheetRefused, read_sheet

HEADINGS = {
    "building": "楼号",
    "unit": "单元",
    "room": "房间",
    "floor": "楼层",
    "floors": "总层数",
    "lift": "是否有电梯",
    "kind": "房屋类型",
    "layout": "房屋户型",
    "area": "建筑面积",
    "inner_area": "室内面积",
    "rent": "租金",
    "status": "房屋状态",
    "name": "业主名称",
    "gender": "性别",
    "phone": "手机号",
    "identity": "身份证号",
    "role": "业主类型",
}
DATES = {"handed_over": "交房日期", "moved_in": "入住日期"}
GOOD = {
    "building": 1,
    "unit": 1,
    "room": 101,
    "floor": 1,
    "floors": 33,
    "lift": "是",
    "kind": 110,
    "layout": 10102,
    "area": 94.56,
    "inner_area": 80,
    "rent": 0,
    "status": 2001,
    "name": "王女士",
    "gender": "女",
    "phone": "13812345521",
    "identity": "",
    "role": 1001,
}
UNSOLD = {"status": 2002, "name": "", "gender": "", "phone": "", "role": ""}
IDENTITY = "11010519491231002X"
OTHER_IDENTITY = "440305199001010018"

Row = dict[str, Any]


def row(**changes: Any) -> Row:
    """A row without a fault, but for what is changed."""
    return GOOD | changes


def file_of(
    rows: Sequence[Row],
    *,
    columns: Sequence[str] = (*HEADINGS, *DATES),
    merges: Sequence[str] = (),
    headings: dict[str, str] | None = None,
    also: Callable[[Any, Any], None] | None = None,
    options: dict[str, Any] | None = None,
) -> io.BytesIO:
    """A workbook of these rows below the headings of these columns."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True} | (options or {}))
    sheet = book.add_worksheet()
    names = HEADINGS | DATES | (headings or {})
    sheet.write_row(0, 0, [names.get(name, name) for name in columns])
    for reference in merges:
        sheet.merge_range(reference, "")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, one in enumerate(rows, start=1):
        for at, name in enumerate(columns):
            value = one.get(name, "")
            if isinstance(value, date | datetime):
                sheet.write_datetime(number, at, value, day)
            elif isinstance(value, str) and value:
                sheet.write_string(number, at, value)
            elif value not in ("", None):
                sheet.write(number, at, value)
    if also:
        also(book, sheet)
    book.close()
    return stream


def read(*rows: Row, **how: Any) -> Sheet:
    """What is read of a workbook of these rows."""
    return read_sheet(file_of(rows, **how))


def told(sheet: Sheet) -> list[tuple[int, str, str]]:
    """Row, column and code of each problem."""
    names = {heading: name for name, heading in (HEADINGS | DATES).items()}
    return [(one.row, names[one.heading], one.code) for one in sheet.problems]


def only(sheet: Sheet) -> Any:
    """The one row of a sheet without problems."""
    assert told(sheet) == []
    assert len(sheet.rows) == 1
    return sheet.rows[0]


def refusal(stream: Any, **how: Any) -> SheetRefused:
    """Why the file cannot be read at all."""
    with pytest.raises(SheetRefused) as refused:
        read_sheet(stream, **how)
    return refused.value


def changed(stream: io.BytesIO, change: Callable[[str, bytes], bytes | None]) -> io.BytesIO:
    """The workbook with its parts changed, or without those for which the change gives None."""
    result = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return result
