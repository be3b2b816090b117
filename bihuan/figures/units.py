"""The units that the figures count, in SQL: one source for each whole of parts.py, for spans of sites and months.

Each source reads the rows of its months through an index that begins with the site and an instant, and nothing else:
what a month costs does not grow with history. Every unit has `site, month, part, case_id, at` and a `key` of its own,
so that the list behind a number is made of the very rows that were counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bihuan.figures import parts
from bihuan.obligations.books import books
from bihuan.obligations.tallies import bounds

SPAN = """span AS (
    SELECT * FROM unnest(%(sites)s::text[], %(months)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
        AS one (site, month, begins, ends)
)"""
_CASE_OF = "substr(o.subject, 6)::uuid"  # after "case:"
# The bounds over all spans say nothing new; they tell the planner of many sites that only some of the years are wanted.
_IN_MONTH = "{0} >= s.begins AND {0} < s.ends AND {0} >= %(first)s AND {0} < %(last)s"
_FELL_DUE = f"o.site = s.site AND {_IN_MONTH.format('o.due_at')} AND o.due_at < %(now)s"

# What was merged into another is the same complaint once more.
_RECEIVED = f"""
    SELECT s.site, s.month, CASE WHEN c.valid THEN 'valid' WHEN NOT c.valid THEN 'invalid' ELSE 'undecided' END AS part,
        c.id AS case_id, c.received_at AS at, c.id::text AS key
    FROM span s JOIN cases_case c ON c.site_id = s.site AND c.kind = 'complaint' AND {_IN_MONTH.format("c.received_at")}
    WHERE c.merged_into_id IS NULL
"""
# XQ-C7.4: a complaint that had several limits in the month was on time if each of them was kept.
_DUE = f"""
    SELECT s.site, s.month, (ARRAY['on_time', 'extended', 'late'])[max(CASE
            WHEN o.state = 'met' AND o.met_at <= o.due_at AND NOT (o.extended AND o.met_at > o.original_due_at) THEN 1
            WHEN o.state = 'met' AND o.met_at <= o.due_at THEN 2 ELSE 3 END)],
        {_CASE_OF}, max(o.due_at), o.subject::text
    FROM span s JOIN obligations_obligation o ON {_FELL_DUE} AND o.noun = 'complaint' AND o.duty = 'resolve'
    WHERE o.state IN ('met', 'open') GROUP BY s.site, s.month, o.subject
"""
# GC-6.2.1, TS-10.6: done late counts as done; who was exempt or declined is in neither side.
_VISITS = f"""
    SELECT s.site, s.month, CASE WHEN o.state = 'met' THEN 'visited' WHEN o.state = 'open' THEN 'unvisited'
            WHEN o.reason = 'declined' THEN 'declined' ELSE 'exempt' END,
        {_CASE_OF}, o.due_at, o.id::text
    FROM span s JOIN obligations_obligation o ON {_FELL_DUE} AND o.noun = 'complaint' AND o.duty = 'visit'
    WHERE o.state IN ('met', 'open', 'waived')
"""
_ANSWERED = f"""
    SELECT s.site, s.month, CASE a.satisfied WHEN 'yes' THEN 'satisfied' WHEN 'basically' THEN 'basically'
            ELSE 'dissatisfied' END, v.case_id, v.ended_at, v.id::text
    FROM span s JOIN visits_visit v ON v.site_id = s.site AND v.state = 'done' AND {_IN_MONTH.format("v.ended_at")}
    JOIN visits_answersheet a ON a.visit_id = v.id JOIN cases_case c ON c.id = v.case_id AND c.kind = 'complaint'
    WHERE v.subject LIKE 'case:%%'
"""
_CLOSED = f"""
    SELECT s.site, s.month, CASE WHEN c.round = 1 THEN 'right' ELSE 'reopened' END, c.id, c.closed_at, c.id::text
    FROM span s JOIN cases_case c ON c.site_id = s.site AND c.kind = 'complaint' AND c.state = 'closed'
        AND {_IN_MONTH.format("c.closed_at")}
"""
# Of a month that is over: what is open still, and what was closed since. What was withdrawn since counts as settled.
_OPEN = """
    SELECT s.site, s.month, 'open', c.id, c.received_at, c.id::text
    FROM span s JOIN cases_case c ON c.site_id = s.site AND c.kind = 'complaint' AND c.received_at < s.ends
        AND NOT (c.state IN ('closed', 'withdrawn'))
    UNION ALL SELECT s.site, s.month, 'open', c.id, c.received_at, c.id::text
    FROM span s JOIN cases_case c ON c.site_id = s.site AND c.kind = 'complaint' AND c.state = 'closed'
        AND c.closed_at >= s.ends AND c.received_at < s.ends
"""
SOURCES: Mapping[tuple[str, ...], str] = {
    parts.RECEIVED: _RECEIVED,
    parts.DUE: _DUE,
    (*parts.VISITS, *parts.NOT_OWED): _VISITS,
    parts.ANSWERED: _ANSWERED,
    parts.CLOSED: _CLOSED,
    parts.OPEN: _OPEN,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A month of a site, by its own clocks."""

    site: str
    month: date
    begins: datetime
    ends: datetime


def spans(sites: Iterable[str], months: Sequence[date]) -> list[Span]:
    """Each of these months of each of these sites."""
    calendars = books().calendars
    return [Span(site, month, *bounds(month, calendars[site].zone)) for site in sites for month in months]


def units(wanted: Collection[str]) -> str:
    """The statement of all units whose part is one of these, over the spans; it goes after WITH."""
    chosen = [sql for held, sql in SOURCES.items() if not set(held).isdisjoint(wanted)]
    return f"{SPAN}, unit (site, month, part, case_id, at, key) AS ({' UNION ALL '.join(chosen)})"


def values(asked: Sequence[Span], now: datetime) -> dict[str, Any]:
    """What the statement is told."""
    return {
        "sites": [one.site for one in asked],
        "months": [one.month for one in asked],
        "begins": [one.begins for one in asked],
        "ends": [one.ends for one in asked],
        "first": min((one.begins for one in asked), default=now),
        "last": max((one.ends for one in asked), default=now),
        "now": now,
    }
