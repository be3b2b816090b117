"""Homes as people write them: 7-2-1101, 7栋2单元1101, 7#2-1101 and 七栋二单元1101室 all mean one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bihuan.kernel.text import normal, pinyin_key, simplified

LONGEST = 40  # characters of a term
_SORT = 120  # characters of a sort key
_PLAIN = re.compile(r"[0-9A-Za-z]+")
_PIECE = re.compile(r"[0-9]+|[a-z]+|[^\W0-9a-z_]+")
_MARKS = re.compile(r"(?<=[0-9a-z])\s*(?:号楼|单元|[栋幢座楼门号室房])")
_COUNTED = re.compile(r"[一二三四五六七八九十]+(?=号楼|单元|[栋幢座楼门期区号])")
_DIGITS = "零一二三四五六七八九"


def building_name(text: str) -> str:
    """A building's name as it is shown: 7 becomes 7栋."""
    name = normal(text)
    return f"{name}栋" if _PLAIN.fullmatch(name) else name


def unit_name(text: str) -> str:
    """A unit's name as it is kept: 02单元 becomes 2; 0 stands for none, as sheets have it for shops."""
    return "-".join(_tokens(text)) if _tokens(text) != ["0"] else ""


def room_name(text: str) -> str:
    """A room's name as it is kept: 1101室 becomes 1101, whatever is more than a number stays."""
    tokens, name = _tokens(text), normal(text)
    return name[:-1] if len(tokens) == 1 and tokens[0].isdecimal() and name[-1:] in "室号" else name


def label(building: str, unit: str, room: str) -> str:
    """A home as people say it: 7栋2单元1101."""
    middle = f"{unit}单元" if _PLAIN.fullmatch(unit) else unit
    return f"{building_name(building)}{middle}{normal(room)}"


def sort_key(text: str) -> str:
    """What buildings and homes are sorted by: 2栋 before 10栋."""
    return pinyin_key(text)[:_SORT]


def key(*parts: str) -> str:
    """What is the same for every way of writing one thing: of 7, 7栋 and 07幢; of 7栋, 2, 1101 and 7, 2, 1101室."""
    return "/".join("-".join(_tokens(part)) for part in parts)


def terms(building: str, unit: str, room: str) -> list[str]:
    """What a home is found by, the whole of it first: 7-2-1101, 7-1101, 1101."""
    before, middle, last = _tokens(building), _tokens(unit), _tokens(room)
    starts = [before[at:] for at in range(len(before))]
    written = [[*start, *between, *last] for start in starts for between in (middle, [])] + [last]
    return _joined([*written, *(_bare(one) for one in written)])


def asked(text: str) -> list[str]:
    """What to look for when this was typed: as it stands, and without words such as the name of the site."""
    tokens = _tokens(text)
    return _joined([tokens, _bare(tokens)]) if any(one.isdecimal() for one in tokens) else []


def _joined(written: Sequence[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys("-".join(one)[:LONGEST] for one in written if one))


def _bare(tokens: Sequence[str]) -> list[str]:
    return [one for one in tokens if one.isascii()]


def _tokens(text: str) -> list[str]:
    plain = _COUNTED.sub(_counted, simplified(normal(text)).lower())
    return [one.lstrip("0") or "0" if one.isdecimal() else one for one in _pieces(_MARKS.sub("-", plain))]


def _pieces(text: str) -> Iterator[str]:
    return (found[0] for found in _PIECE.finditer(text))


def _counted(found: re.Match[str]) -> str:
    """十二 is 12, 二十 is 20, 一一 is 11."""
    tens, ten, ones = found[0].rpartition("十")
    if not ten:
        return "".join(str(_DIGITS.index(one)) for one in ones)
    return f"{_DIGITS.index(tens) if tens else 1}{_DIGITS.index(ones) if ones else 0}"
