"""The example sheet: what to fill in, and how."""

from __future__ import annotations

from typing import Any, BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from bihuan.customers.sheet.columns import COLUMNS, OPTIONAL

_NARROW, _WIDE, _GUIDE = 12, 20, 90  # widths of columns, in characters
_AS_TEXT = frozenset({"building", "unit", "room", "phone", "identity"})
_HOME: tuple[Any, ...] = ("1", "1", "101", 1, 18, "是", 110, "10102", 89.5, 76.2, 0, 2001)
_NEXT: tuple[Any, ...] = ("1", "1", "102", 1, 18, "是", 110, "10102", 120, 101.35, 0, 2003)
_UNSOLD: tuple[Any, ...] = ("1", "2", "201", 2, 18, "是", 110, "10102", 95.4, 80, 0, 2002)
_SHOP: tuple[Any, ...] = ("2", "0", "01", 1, 3, "否", "商铺", "", 60, 55, 4500, 2006)
_ROWS = (
    (*_HOME, "王样例", "女", "19900000001", "110101199001010000", 1001),
    (*_HOME, "李样例", "男", "19900000002", "", 1002),
    (*_NEXT, "张样例、赵样例", "男、女", "19900000003、19900000004", "", 1001),
    _UNSOLD,
    (*_SHOP, "样例商贸有限公司", "", "0755-20000000", "", 1001),
)
_RULES = (
    "每个人一行；同一房屋有几个人时，房屋的各列重复写，前后要一致。",
    "同一格也可以写几个业主，用顿号分开，手机号按同样的顺序。",
    "列的顺序不限，标题请不要改；其他列和空行不读。",
    "有任何一处读不懂时整个文件都不导入，并逐行列出要改的地方。",
)


def write_example(stream: BinaryIO) -> None:
    """Write a workbook with a few made-up homes on its first worksheet and the instructions on its second."""
    with Workbook(stream, {"in_memory": True}) as book:
        _write_homes(book)
        _write_guide(book)


def _write_homes(book: Any) -> None:
    sheet, bold, as_text = book.add_worksheet("住户"), _bold(book), book.add_format({"num_format": "@"})
    for at, column in enumerate(COLUMNS):
        width = _WIDE if column.name in ("name", "phone", "identity") else _NARROW
        sheet.set_column(at, at, width, as_text if column.name in _AS_TEXT else None)
        sheet.write_string(0, at, column.heading, bold)
    for number, row in enumerate(_ROWS, start=1):
        sheet.write_row(number, 0, row)
    sheet.freeze_panes(1, 0)


def _write_guide(book: Any) -> None:
    sheet, bold, wrapped = book.add_worksheet("填写说明"), _bold(book), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, _NARROW)
    sheet.set_column(1, 1, _GUIDE, wrapped)
    for at, column in enumerate((*COLUMNS, *OPTIONAL)):
        sheet.write_string(at, 0, column.heading, bold)
        sheet.write_string(at, 1, column.guide)
    for at, rule in enumerate(_RULES, start=len(COLUMNS) + len(OPTIONAL) + 1):
        sheet.write_string(at, 1, rule)


def _bold(book: Any) -> Any:
    return book.add_format({"bold": True})
