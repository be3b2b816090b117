"""How pages learn that something happened: a number for each site, kept in memory, that grows with every event there.

The database announces the site of every event when it is committed; one listening connection in each process counts.
`beat` announces other names in the same way: `staff:12` when that person is wanted somewhere. Nothing is lost by
missing an announcement but the moment: after a broken connection every number grows once.
"""

from __future__ import annotations

import time
from collections import Counter
from threading import Event as Flag
from threading import Lock, Thread

import psycopg
from django.db import connection

CHANNEL = "bihuan"
PAUSE = 1.0  # seconds between two attempts to listen again


class Pulse:
    """Counts what happens at each site, from the first question on."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._base = time.time_ns() // 1_000_000  # another process, or a restart, gives other numbers
        self._lock, self._stop = Lock(), Flag()
        self._thread: Thread | None = None

    def version(self, *names: str) -> int:
        """A number that differs from the one before whenever something has happened under one of these names."""
        with self._lock:
            if self._thread is None:
                settings = connection.get_connection_params()
                settings.pop("pool", None)
                self._thread = Thread(target=self._listen, args=(settings,), name="pulse", daemon=True)
                self._thread.start()
            return self._base + sum(self._counts[name] for name in names)

    def stop(self) -> None:
        """Listens no more; the next question begins again."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._thread, self._stop = None, Flag()

    def _listen(self, settings: dict[str, object]) -> None:
        stop = self._stop
        known = {name: settings[name] for name in ("host", "port", "user", "password", "dbname") if settings.get(name)}
        while not stop.is_set():
            try:
                with psycopg.connect(**known, autocommit=True) as listening:  # type: ignore[arg-type]
                    listening.execute(f"LISTEN {CHANNEL}")
                    self._base += 1  # whatever was missed counts once
                    while not stop.is_set():
                        for told in listening.notifies(timeout=PAUSE):
                            self._counts[told.payload] += 1
            except psycopg.OperationalError:
                stop.wait(PAUSE)


def beat(*names: str) -> None:
    """Lets the pages that wait for these names know, when the transaction is committed."""
    with connection.cursor() as cursor:
        for name in dict.fromkeys(names):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, name])


pulse = Pulse()
