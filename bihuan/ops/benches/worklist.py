"""The work list of one site among ten thousand promises, and among ten million.

The small company has four sites and a month behind it, the large one more sites and more years: what one site promises
in a month, and what is open there, is the same in both. Then far more is left open in the large one.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, LiteralString

import psycopg
from django.test import Client

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.calendars import revise
from bihuan.accounts.models import Post
from bihuan.cases.actions import Receipt, receive
from bihuan.console import times
from bihuan.kernel import clock
from bihuan.obligations import queries
from bihuan.obligations.books import books
from bihuan.ops.benches.company import PROBLEM, SITES, Company, found
from bihuan.ops.benches.reading import page, signed_in
from bihuan.ops.benches.twins import LARGE, SMALL, Act, bare, both, double, in_turn, superuser

SITE = SITES[0]
A_MONTH = 2500  # promises of one site
LEAST = len(SITES) * A_MONTH  # the small company: one month
DEEP = 3.6  # months of history for each site, in the large company: 33 sites and ten years make ten million
CASES = 60  # under way at each site
OPEN = 50  # of so many promises one is open, in the end
STEP = 1_000_000  # rows written at once
TABLES = ("obligations_notice", "obligations_escalation", "obligations_obligation")
TIMES, FEW_TIMES = 61, 5  # that each is read; the few where only few promises are wanted
MANY = 1_000_000
_COPIED: LiteralString = "rule, nth, clause, noun, duty, owed_by, owed_to, policy, calendar, value, trace, steps"
_SAME: LiteralString = "steps_taken, extended, ended_by, reason"
_ID: LiteralString = """('case:' || (lpad(to_hex((extract(epoch FROM due) * 1000)::bigint), 12, '0')
    || '7' || substr(md5((n / 3)::text), 14))::uuid)"""
_SITES: LiteralString = """
    INSERT INTO accounts_site (code, name, unit_id, zone, weekly)
    SELECT new, new, s.unit_id, s.zone, s.weekly FROM unnest(%s::text[]) AS new, accounts_site s WHERE s.code = %s
    ON CONFLICT DO NOTHING
"""
_PATTERNS: LiteralString = """
    CREATE TEMP TABLE pattern AS SELECT row_number() OVER () - 1 AS k, count(*) OVER () AS many, o.*
    FROM obligations_obligation o WHERE site = %s AND state = 'open' AND owed_by <> 'clock'
"""
_ENDED: LiteralString = f"""
    INSERT INTO obligations_obligation ({_COPIED}, steps_taken, extended, ended_by, reason, subject, site, start, state,
        opened_at, due_at, original_due_at, met_at, ended_at, breached_at)
    SELECT {_COPIED}, steps_taken, extended, 'complaint.handled', CASE how WHEN 1 THEN 'declined' ELSE '' END,
        {_ID}, (%(sites)s::text[])[1 + n %% %(count)s], due - interval '4 hours',
        CASE how WHEN 0 THEN 'void' WHEN 1 THEN 'waived' ELSE 'met' END, due - interval '4 hours', due, due,
        CASE WHEN how > 1 THEN ended END, ended, CASE WHEN how IN (2, 3) THEN due END
    FROM (
        SELECT n, how, due, due + CASE WHEN how IN (2, 3) THEN 1 ELSE -1 END * interval '1 hour' AS ended
        FROM generate_series(%(first)s::bigint, %(last)s) n,
            LATERAL (SELECT n %% 20, %(now)s::timestamptz - %(span)s::interval * (1 - n::float8 / %(rows)s))
                AS one (how, due)
    ) AS many_ones JOIN pattern ON k = n %% many
"""
_OPEN: LiteralString = f"""
    INSERT INTO obligations_obligation ({_COPIED}, {_SAME}, subject, site, start, state, opened_at, due_at,
        original_due_at)
    SELECT {_COPIED}, {_SAME}, {_ID}, (%(sites)s::text[])[1 + n %% %(count)s], due - interval '4 hours', 'open',
        due - interval '4 hours', due, due
    FROM (
        SELECT n, %(now)s::timestamptz + %(span)s::interval * (n::float8 / %(rows)s - 0.5) AS due
        FROM generate_series(1::bigint, %(rows)s) n
    ) AS many_ones JOIN pattern ON k = n %% many
"""


def bench_worklist(rows: int) -> float:
    """What the list and its page take in the small company, as a share of what they take in the large one; the worst.

    1 or more: the large one takes no longer. `rows` are the promises of the large one.
    """
    manager = _begun(found())
    reader = signed_in(manager.staff, site=SITE)
    revise()
    double()
    site_months = max(rows, LEAST) / A_MONTH
    sites = max(len(SITES), round((site_months / DEEP) ** 0.5))
    _load(SMALL, rows=LEAST, sites=len(SITES), months=1)
    _load(LARGE, rows=max(rows, LEAST), sites=sites, months=site_months / sites)
    with both() as uses:
        uses[LARGE]()
        books()  # of all sites: there are no others in the small one, and none is read twice
        _say(f"{'':<32}{'small':>9}{'large':>9}   ratio", end="\n")
        often = TIMES if rows >= MANY else FEW_TIMES
        worst = _compare(uses, manager, reader, often)
        with superuser(LARGE) as server:
            began, left = time.monotonic(), max(rows, LEAST) // OPEN
            _leave_open(server, rows=left, sites=_codes(sites), span=timedelta(days=60))
            server.execute("VACUUM (ANALYZE) obligations_obligation")
        _say(f"{left:,} more left open after {time.monotonic() - began:.0f} s", end="\n")
        _compare(uses, manager, reader, often)
    return 1 / worst


def _begun(company: Company) -> Actor:
    """Cases that one site took in during the last day and a half; gives its manager."""
    agent, now = actor_of(company.agents[SITE]), clock.now()
    customers = [pair for pair in company.customers if pair[0].site_id == SITE]
    for number in range(CASES):
        home, party = customers[number % len(customers)]
        kind, severity = ("complaint", "B") if number % 3 == 0 else ("demand", "")
        whom: dict[str, Any] = {"site": SITE, "home": home, "party": party, "channel": "phone"}
        told = Receipt(kind=kind, severity=severity, summary="夜间噪声", problem=PROBLEM, **whom)
        receive(told, by=agent, at=now - timedelta(minutes=36) * (CASES - number))
    return actor_of(Post.objects.select_related("staff").get(site=SITE, post="site_manager").staff)


def _codes(sites: int) -> list[str]:
    return [*SITES, *(f"S{number:03d}" for number in range(len(SITES), sites))]


def _load(database: str, *, rows: int, sites: int, months: float) -> None:
    began, codes = time.monotonic(), _codes(sites)
    with superuser(database) as server, bare(server, TABLES):
        server.execute(_SITES, [codes, SITE])
        server.execute(_PATTERNS, [SITE])
        known = {"sites": codes, "count": sites, "rows": rows, "span": timedelta(days=30.4) * months}
        for first in range(1, rows + 1, STEP):
            last = min(first + STEP - 1, rows)
            server.execute(_ENDED, known | {"now": clock.now(), "first": first, "last": last})
            _say(f"{last:,} of {rows:,} promises at {sites} sites after {time.monotonic() - began:.0f} s")
        row = server.execute("SELECT count(*) FROM pattern").fetchone()
        _leave_open(server, rows=row[0] * (sites - 1) if row else 0, sites=codes[1:], span=timedelta(days=3))
    _say(f"indexes made after {time.monotonic() - began:.0f} s", end="\n")


def _leave_open(server: psycopg.Connection[Any], *, rows: int, sites: list[str], span: timedelta) -> None:
    server.execute("DROP TABLE IF EXISTS pattern")
    server.execute(_PATTERNS, [SITE])
    known = {"sites": sites, "count": len(sites), "rows": rows, "span": span, "now": clock.now()}
    server.execute(_OPEN, known)


def _compare(uses: dict[str, Act], manager: Actor, reader: Client, often: int) -> float:
    """Prints what each reading takes in both; gives the worst ratio of the list and of the whole page."""
    now = clock.now()
    day, month = times.start_of_day(now), times.start_of_month(now)
    reads: dict[str, Act] = {
        "the 50 most urgent": lambda: queries.worklist(manager, SITE),
        "those of one person": lambda: queries.worklist(manager, SITE, mine=True),
        "the counts of the day": lambda: queries.day(SITE, start=day, now=now),
        "the figures of the month": lambda: queries.kept_by_rule([SITE], start=month, end=now, now=now),
        "the whole page": lambda: page(reader, "/"),
    }
    taken = in_turn(uses, {name: dict.fromkeys(uses, read) for name, read in reads.items()}, times=often)
    for name, by in taken.items():
        _say(f"{name:<32}{by[SMALL] * 1000:>6.2f} ms{by[LARGE] * 1000:>6.2f} ms{by[LARGE] / by[SMALL]:>8.2f}", end="\n")
    return max(taken[name][LARGE] / taken[name][SMALL] for name in ("the 50 most urgent", "the whole page"))


def _say(text: str, *, end: str = "\r") -> None:
    print(text, end=end, flush=True)
