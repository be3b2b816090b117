"""Check sheets as pages show them: sections of lines, in words, each with the complaint it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Site
from bihuan.cases.models import Case
from bihuan.console import times, words
from bihuan.console.forms.checks import SheetForm
from bihuan.supervision.lines import Line
from bihuan.supervision.models import Check, Item, Measure, Section, SheetLine
from bihuan.supervision.queries import reviews

NEAR = 20  # sites whose present sheets are offered at once
CLAUSES = {Check.DAILY: "XQ-C8.4", Check.WEEKLY: "XQ-C8.3", Check.DAILY_RECORD: "TS-11.2"}


def to_fill(form: SheetForm, lines: Sequence[Line], *, now: datetime) -> list[dict[str, Any]]:
    """The sections of a sheet that is to be done, each line with its fields."""
    told = reviews([one.case for one in lines if one.case is not None and one.needs_words])
    rows = [
        _row(line.item, line.case, line.count, now=now)
        | (_promised(line.promise.clause, line.promise.duty, line.promise.due_at, now=now) if line.promise else {})
        | {"mark": form[f"mark-{line.key}"], "words": form[f"words-{line.key}"], "section": line.section}
        | {"review": told.get(line.case.subject, {}) if line.case and line.needs_words else None}
        for line in lines
    ]
    return _sections(rows)


def as_done(lines: Iterable[SheetLine], followed: dict[int, Measure], *, now: datetime) -> list[dict[str, Any]]:
    """The sections of a sheet that was done, each line with what was said of it and what followed."""
    rows = [
        _row(line.item, line.case, line.count, now=now)
        | (_promised(line.clause, line.duty, line.due_at, now=now) if line.duty else {})
        | {"line": line, "section": line.section, "measure": followed.get(line.pk)}
        for line in lines
    ]
    return _sections(rows)


def offered(actor: Actor, sites: Sequence[str]) -> list[dict[str, Any]]:
    """The sheets that this person may do now, site by site."""
    found = Site.objects.filter(pk__in=sites).order_by("code")[:NEAR]
    rows = [{"site": one, "checks": [kind for kind in Check if actor.may(f"check.{kind}", one.pk)]} for one in found]
    return [row for row in rows if row["checks"]]


def _row(item: str, case: Case | None, count: int | None, *, now: datetime) -> dict[str, Any]:
    return {
        "label": Item(item).label,
        "case": case,
        "count": count,
        "received": times.said(case.received_at, now=now) if case else "",
    }


def _promised(clause: str, duty: str, due_at: datetime | None, *, now: datetime) -> dict[str, Any]:
    return {"clause": clause, "duty": words.duty(duty), "due": times.said(due_at, now=now)}


def _sections(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["section"], []).append(row)
    return [{"title": Section(key).label, "rows": held} for key, held in found.items()]
