"""Reading sheets: the one that is to be done now, and those that were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from bihuan.accounts.access import Actor, NotFound
from bihuan.accounts.models import Site
from bihuan.cases.models import Case, Note
from bihuan.supervision.lines import Line, lines_of
from bihuan.supervision.models import Check, Mark, Measure, Sheet

SIZE = 50
BACK = timedelta(days=31)  # at most so far back a sheet looks, where none was done for longer
REVIEWED = {  # what a review reads of how a complaint was handled: kind of event → part of the review
    "complaint.investigated": "cause",
    "complaint.solution_proposed": "solution",
    "complaint.handled": "handling",
    "complaint.result_told": "told",
}


@dataclass(frozen=True, slots=True)
class Blank:
    """A sheet that is to be done: of which day or week, from when it looks, its lines, and the one already done."""

    site: Site
    kind: str
    day: date
    since: datetime
    lines: list[Line]
    done: Sheet | None


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """A page of sheets, and what to ask for the next one with; empty after the last."""

    rows: Sequence[Sheet]
    next: str


def blank(site: Site, kind: str, *, now: datetime) -> Blank:
    """The sheet of the present day or week, filled. It looks back to where the last one of its kind ended."""
    day = day_of(site, kind, now)
    start = datetime.combine(day, time.min, ZoneInfo(site.zone))
    done = Sheet.objects.filter(site=site, check_kind=kind, day=day).first()
    last = Sheet.objects.filter(site=site, check_kind=kind).order_by("-day").first()
    since = max(last.done_at, now - BACK) if last is not None else start
    lines = [] if done is not None else lines_of(kind, site.pk, since=since, until=now)
    return Blank(site, kind, day, since, lines, done)


def day_of(site: Site, kind: str, now: datetime) -> date:
    """The day of the site's calendar, or the Monday of its week."""
    day = now.astimezone(ZoneInfo(site.zone)).date()
    return day - timedelta(days=day.weekday()) if kind == Check.WEEKLY else day


def visible_sheet(actor: Actor, pk: int) -> Sheet:
    """A sheet of a site where this person may look at checks."""
    rows = Sheet.objects.select_related("site", "done_by", "signature")
    sheet = rows.filter(pk=pk, site__in=actor.sites_for("check.view")).first()
    if sheet is None:
        raise NotFound
    return sheet


def sheets_page(sites: Sequence[str], after: str = "", *, size: int = SIZE) -> SheetsPage:
    """The sheets of some sites, the last one first, each with how many `findings` it has.

    Raises NotFound where `after` is none that a page gave.
    """
    rows = Sheet.objects.filter(site__in=sites).select_related("site", "done_by")
    rows = rows.annotate(findings=Count("lines", filter=Q(lines__mark=Mark.FINDING)))
    if after:
        if not (after.isascii() and after.isdecimal() and len(after) < 19):
            raise NotFound
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-id")[: size + 1])
    return SheetsPage(found[:size], str(found[size - 1].pk) if len(found) > size else "")


def reviews(cases: Sequence[Case]) -> dict[str, dict[str, str]]:
    """Of each complaint (by subject) what was last written down of each part of its handling; one query."""
    notes = Note.objects.filter(case__in=[one.pk for one in cases], event__kind__in=list(REVIEWED))
    told: dict[str, dict[str, str]] = {}
    for case, kind, text in notes.order_by("event_id").values_list("case_id", "event__kind", "text"):
        told.setdefault(f"case:{case}", {})[REVIEWED[kind]] = text
    return told


def measures_of(sheet: Sheet) -> dict[int, Measure]:
    """What followed from the findings of a sheet, by line; one query."""
    rows = Measure.objects.filter(line__sheet=sheet).select_related("case", "owner", "made_by")
    return {one.line_id: one for one in rows}
