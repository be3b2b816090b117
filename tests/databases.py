"""A database for each worker, cloned from one that has been migrated once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import errors

from tests.plugin import start_database

TEMPLATE = "bihuan_template"
TRIES = 5


def prepare(worker: str) -> str:
    """Makes the database of a worker and connects Django to it; gives its name."""
    start_database()
    name = f"test_{worker}_{os.getpid()}"
    with _server() as server, _alone(server):
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_template()]).fetchone():
            server.execute(f"CREATE DATABASE {_template()}")
            _use(_template())
            call_command("migrate", verbosity=0, interactive=False)
            connection.close()
        server.execute(f"CREATE DATABASE {name} TEMPLATE {_template()}")
    _use(name)
    return name


def drop(name: str) -> None:
    """Takes a database away, whoever is still connected.

    Those who listen would come back at once, so nobody is let in any more; on a busy machine those who are thrown out
    take longer to go than PostgreSQL waits, and a superuser's process (autovacuum) goes only by itself.
    """
    connection.close()
    with _server() as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        for left in reversed(range(TRIES)):
            try:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")
                return
            except (errors.ObjectInUse, errors.InsufficientPrivilege):
                if not left:
                    raise
                time.sleep(1)


def url_of(name: str) -> str:
    """The address of another database of the run's server."""
    before, _, asked = os.environ["DATABASE_URL"].partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{asked}"


def _template() -> str:
    """One for each run, so that a server that is used again never keeps an old one."""
    return f"{TEMPLATE}_{os.environ['BIHUAN_TEST_HOME'].rpartition('-')[2].lower()}"


def _use(name: str) -> None:
    connection.close()
    settings = connection.settings_dict
    settings["NAME"] = name
    settings["OPTIONS"].pop("pool", None)


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        yield server


@contextmanager
def _alone(server: psycopg.Connection) -> Iterator[None]:
    """Two workers do not make the template at once."""
    server.execute("SELECT pg_advisory_lock(20181)")
    try:
        yield
    finally:
        server.execute("SELECT pg_advisory_unlock(20181)")
