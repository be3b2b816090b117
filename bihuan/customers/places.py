"""Homes as people write them: 7-2-1101, 7栋2单元1101, 7#2-1101 and 七栋二单元1101室 all mean one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bihuan.kernel.text import normal, pinyin_key, simplified

LONGEST = 40  # characters of a term
_SORT = 120  # characters of a sort key
_SHORT = re.compile(r"[0-9A-Za-z-]{1,6}")  # 7, A, T3, B-2: what nobody says without a word behind it
_PIECE = re.compile(r"[0-9]+|[a-z]+|[^\W0-9a-z_]+")
_MARKS = re.compile(r"(?<=[0-9a-z])\s*(?:号楼|单元|[栋幢座楼门号室房])")
_COUNTED = re.compile(r"[一二三四五六七八九十]+(?=号楼|单元|[栋幢座楼门期区号])")
_RUN_TOGETHER = re.compile(r"[0-9A-Za-z]{2}")
_DIGITS = "零一二三四五六七八九"


def building_name(text: str) -> str:
    """A building's name as it is shown: 7 becomes 7栋."""
    name = normal(text)
    return f"{name}栋" if _SHORT.fullmatch(name) else name


def unit_name(text: str) -> str:
    """A unit's name as it is kept: 02单元 becomes 2; 0 stands for none, as sheets have it for shops."""
    bare = "-".join(_tokens(text)).upper()
    return "" if bare == "0" else bare if bare.isascii() else normal(text)


def room_name(text: str) -> str:
    """A room's name as it is kept: 1101室 becomes 1101; what is more than a number stays."""
    name = normal(text)
    return name[:-1] if name[:-1].isdecimal() and name[-1] in "室号房" else name


def label(building: str, unit: str, room: str) -> str:
    """A home as people say it: 7栋2单元1101."""
    middle = f"{unit}单元" if _SHORT.fullmatch(unit) else unit
    before, last = building_name(building) + middle, room_name(room)
    return f"{before}-{last}" if _RUN_TOGETHER.fullmatch(before[-1:] + last[:1]) else before + last


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
