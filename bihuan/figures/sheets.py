"""A month as a workbook: the rates with their formulas in words, and the table by every dimension.

Whatever people typed is written as text: no cell is ever a formula or a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from bihuan.figures.formulas import PERCENT, Figure
from bihuan.figures.reports import Month
from bihuan.figures.table import BY, Table, table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CODE, _LABEL, _COUNT, _FORMULA = 8, 26, 9, 90  # widths of columns, in characters
_HEAD = {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#F3F5F6"}
_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(month: Month, *, title: str, period: str) -> bytes:
    """The month as XLSX, in the reader's language."""
    file = BytesIO()
    with Workbook(file, _SAFE) as book:
        bold = book.add_format({"bold": True, "valign": "vcenter"})
        head = book.add_format(_HEAD)
        for by, name in BY.items():
            sheet = book.add_worksheet(str(_(name))[:31])
            sheet.write_string(0, 0, f"{title} · {period}", bold)
            _write_table(sheet, table(month.tally, by), head=head, bold=bold)
            if by == "problem":
                _write_rates(book.add_worksheet(_("Rates")), month.figures, head=head)
    return file.getvalue()


def _write_table(sheet: Any, made: Table, *, head: Any, bold: Any) -> None:
    sheet.set_column(0, 0, _CODE)
    sheet.set_column(1, 1, _LABEL)
    sheet.set_column(2, len(made.columns) + 1, _COUNT)
    sheet.merge_range(2, 0, 3, 0, pgettext("of a problem", "Code"), head)
    sheet.merge_range(2, 1, 3, 1, str(_(BY[made.by])), head)
    _write_heads(sheet, made, head)
    for number, line in enumerate([*made.lines, made.total], start=4):
        look = bold if line.total else None
        sheet.write_string(number, 0, line.code if made.by in ("problem", "severity") else "", look)
        sheet.write_string(number, 1, line.label, look)
        for at, cell in enumerate(line.cells, start=2):
            sheet.write_number(number, at, cell.count, look)
    sheet.freeze_panes(4, 2)


def _write_heads(sheet: Any, made: Table, head: Any) -> None:
    """Neighbours of one group stand under a common heading."""
    first = 0
    for at, column in enumerate(made.columns):
        sheet.write_string(3, at + 2, column.title, head)
        if at + 1 < len(made.columns) and made.columns[at + 1].group == column.group:
            continue
        if at > first:
            sheet.merge_range(2, first + 2, 2, at + 2, column.group, head)
        else:
            sheet.write_string(2, at + 2, column.group, head)
        first = at + 1


def _write_rates(sheet: Any, figures: Sequence[Figure], *, head: Any) -> None:
    names = (_("Rate"), _("Value"), _("Unit"), _("Numerator"), _("Denominator"), _("Formula"))
    for at, (name, width) in enumerate(zip(names, (_LABEL, *[_COUNT + 3] * 4, _FORMULA), strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, name, head)
    for number, one in enumerate(figures, start=1):
        sheet.write_string(number, 0, one.label)
        if one.value is None:
            sheet.write_string(number, 1, one.text)
        else:
            sheet.write_number(number, 1, one.value)
        sheet.write_string(number, 2, "%" if one.unit == PERCENT else _("per 1,000 homes"))
        sheet.write_number(number, 3, one.numerator)
        sheet.write_number(number, 4, one.denominator)
        sheet.write_string(number, 5, one.formula)
