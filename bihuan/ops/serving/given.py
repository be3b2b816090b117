"""A database of the user's own, named by DATABASE_URL."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bihuan.kernel.errors import Refused
from bihuan.ops.serving.identity import OLDEST

PATIENCE = 5  # seconds


def require_reachable(given: str) -> None:
    """Raises Refused, without the password, unless a PostgreSQL that is new enough answers there."""
    place = _place(given)
    try:
        with psycopg.connect(given, connect_timeout=PATIENCE) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        why = (str(error).strip().splitlines() or ["no answer"])[0].rpartition("failed: ")[2]
        remedy = "See to DATABASE_URL, or unset it to have a database made here."
        what = f"the database at {place} cannot be reached: {why.rstrip('.')}."
        raise Refused(what, remedy=remedy, code="database_unreachable") from None
    if version < OLDEST:
        what = f"the database at {place} is PostgreSQL {version}."
        raise Refused(what, remedy=f"Bihuan needs {OLDEST} or newer.", code="old_postgres")


def _place(given: str) -> str:
    try:
        parts = conninfo_to_dict(given) if given.startswith(("postgresql://", "postgres://")) else {}
    except psycopg.Error:  # its text would show the password
        parts = {}
    host = str(parts.get("host") or "")
    if not parts or "@" in host:
        remedy = "Write postgresql://user:password@host:5432/name, with signs in the password as %40 and the like."
        raise Refused("DATABASE_URL names no PostgreSQL.", remedy=remedy, code="bad_database_url")
    return f"{host or 'the usual socket'}, port {parts.get('port') or 5432}"
