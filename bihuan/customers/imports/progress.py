"""How far an import is, told to everybody while its own transaction is still open.

All or nothing means one transaction, and nobody sees into that; so the line of the import is written through a second
connection, which commits each time. The transaction itself touches that line only as its last act.
"""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

_WAIT = "SET lock_timeout = '5s'"  # nobody holds the line for long; were it so, failing beats waiting for oneself
_UPDATE = "UPDATE customers_import SET state = %s, done = %s, finished_at = %s WHERE id = %s"


class Progress:
    """Writes state and count of one import at once, through a connection of its own; a context manager."""

    def __init__(self, pk: UUID, *, rows: int, things: int = 0) -> None:
        self.pk, self.rows, self.things = pk, rows, things
        self.count = 0
        self.began = False
        self._connection: BaseDatabaseWrapper = connection.copy()

    def __enter__(self) -> Progress:
        self._execute(_WAIT)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    def tell(self, state: str, *, finished_at: datetime | None = None) -> None:
        """What the import is doing; `done` is the part of its rows that corresponds to the things that are written."""
        self.began = True
        done = self.rows * self.count // self.things if self.things else 0
        self._execute(_UPDATE, [state, done, finished_at, self.pk])

    def tick(self, count: int) -> None:
        """So many things more are written."""
        self.count += count
        self.tell("running")

    def fail(self, at: datetime) -> None:
        """It wrote nothing; where it never began, another may be running that must not be called failed."""
        if self.began:
            self.tell("failed", finished_at=at)

    def _execute(self, statement: str, values: list[Any] | None = None) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
