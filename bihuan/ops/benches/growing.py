"""A company that grows: a few weeks of one site, lived through the real actions, laid down for more sites and years.

Every copy has ids, numbers and times of its own, and all that hangs together still does. What is under way stays so at
every site; in earlier copies everything has ended. The hashes of the ledger are copied too, and hold nothing any more.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

import psycopg

from bihuan.accounts.calendars import revise
from bihuan.kernel import clock
from bihuan.obligations.models import TalliedUntil
from bihuan.obligations.tallies import following, refresh
from bihuan.ops.benches.copies import COPIES, ESTATE, LIFE, PREPARED, SITE, Way
from bihuan.ops.benches.twins import SMALL, bare, superuser
from bihuan.ops.demo.estate import build
from bihuan.ops.demo.player import Player
from bihuan.ops.generate import generate

HOMES = 1200  # of the site that is lived at
TALLIED = 12  # months before the present one
_COLUMNS = """
    SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_STRIDE = """
    SELECT 1 + greatest((SELECT max(id) FROM ledger_event), (SELECT max(id) FROM obligations_obligation),
        (SELECT max(id) FROM obligations_notice))
"""


@dataclass(frozen=True, slots=True)
class Seed:
    """What was lived through: days, cases, and how many of those have ended; `stride` is more than any id in it."""

    days: int
    cases: int
    ended: int
    stride: int


def live(days: int) -> Seed:
    """Lets one site live for so many days up to now, in the empty small database, and puts it aside to be copied.

    The calendars count as changed then, once for both: whichever database is read first must be the large one, which
    has the sites of both.
    """
    now = clock.now().replace(microsecond=0)
    build("Bench-0123456789", today=now.date())
    events = _happening(now - timedelta(days=days), now)
    Player(SITE).play(events, until=now)
    with superuser(SMALL) as server:
        _run(server, *PREPARED)
        _run(server, *(f"CREATE TABLE seed.{table} AS {way.source}" for table, way in (ESTATE | LIFE).items()))
        cases, ended = _row(server, "SELECT count(*), count(*) FILTER (WHERE NOT live) FROM seed.cases_case")
        (stride,) = _row(server, _STRIDE)
        _run(server, f"TRUNCATE {', '.join(LIFE)} CASCADE")
    revise()
    return Seed(days, cases, ended, stride)


def _happening(start: datetime, end: datetime) -> list[dict[str, Any]]:
    events = list(generate(sites=1, homes=HOMES, months=1 + (end - start).days // 28, seed=3, start=start.date()))
    for event in events:
        event |= {"when": datetime.fromisoformat(event["at"]), "tag": "b"}
    return [event for event in events if start <= event["when"] <= end]


def lay(database: str, seed: Seed, *, cases: int, sites: int) -> int:
    """Fills a database with about so many cases at so many sites; gives how many there are."""
    began = time.monotonic()
    periods = 1 + max(0, round((cases / sites - seed.cases) / seed.ended))
    numbers = {"days": seed.days, "stride": seed.stride, "periods": periods, "sites": sites}
    with superuser(database) as server, bare(server, list(LIFE)):
        _run(server, COPIES.format(**numbers), "ANALYZE")
        _run(server, *(_copy(server, table, way, "c.p = 0 AND c.s > 0") for table, way in ESTATE.items()))
        which = "c.p = {} AND (c.p = 0 OR NOT s.live)"
        copied = [_copy(server, table, way, which) for table, way in LIFE.items()]
        for p in reversed(range(periods)):
            _run(server, *(statement.replace("c.p = {}", f"c.p = {p}") for statement in copied))
            spent = time.monotonic() - began
            print(f"period {periods - p} of {periods} at {sites} sites after {spent:.0f} s", end="\r", flush=True)
    with superuser(database) as server:
        (count,) = _row(server, "SELECT count(*) FROM cases_case")
    print(f"{count:,} cases, {periods * seed.days / 365:.1f} years of {sites} sites, {time.monotonic() - began:.0f} s")
    return int(count)


def tally() -> None:
    """Counts the months that are over, as the worker does; in the database that is in use."""
    TalliedUntil.objects.create(month=following(clock.now().date().replace(day=1), -TALLIED))
    refresh()


def _copy(server: psycopg.Connection[Any], table: str, way: Way, which: str) -> str:
    columns = server.execute(_COLUMNS, [table]).fetchall()
    values = [_value(name, of, way.changes) for name, of in columns]
    names = ", ".join(f'"{name}"' for name, _ in columns)
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM seed.copies c, seed.{table} s WHERE {which}"


def _value(name: str, of: str, changes: Mapping[str, str]) -> str:
    if name in changes:
        return changes[name]
    if of == "timestamp with time zone":
        return f's."{name}" - c.back'
    return "c.code" if name in ("site", "site_id") else f's."{name}"'


def _run(server: psycopg.Connection[Any], *statements: str) -> None:
    for statement in statements:
        server.execute(statement)  # all of it stands here and in copies.py


def _row(server: psycopg.Connection[Any], statement: LiteralString) -> Any:
    return server.execute(statement).fetchone()
