"""The floor of taking complaints in: a bare WSGI application that writes the rows of one intake, and does nothing else.

BENCH_CASE names a case that was taken in. Every request writes its rows again, under another id and number: one
connection for each thread, one transaction for each request, a prepared statement for each table.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from itertools import count
from threading import local
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from bihuan.kernel.ids import new_id

SERIAL = """
    INSERT INTO cases_serial (site_id, key, last) VALUES (%s, 'complaint', 1)
    ON CONFLICT (site_id, key) DO UPDATE SET last = cases_serial.last + 1 RETURNING last
"""
TABLES = {  # in the order in which an intake writes them, and what finds the rows of a case
    "ledger_chain": "subject",
    "cases_case": "id",
    "cases_casenumber": "case_id",
    "ledger_event": "subject",
    "obligations_obligation": "subject",
    "cases_note": "case_id",
}
COUNTED = ("ledger_event", "obligations_obligation", "cases_note")  # where the database gives the id
JSONB = 3802  # PostgreSQL's number of the type
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Table:
    """What one intake writes into a table: a statement, and its values by column."""

    def __init__(self, connection: psycopg.Connection, name: str, key: str | UUID) -> None:
        own = "id" if name in COUNTED else ""
        query = sql.SQL("SELECT * FROM {} WHERE {} = %s").format(sql.Identifier(name), sql.Identifier(TABLES[name]))
        cursor = connection.execute(query, [key])
        columns = [(place, one) for place, one in enumerate(cursor.description or ()) if one.name != own]
        rows = cursor.fetchall()
        self.values = [(one.name, _stored(row[place], one.type_code)) for row in rows for place, one in columns]
        one_row = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(columns)))
        self.statement = sql.SQL("INSERT INTO {} ({}) VALUES {} RETURNING {}").format(
            sql.Identifier(name),
            sql.SQL(", ").join(sql.Identifier(one.name) for _, one in columns),
            sql.SQL(", ").join([one_row] * len(rows)),
            sql.SQL(own or "1"),
        )

    def write(self, connection: psycopg.Connection, fresh: dict[object, Any]) -> int:
        """Writes them again, with what is fresh in place of a column's or of a text; gives the id of the first row."""
        values = [
            fresh.get(name, fresh.get(one, one) if isinstance(one, str | UUID) else one) for name, one in self.values
        ]
        row = connection.execute(self.statement, values).fetchone()
        assert row is not None
        return int(row[0])


def _stored(value: Any, type_code: int) -> Any:
    return Jsonb(value) if type_code == JSONB else value


class Floor:
    """The application."""

    def __init__(self, url: str, case: UUID) -> None:
        self._url, self._case, self._here, self._count = url, case, local(), count()
        with psycopg.connect(url) as connection:
            keys: dict[str, str | UUID] = {"subject": f"case:{case}", "id": case, "case_id": case}
            self._tables = {name: Table(connection, name, keys[by]) for name, by in TABLES.items()}
            self._sites = [row[0] for row in connection.execute("SELECT code FROM accounts_site ORDER BY code")]

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"].read()
        self._write(self._connection())
        start_response("201 Created", [("Content-Type", "application/json"), ("Content-Length", "2")])
        return [b"{}"]

    def _write(self, connection: psycopg.Connection) -> None:
        case, site = new_id(), self._sites[next(self._count) % len(self._sites)]
        fresh: dict[object, Any] = {self._case: case, f"case:{self._case}": f"case:{case}"}
        fresh |= {"site": site, "site_id": site}
        with connection.transaction():
            for name, table in self._tables.items():
                if name == "cases_case":
                    row = connection.execute(SERIAL, [site]).fetchone()
                    fresh |= {"serial": row and row[0], "number": f"{site}-B-03-{row and row[0]:04d}"}
                first = table.write(connection, fresh)
                if name == "ledger_event":
                    fresh["event_id"] = first

    def _connection(self) -> psycopg.Connection:
        if not hasattr(self._here, "connection"):
            self._here.connection = psycopg.connect(self._url, autocommit=True, prepare_threshold=0)
        connection: psycopg.Connection = self._here.connection
        return connection


application = Floor(os.environ["DATABASE_URL"], UUID(os.environ["BENCH_CASE"]))
