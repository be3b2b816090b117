"""What papers hold. Every text is ready to be read, in the reader's language: times, labels and figures are words here.

A new paper is one class here and one file in templates/, whose name its `template` gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands at the head and the foot of every page."""

    company: str
    site: str
    title: str
    language: str = "zh-hans"  # chooses the shapes of characters
    number: str = ""  # with its label, beside the title
    made: str = ""  # when it was printed, and by whom
    page: str = "{n} / {m}"
    unprintable: str = ""  # what [U+…] means; shown where one stands


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A field of a form. An empty value leaves room to write."""

    label: str
    value: str = ""
    wide: bool = False  # over the whole width


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something said or done."""

    text: str
    by: str = ""  # who and when


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a section; without entries it leaves room to write."""

    label: str
    entries: Sequence[Entry] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a form under a heading."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Where somebody signs, or has signed."""

    role: str
    name: str = ""
    picture: bytes = b""  # PNG


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table."""

    title: str
    width: float = 1  # its share of the width; 0: as wide as its contents
    figures: bool = False  # set to the right
    group: str = ""  # neighbours of one group stand under it as a common heading


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table whose head is repeated on every page."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    totals: Sequence[str] = ()  # a last line
    empty: str = ""  # said where there are no rows


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Any paper."""

    template: ClassVar[str]
    frame: Frame


@dataclass(frozen=True, kw_only=True)
class Register(Paper):
    """A list over a time, on its side: 投诉登记表 (XQ-C6.1)."""

    template = "register"
    period: str
    table: Table
    total: str = ""
    signatures: Sequence[Signature] = ()


@dataclass(frozen=True, kw_only=True)
class Record(Paper):
    """The record of one case: 投诉处理记录表 (XQ-C7.1)."""

    template = "record"
    facts: Sequence[Fact]
    sections: Sequence[Section]
    signatures: Sequence[Signature] = ()


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A part to be cut off, filled in and sent back."""

    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True, kw_only=True)
class Letter(Paper):
    """A letter: acknowledgement (XQ-C6.3), transfer (XQ-C3a), report of a joint complaint (XQ-C7.5c)."""

    template = "letter"
    salutation: str
    opening: Sequence[str]  # paragraphs
    facts: Sequence[Fact] = ()
    words_title: str = ""
    words: str = ""  # what the complainant says, in full
    table_title: str = ""
    table: Table | None = None
    closing: Sequence[str] = ()  # paragraphs
    farewell: str = ""
    sender: str
    date: str
    seal: str = ""  # shown faintly where the seal goes
    slip: Slip | None = None


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A monthly figure: what it is called, its value, and the numbers behind it, such as 37 / 40."""

    name: str
    value: str
    of: str = ""
    formula: str = ""


@dataclass(frozen=True, kw_only=True)
class MonthlyTable(Paper):
    """The monthly classification statistics: 顾客投诉分类统计表 (TS-11.2), on its side.

    period      the month, and when its figures were frozen
    table       a row for each problem: its code, its name, then figures. Columns of one `group` (how grave, from which
                channel, how it ended) stand under a common heading; `totals` has as many cells as there are columns.
                Columns of figures have `figures=True` and `width=0`; a figure of nought is best given as "".
    rates       the six rates of XQ-C8.2, each with the numbers behind it; shown above the table, six to a line
    notes       remarks under the table: unusual causes, what is to be improved
    signatures  who compiled, checked and approved it
    """

    template = "monthly"
    period: str
    rates: Sequence[Rate] = ()
    table: Table
    notes_title: str = ""
    notes: Sequence[str] = ()
    signatures: Sequence[Signature] = ()
