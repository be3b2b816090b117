"""What `./run` does: keeps the database, the web server and the worker running until it is asked to stop."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from bihuan.kernel.errors import Refused
from bihuan.ops.serving import leftovers
from bihuan.ops.serving.children import Argv, Child, fate
from bihuan.ops.serving.cluster import Cluster
from bihuan.ops.serving.door import Door
from bihuan.ops.serving.keeping import DELAYS, Backoff, Kept
from bihuan.ops.serving.lock import require_unheld
from bihuan.ops.serving.signals import Signals, Stopped

GRACE = 10.0  # seconds that children have for ending by themselves
LINGER = 0.3  # seconds for which a server that is ending may still hold the port
POLL = 0.02  # seconds between two looks at the port

Say = Callable[[str], None]


class Service:
    """A command that is started as often as needed."""

    def __init__(self, command: Argv, *, env: Mapping[str, str]) -> None:
        self._command, self._env = command, env
        self.child = Child(command, env=env)

    def restart(self) -> None:
        """Starts it again."""
        self.child = Child(self._command, env=self._env)

    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.child.ended()


def serve(
    home: Path,
    port: int,
    *,
    prepare: Sequence[Argv],
    web: Argv,
    worker: Argv,
    say: Say,
    ready: Say | None = None,
    host: str = "127.0.0.1",
) -> int:
    """Serves until TERM, INT or HUP, and gives the exit code, 0. From the main thread.

    Starts the embedded PostgreSQL unless DATABASE_URL is set, runs each command of `prepare` to its end, then keeps
    `web` and `worker` running, with DATABASE_URL and BIHUAN_HOME in their environment. Once GET /healthz is answered
    with 200, `ready` is called with the address (without it, `say` with a line). What ends by itself is told to `say`
    and started again. Raises Refused, leaving nothing behind, for what keeps it from starting.
    """
    with Signals() as signals:
        serving = _Serving(home.resolve(), Door(host, port), say=say, signals=signals)
        try:
            serving.open(prepare)
            serving.keep(web, worker, ready=ready or (lambda address: say(f"serving {address}")))
        except Stopped:
            return 0
        finally:
            serving.close()


class _Serving:
    def __init__(self, home: Path, door: Door, *, say: Say, signals: Signals) -> None:
        self._home, self._door, self._say, self._signals = home, door, say, signals
        self._given = os.environ.get("DATABASE_URL")
        self._cluster = Cluster(home, serves=door.address, pause=signals.pause)
        self._services: list[Service] = []
        self._env: dict[str, str] = {}

    def open(self, prepare: Sequence[Argv]) -> None:
        """Everything that comes before serving."""
        self._check_door()
        url = self._given or self._cluster.start()
        if self._given:
            from bihuan.ops.serving.given import require_reachable  # needs the driver, which loads slowly

            require_reachable(self._given)
        marked = leftovers.mark(self._home)
        self._env = {**os.environ, **marked, "DATABASE_URL": url, "BIHUAN_HOME": str(self._home)}
        for command in prepare:
            code = self._run(command).child.wait(self._signals.pause)
            if code != 0:
                what = f"preparing the database failed ({fate(code)})."
                raise Refused(what, where=" ".join(map(str, command)), remedy="See above.", code="not_prepared")
        self._services.clear()

    def _check_door(self) -> None:
        if not self._given:
            require_unheld(self._cluster.place.lock)  # says more than that the port is taken
        leftovers.end_children(self._home, pause=self._signals.pause)
        until = time.monotonic() + LINGER
        while True:
            try:
                return self._door.require_free()
            except Refused:
                if time.monotonic() > until:
                    raise
            self._signals.pause(POLL)

    def _run(self, command: Argv) -> Service:
        self._services.append(Service(command, env=self._env))
        return self._services[-1]

    def keep(self, web: Argv, worker: Argv, *, ready: Say) -> NoReturn:
        """Keeps all of it running."""
        all_ = [
            Kept("web server", self._run(web), say=self._say, backoff=Backoff()),
            Kept("worker", self._run(worker), say=self._say, backoff=Backoff()),
        ]
        if not self._given:
            all_.append(Kept("PostgreSQL", self._cluster, say=self._say, backoff=Backoff((0.0, *DELAYS))))
        waiting = True
        while True:
            pause = min(kept.tend() for kept in all_)
            if waiting and self._door.answers(wait=self._signals.wait):
                waiting = False
                ready(self._door.address)
            self._signals.pause(min(pause, POLL) if waiting else pause)

    def close(self) -> None:
        """Ends the services, by force when they take too long, and then the database."""
        for service in self._services:
            service.child.send(signal.SIGTERM)
        until = time.monotonic() + GRACE
        while any(one.ended() is None for one in self._services) and not self._signals.hurried:
            if (left := until - time.monotonic()) <= 0:
                break
            self._signals.wait(left)
        for service in self._services:
            service.child.kill()
        self._cluster.stop(pause=self._signals.wait, hurried=lambda: self._signals.hurried)
