"""All that the database holds, as text."""

from __future__ import annotations

from django.db import connection


def everything() -> str:
    """Every row of every table, as PostgreSQL writes it into a dump, bytes also as the text they may hold."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows: list[str] = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row[0] for row in cursor]
            rows += _bytes(table)
    return "\n".join(rows)


def _bytes(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'bytea'", [table]
        )
        columns = [row[0] for row in cursor]
        found: list[str] = []
        for column in columns:
            cursor.execute(f'SELECT encode("{column}", \'escape\') FROM "{table}" WHERE "{column}" IS NOT NULL')
            found += [row[0] for row in cursor]
    return found
