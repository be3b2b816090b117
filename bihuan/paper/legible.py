"""Text that a paper can show: nothing that was typed vanishes, and nothing that cannot be seen comes along."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from bihuan.paper.fonts import characters
from bihuan.paper.pictures import numbers

NUMBERED = "[U+{:04X}]"  # in place of a character that no font has
_RARE = re.compile("[^\n -~\u00b7\u2014\u2018-\u201d\u2026\u3000-\u3011\u4e00-\u9fa5\uff01-\uff5e]")  # may be missing
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
_BREAKS = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")


def legible(value: Any) -> Any:
    """The same data with every text in it made legible: line breaks in one form, tabs as spaces, no control characters
    and no overrides of the direction; a character that no font has as its number, such as [U+2134A]. Pictures become
    lists of numbers."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {name: legible(one) for name, one in value.items()}
    if isinstance(value, bytes):
        return numbers(value)
    return [legible(one) for one in value] if isinstance(value, Sequence) else value


def _text(text: str) -> str:
    spaced = _BREAKS.sub("\n", text).replace("\t", "    ")
    return _RARE.sub(lambda found: _shown(found.group()), spaced)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs") or (category == "Cf" and not _JOINERS.match(character)):
        return ""
    if _JOINERS.match(character) or ord(character) in characters():
        return character
    return " " if category == "Zs" else NUMBERED.format(ord(character))
