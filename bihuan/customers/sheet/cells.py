"""Reading single cells: text and numbers whichever the spreadsheet program made of them, codes, dates."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel
from openpyxl.utils.escape import unescape

from bihuan.customers.sheet.columns import Code, listed
from bihuan.kernel.text import normal

Value = str | int | float | bool | datetime | date | time | timedelta | None

FIRST_YEAR, LAST_YEAR = 1950, 2100
_NOTHING = frozenset({"无", "暂无", "没有", "未知", "不详", "-", "--", "—", "/", "n/a", "none", "null"})
_ERRORS = frozenset({"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NULL!", "#NAME?", "#NUM!"})
_WHOLE = re.compile(r"([0-9]+)\.0+")
_NUMBER = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(?:m2|平方米|平米|平|元)?")
_FLOOR = re.compile(r"(-|B|负|地下)?([0-9]+)(?:F|层|楼)?", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)( [0-9:.]+)?")
_RUN_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_DIGITS = "零一二三四五六七八九"
_FIGURES = str.maketrans(_DIGITS, "0123456789")
_YES = frozenset("是 有 y yes true 1 带".split())
_NO = frozenset("否 无 没有 n no false 0 不带".split())

# Cells of these columns say the same over and over. By type as well, for 1 equals True; nothing about people is kept.
_remembered = lru_cache(maxsize=4096, typed=True)


class Unreadable(Exception):
    """A cell that says nothing usable; carries the code of the problem and its values."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def lines(value: Value) -> str:
    """Return what a person sees in the cell, line breaks included, 1.0 being 1."""
    if isinstance(value, datetime | date | time | timedelta):
        raise Unreadable("cell_is_date")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _plain(value)
    if value in _ERRORS:
        raise Unreadable("cell_error", value=value or "")
    text = unescape(value or "").strip()  # Excel writes what XML cannot hold, as a carriage return, in its own way
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


@_remembered
def text(value: Value, *, longest: int) -> str:
    """Return the text on one line."""
    found = normal(lines(value))
    if len(found) > longest:
        raise Unreadable("text_too_long", limit=str(longest))
    return found


@_remembered
def label(value: Value, *, longest: int, ends: tuple[str, ...]) -> str:
    """Return the bare number or letter of a building, unit or room, written with or without one of the ends."""
    found = text(value, longest=longest)
    if not found:
        raise Unreadable("cell_empty")
    end = next((end for end in ends if found.endswith(end)), "")
    stem = found.removesuffix(end).rstrip()
    if re.fullmatch(r"[0-9A-Za-z-]+", stem):
        return stem.upper()
    return _chinese(stem) or found


def is_nothing(piece: str) -> bool:
    """Tell whether a piece of a cell says that nothing is known."""
    return not piece or piece.lower() in _NOTHING


@_remembered
def number(value: Value, *, low: Decimal, high: Decimal) -> Decimal | None:
    """Return a figure of at most two decimals, None for an empty cell."""
    found = normal(lines(value)).replace(",", "")
    if not found:
        return None
    matched = _NUMBER.fullmatch(found)
    if not matched:
        raise Unreadable("number_unreadable", value=found[:40])
    figure = Decimal(matched[1])
    if not low <= figure <= high:
        raise Unreadable("number_out_of_range", value=found[:40], low=str(low), high=str(high))
    if figure != round(figure, 2):
        raise Unreadable("number_too_fine", value=found[:40])
    return round(figure, 2)


@_remembered
def floor(value: Value, *, low: int, high: int) -> int | None:
    """Return a whole number such as 3, 3层, -1, B1 or 负一层; None for an empty cell."""
    found = normal(lines(value))
    if not found:
        return None
    matched = _FLOOR.fullmatch(found.translate(_FIGURES))
    if not matched:
        code = "number_not_whole" if _NUMBER.fullmatch(found) else "number_unreadable"
        raise Unreadable(code, value=found[:40])
    figure = -int(matched[2]) if matched[1] else int(matched[2])
    if not low <= figure <= high:
        raise Unreadable("number_out_of_range", value=found[:40], low=str(low), high=str(high))
    return figure


@_remembered
def lift(value: Value) -> bool | None:
    """Return whether there is a lift, None for an empty cell."""
    found = normal(lines(value)).lower()
    if not found:
        return None
    if found not in _YES | _NO:
        raise Unreadable("lift_unknown", value=found[:40])
    return found in _YES


@_remembered
def code(value: Value, *, codes: tuple[Code, ...]) -> str:
    """Return what a coded cell means, given by its number, its word or both; empty for an empty cell."""
    found = normal(lines(value))
    if not found:
        return ""
    bare = found.replace(" ", "")
    for one in codes:
        if bare in (one.number or one.word, one.word, one.number + one.word, one.word + one.number):
            return one.meaning
    raise Unreadable("code_unknown", value=found[:40], known=listed(codes))


def day(value: Value, *, epoch: datetime = WINDOWS_EPOCH) -> date | None:
    """Return a date from a date cell, a serial number or a text; None for an empty cell."""
    if value is None or value == "":
        return None
    found = _day(value, epoch=epoch)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        first, last = str(FIRST_YEAR), str(LAST_YEAR)
        raise Unreadable("date_unreadable", value=str(value)[:40], first=first, last=last)
    return found


def _day(value: Value, *, epoch: datetime) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool | time | timedelta):
        return None
    found = normal(lines(value))
    if _SERIAL.fullmatch(found):
        return _day(from_excel(float(found), epoch), epoch=epoch)
    matched = _DATE.fullmatch(found) or _RUN_DATE.fullmatch(found)
    parts = [int(part) for part in matched.groups() if part and part.isdecimal()] if matched else []
    try:
        return date(*parts)
    except (TypeError, ValueError):
        return None


def _plain(value: float) -> str:
    """Return a number as people write it, without the noise that sums leave in the last places."""
    try:
        exact = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
        return format(exact.normalize(), "f") if exact % 1 else str(int(exact))
    except (InvalidOperation, ValueError, OverflowError):
        return str(value)


def _chinese(numeral: str) -> str:
    """Return a Chinese numeral up to 99 in figures; empty where it is none."""
    tens, ten, ones = numeral.rpartition("十")
    if not numeral or len(tens) > 1 or len(ones) > 1 or any(one not in _DIGITS[1:] for one in tens + ones):
        return ""
    figures = (_DIGITS.index(tens or "一") if ten else 0) * 10 + (_DIGITS.index(ones) if ones else 0)
    return str(figures)
