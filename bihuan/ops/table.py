"""Tables for a terminal: aligned by display width (a Chinese character is two wide), colour only on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from unicodedata import east_asian_width

COLOURS = {"kept": "32", "open": "34", "soon": "33", "overdue": "31", "waived": "90", "head": "1"}


def width(text: str) -> int:
    """How many columns a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def paint(text: str, colour: str) -> str:
    """The text in a colour, on a terminal that wants colour (NO_COLOR is honoured)."""
    if not colour or not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{COLOURS[colour]}m{text}\033[0m"


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    colours: Sequence[str] = (),
    wide: int = 0,
) -> str:
    """The rows under their heads. `right`: columns of numbers; `colours`: one per row; `wide`: cut lines to it."""
    widths = [max(width(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = [paint(_line(heads, widths, right, wide), "head")]
    for index, row in enumerate(rows):
        lines.append(paint(_line(row, widths, right, wide), colours[index] if colours else ""))
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[int], wide: int) -> str:
    cells = [_cell(cell, widths[column], column in right) for column, cell in enumerate(row)]
    return cut("  ".join(cells).rstrip(), wide) if wide else "  ".join(cells).rstrip()


def _cell(text: str, wanted: int, right: bool) -> str:
    space = " " * (wanted - width(text))
    return space + text if right else text + space


def cut(text: str, wide: int) -> str:
    """The text, shortened to a width with an ellipsis where it is longer."""
    if width(text) <= wide:
        return text
    used, kept = 0, ""
    for letter in text:
        used += width(letter)
        if used >= wide:
            break
        kept += letter
    return kept + "…"
