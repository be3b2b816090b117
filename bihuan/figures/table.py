"""The classification statistics table 顾客投诉分类统计表 (TS-11.2): complaints by problem, or by another dimension.

One description of its columns serves the screen, the sheet and the paper; each group of columns adds up to a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext, pgettext_lazy

from bihuan.accounts.models import Staff
from bihuan.cases.models import Channel, Problem, Severity
from bihuan.customers.models import Building
from bihuan.figures import parts
from bihuan.figures.counting import Tally
from bihuan.figures.formulas import share

SEVERITY = "severity"
BY = {
    "problem": gettext_noop("Problem"),
    SEVERITY: gettext_noop("Severity"),
    "channel": gettext_noop("Channel"),
    "building": gettext_noop("Building"),
    "in_charge": gettext_noop("In charge"),
}
NONE = {  # those of which there is none
    "problem": gettext_noop("not classified"),
    SEVERITY: gettext_noop("not classified"),
    "channel": gettext_noop("not known"),
    "building": gettext_noop("no home"),
    "in_charge": gettext_noop("nobody in charge"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: what it counts, of which severity, under which common heading; `rate` shows a share of that instead."""

    title: str
    group: str
    what: str
    severity: str | None = None
    rate: str = ""  # the whole of which `what` is a share


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and what lies behind it; or a share."""

    column: Column
    count: int
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table."""

    code: str
    label: str
    cells: list[Cell]
    received: int
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Lines by code, and the line of totals."""

    by: str
    columns: list[Column]
    lines: list[Line]
    total: Line


def columns(*, rates: bool) -> list[Column]:
    """The columns; with shares beside the counts, or with the visits that were not owed."""
    received, found = pgettext("complaints", "Received"), _("Found")
    graded = [Column(title=one or "—", group=received, what="received", severity=one) for one in parts.SEVERITIES]
    told = [
        *graded,
        Column(title=_("Total"), group=received, what="received"),
        *(Column(title=str(TITLES[what]), group=found, what=what) for what in parts.RECEIVED),
        *_group(_("Limit in the month"), parts.DUE, rate=("on_time", "due") if rates else None),
        *_group(_("Visits"), (*parts.VISITS, *(() if rates else parts.NOT_OWED)), rate=_of(rates, "visited", "visits")),
        *_group(_("Answers"), parts.ANSWERED, rate=_of(rates, "content", "answered")),
        *_group(pgettext("complaints", "Closed"), parts.CLOSED, rate=None),
    ]
    return [*told, Column(title=str(TITLES["open"]), group="", what="open")]


def table(tally: Tally, by: str, *, rates: bool = False) -> Table:
    """The table of a month by one of BY; one query for names, where they are in the database."""
    heads = columns(rates=rates)
    codes = [one for one in parts.SEVERITIES if _any(tally, one)] if by == SEVERITY else tally.codes(by)
    names = labels(by, codes)
    lines = [_line(tally, by, code, names.get(code, code), heads) for code in codes]
    total = _line(tally, parts.ALL, "", _("Total"), heads, total=True)
    return Table(by, heads, lines, total)


def labels(by: str, codes: Sequence[str]) -> dict[str, str]:
    """What these codes of a dimension are called, in the reader's language."""
    held = [code for code in codes if code]
    named: dict[str, str] = {code: str(_(NONE[by])) for code in codes if not code}
    if by == SEVERITY:
        return named | {code: str(Severity(code).label) for code in held}
    if by == "channel":
        return named | {code: str(Channel(code).label) for code in held}
    if by == "problem":
        return named | {one.pk: str(one) for one in Problem.objects.filter(pk__in=held)}
    if by == "building":
        return named | {str(one.pk): one.name for one in Building.objects.filter(pk__in=held)}
    return named | {str(one.pk): one.name for one in Staff.objects.filter(pk__in=held).only("name")}


def _of(rates: bool, part: str, whole: str) -> tuple[str, str] | None:
    return (part, whole) if rates else None


def _group(group: str, whats: Iterable[str], *, rate: tuple[str, str] | None) -> list[Column]:
    counts = [Column(title=str(TITLES[what]), group=group, what=what) for what in whats]
    return counts + ([Column(title="%", group=group, what=rate[0], rate=rate[1])] if rate else [])


def _any(tally: Tally, severity: str) -> bool:
    return bool(tally.of(parts.PARTS, severity=severity))


def _line(tally: Tally, by: str, code: str, label: str, heads: Sequence[Column], *, total: bool = False) -> Line:
    place = (parts.ALL, "") if by == SEVERITY else (by, code)
    own = code if by == SEVERITY else None
    cells = [_cell(tally, place, one, own) for one in heads]
    return Line(code, label, cells, tally.of(parts.RECEIVED, *place, severity=own), total)


def _cell(tally: Tally, place: tuple[str, str], column: Column, own: str | None) -> Cell:
    severity = own if column.severity is None else column.severity
    if own is not None and column.severity not in (None, own):
        return Cell(column, 0)
    count = tally.of(parts.WHATS[column.what], *place, severity=severity)
    if not column.rate:
        return Cell(column, count)
    above = tally.content(*place, severity) if column.what == "content" else Decimal(count)
    return Cell(column, count, share(above, tally.of(parts.WHATS[column.rate], *place, severity=severity)))


TITLES = {
    "valid": pgettext_lazy("complaints", "valid"),
    "invalid": pgettext_lazy("complaints", "invalid"),
    "undecided": pgettext_lazy("complaints", "undecided"),
    "on_time": pgettext_lazy("complaints", "on time"),
    "extended": pgettext_lazy("complaints", "more time"),
    "late": pgettext_lazy("complaints", "late"),
    "visited": pgettext_lazy("visits", "made"),
    "unvisited": pgettext_lazy("visits", "not made"),
    "exempt": pgettext_lazy("visits", "exempt"),
    "declined": pgettext_lazy("visits", "declined"),
    "satisfied": pgettext_lazy("answers", "satisfied"),
    "basically": pgettext_lazy("answers", "basically"),
    "dissatisfied": pgettext_lazy("answers", "not satisfied"),
    "right": pgettext_lazy("closed", "first time"),
    "reopened": pgettext_lazy("closed", "reopened"),
    "open": pgettext_lazy("complaints", "open at the end"),
}
