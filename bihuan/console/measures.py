"""Figures as pages show them: tiles, the chart of twelve months, the table; each number with the list it opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.console import charts
from bihuan.figures import parts
from bihuan.figures.formulas import HOMES, PER_THOUSAND, Figure, better, difference, said
from bihuan.figures.reports import Month, Report
from bihuan.figures.table import Cell, Line, Table

NOTHING: Mapping[str, str] = MappingProxyType({})
NONE = "-"  # in addresses: those of which there is no code
RANKED = 8
WORDS = {True: gettext_noop("better than the month before"), False: gettext_noop("worse than the month before")}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures they are, as addresses say it: a month, and all sites or the chosen one."""

    month: date
    all_sites: bool

    def page(self, month: date | None = None, **more: str) -> str:
        """The page of figures of a month."""
        return f"{reverse('console:figures')}?{urlencode(self._asked(month) | more)}"

    def behind(self, what: str, only: Mapping[str, str] = NOTHING, *, month: date | None = None) -> str:
        """The list behind a number, narrowed to codes of dimensions."""
        asked = self._asked(month) | {"what": what} | {name: code or NONE for name, code in only.items()}
        return f"{reverse('console:figures_behind')}?{urlencode(asked)}"

    def _asked(self, month: date | None) -> dict[str, str]:
        return {"month": f"{month or self.month:%Y-%m}"} | ({"sites": "all"} if self.all_sites else {})


def tiles(held: Report, scope: Scope, corrected: Sequence[tuple[Figure, Figure]]) -> list[dict[str, Any]]:
    """The six rates; those that a recount would change, with what it would say."""
    now = {was.code: again for was, again in corrected}
    return [_tile(one, held, scope, now.get(one.code)) for one in held.month.figures]


def _tile(one: Figure, held: Report, scope: Scope, again: Figure | None) -> dict[str, Any]:
    values = [month.figure(one.code).value for month in held.months]
    named = zip(held.months, values, strict=True)
    told = ", ".join(f"{name(month.month)} {said(value, one.unit)}" for month, value in named)
    return {
        "code": one.code,
        "label": one.label,
        "text": one.text,
        "formula": one.formula,
        "per": _("per 1,000 homes") if one.unit == PER_THOUSAND else "",
        "above": {"text": f"{one.numerator.normalize():f}", "url": scope.behind(one.above)},
        "below": _below(one, scope),
        "beside": [
            {"label": part.label, "count": part.count, "url": scope.behind(part.what)}
            for part in one.beside
            if part.count
        ],
        "change": _change(one, held.before.figure(one.code)),
        "spark": charts.spark(values) | {"label": _("The last 12 months: %s") % told},
        "again": again and {"text": again.text, "of": f"{again.numerator.normalize():f} / {again.denominator}"},
    }


def _below(one: Figure, scope: Scope) -> dict[str, str]:
    if one.below == HOMES:
        homes = ngettext("%d occupied home", "%d occupied homes", one.denominator) % one.denominator
        return {"text": homes, "url": ""}
    return {"text": str(one.denominator), "url": scope.behind(one.below)}


def _change(one: Figure, before: Figure) -> dict[str, str] | None:
    """By how much it differs from the month before: in points of a percentage, never in per cent."""
    by = difference(one, before)
    if by is None:
        return None
    good = better(one.code, by)
    points = _("%s points") if one.unit != PER_THOUSAND else "%s"
    state = {True: "kept", False: "soon", None: "waived"}[good]
    return {"text": points % _signed(by), "state": state, "words": _(WORDS[good]) if good is not None else ""}


def _signed(by: Decimal) -> str:
    return f"{'−' if by < 0 else '+' if by else '±'}{abs(by):.1f}"


def chart(held: Report, scope: Scope) -> dict[str, Any]:
    """Twelve months: complaints by severity as bars, and upon them the on-time rate as a line."""
    series = [[one.tally.of(parts.RECEIVED, severity=grade) for one in held.months] for grade in parts.SEVERITIES]
    totals = [sum(column) for column in zip(*series, strict=True)]
    rates = [one.figure("on_time").value for one in held.months]
    top, low = charts.ceiling(totals), charts.floor_of(rates)
    graded = zip(parts.SEVERITIES, charts.stacks(series, top), strict=True)
    return {
        "bars": [{"severity": grade or "none", "path": path} for grade, path in graded if path],
        "line": charts.line(rates, low, 100),
        "dots": charts.dots(rates, low, 100),
        "counts": [top, top // 2, 0],
        "shares": [100, (100 + low) // 2, low],
        "months": [_column(month, total, scope) for month, total in zip(held.months, totals, strict=True)],
    }


def _column(month: Month, total: int, scope: Scope) -> dict[str, Any]:
    return {
        "name": name(month.month),
        "short": month.month.month,
        "total": total,
        "rate": month.figure("on_time").text,
        "url": scope.behind("received", month=month.month),
        "page": scope.page(month.month),
        "here": month.month == scope.month,
    }


def ranks(made: Table, scope: Scope) -> list[dict[str, Any]]:
    """The lines with the most complaints received, as bars."""
    most = sorted((one for one in made.lines if one.received), key=lambda one: -one.received)[:RANKED]
    longest = max((one.received for one in most), default=1)
    return [
        {
            "label": one.label,
            "count": one.received,
            "width": f"{one.received * 100 / longest:.1f}",
            "url": scope.behind("received", {made.by: one.code}),
        }
        for one in most
    ]


def lines(made: Table, scope: Scope) -> list[dict[str, Any]]:
    """The lines of the table, the totals last."""
    return [_line(one, made, scope) for one in [*made.lines, made.total]]


def heads(made: Table) -> list[dict[str, Any]]:
    """The common headings of neighbouring columns, each with how many stand under it."""
    found: list[dict[str, Any]] = []
    for column in made.columns:
        if found and found[-1]["name"] == column.group:
            found[-1]["span"] += 1
        else:
            found.append({"name": column.group, "span": 1})
    return found


def _line(one: Line, made: Table, scope: Scope) -> dict[str, Any]:
    place = {} if one.total else {made.by: one.code}
    cells = [_cell(cell, place, scope) for cell in one.cells]
    return {"code": one.code if made.by == "problem" else "", "label": one.label, "cells": cells, "total": one.total}


def _cell(cell: Cell, place: dict[str, str], scope: Scope) -> dict[str, str]:
    column = cell.column
    title = f"{column.group} {column.title}".strip()
    if column.rate:
        return {"text": said(cell.value), "url": "", "title": title}
    graded = {} if column.severity is None else {"severity": column.severity}
    url = scope.behind(column.what, place | graded) if cell.count else ""
    return {"text": str(cell.count), "url": url, "title": title}


def name(month: date) -> str:
    """A month as it is read in a list: 2026/10."""
    return f"{month.year}/{month.month}"
