"""Two databases of one server, a small and a large one, measured in turn: what the machine does besides hits both.

Both are used through the one connection that the rooms know, without its pool. The loading is done as PostgreSQL's own
superuser, which the throw-away server lets in: triggers and foreign keys are set aside for rows that are right.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Any

import psycopg
from django.db import connection, connections

SMALL, LARGE = "bihuan", "large"  # their names; the small one is the one that `throwaway` makes
MEMORY = "1GB"  # for making one index
_REPLICA = "SET session_replication_role = replica; SET synchronous_commit = off"
_INDEXES = """
    SELECT i.indrelid::regclass::text, quote_ident(r.relname), c.conname IS NOT NULL,
        CASE WHEN c.conname IS NULL THEN pg_get_indexdef(i.indexrelid)
        ELSE format('ALTER TABLE %%s ADD %%s', i.indrelid::regclass,
            format('CONSTRAINT %%I %%s', c.conname, pg_get_constraintdef(c.oid))) END
    FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
    LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
    WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.conindid = i.indexrelid AND f.contype = 'f')
"""
_REFERRING = """
    WITH RECURSIVE reached (rel, depth) AS (
        SELECT t::regclass::oid, 0 FROM unnest(%s::text[]) AS t
        UNION SELECT f.conrelid, depth + 1 FROM reached JOIN pg_constraint f ON f.confrelid = rel AND f.contype = 'f'
            AND f.conrelid <> f.confrelid)
    SELECT rel::regclass::text FROM reached GROUP BY rel ORDER BY max(depth) DESC
"""
Act = Callable[[], object]


def superuser(database: str) -> psycopg.Connection[Any]:
    """A connection that may load rows past triggers and foreign keys."""
    settings = connection.settings_dict
    known = {"host": settings["HOST"], "port": settings["PORT"], "dbname": database, "user": "postgres"}
    server = psycopg.connect(**known, autocommit=True)
    if database in (SMALL, LARGE):
        server.execute(_REPLICA)
    return server


def double() -> None:
    """Makes the large database as a copy of the small one, which nobody may be using."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL's
    with superuser("postgres") as server:
        server.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
        server.execute("SELECT pg_reload_conf()")
        server.execute(f"CREATE DATABASE {LARGE} TEMPLATE {SMALL} OWNER {SMALL}")


@contextmanager
def bare(server: psycopg.Connection[Any], tables: Sequence[str]) -> Iterator[None]:
    """These tables without log and without any index but what keys need, for as long as rows are loaded.

    The indexes are made again, and everything is counted anew.
    """
    for (table,) in server.execute(_REFERRING, [list(tables)]).fetchall():
        _run(server, f"ALTER TABLE {table} SET UNLOGGED")
    found = server.execute(_INDEXES, [list(tables)]).fetchall()
    for table, index, constrains, _ in found:
        _run(server, f"ALTER TABLE {table} DROP CONSTRAINT {index}" if constrains else f"DROP INDEX {index}")
    yield
    server.execute(f"SET maintenance_work_mem = '{MEMORY}'")
    for *_, made in found:
        _run(server, made)
    server.execute("VACUUM (ANALYZE, FREEZE)")


def _run(server: psycopg.Connection[Any], statement: str) -> None:
    server.execute(statement)  # PostgreSQL's own words


@contextmanager
def both() -> Iterator[dict[str, Act]]:
    """For each of the two databases, by its name, what makes the rooms use it from then on."""
    kept = connections["default"]
    options = {key: value for key, value in kept.settings_dict["OPTIONS"].items() if key != "pool"}
    wrappers = {name: kept.copy() for name in (SMALL, LARGE)}
    for name, wrapper in wrappers.items():
        wrapper.settings_dict = kept.settings_dict | {"NAME": name, "OPTIONS": options, "CONN_MAX_AGE": None}
    try:
        yield {name: partial(connections.__setitem__, "default", wrapper) for name, wrapper in wrappers.items()}
    finally:
        connections["default"] = kept
        for wrapper in wrappers.values():
            wrapper.close()


def in_turn(
    uses: Mapping[str, Act], acts: Mapping[str, Mapping[str, Act]], *, times: int
) -> dict[str, dict[str, float]]:
    """The seconds of every act in each database: one here, one there, after one in each that is not counted.

    The median of the faster half, for the slower half tells what else the machine had to do.
    """
    return {name: _in_turn(uses, by_database, times) for name, by_database in acts.items()}


def _in_turn(uses: Mapping[str, Act], act: Mapping[str, Act], times: int) -> dict[str, float]:
    taken: dict[str, list[float]] = {database: [] for database in uses}
    for number in range(times + 1):
        for database in list(uses)[:: -1 if number % 2 else 1]:
            uses[database]()
            began = time.perf_counter()
            act[database]()
            taken[database].append(time.perf_counter() - began)
    return {database: median(sorted(held[1:])[: (times + 1) // 2]) for database, held in taken.items()}
