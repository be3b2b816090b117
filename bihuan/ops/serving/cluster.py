"""The embedded PostgreSQL: a child of this process, on the data in a folder of this installation."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from bihuan.ops.serving import sockets, trouble
from bihuan.ops.serving.children import POLL, Child, Pause
from bihuan.ops.serving.lock import Lock
from bihuan.ops.serving.place import Place
from bihuan.ops.serving.starting import launch

# Fast; then without a last checkpoint; then by force. None loses a committed row. Each with the seconds it is given.
WAYS_TO_STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


class Cluster:
    """PostgreSQL on a data folder, from `start` to `stop`; made at the first start. For the main thread only.

    `serves` is the address that a second start is told. `pause` is called while a start waits; when it raises, the
    start is given up and nothing is left running.
    """

    def __init__(self, home: Path, *, serves: str = "", pause: Pause = time.sleep) -> None:
        self.place = Place(home.resolve())
        self._lock, self._pause = Lock(self.place.lock, address=serves), pause
        self._server: Child | None = None

    def start(self) -> str:
        """Starts PostgreSQL and gives the database's address. Raises Refused: InUse where another process did."""
        try:
            with trouble.in_one_line(self.place.home):
                self._make_home()
                self._lock.take()
            self.restart()
        except BaseException:
            self.stop()
            raise
        return self.place.url

    def restart(self) -> None:
        """Starts a server that ended by itself. Raises Refused."""
        with trouble.in_one_line(self.place.home):
            self._server = launch(self.place, pause=self._pause)

    def ended(self) -> int | None:
        """The exit code of a server that ended by itself; None while it runs."""
        return self._server.ended() if self._server else None

    def stop(self, *, pause: Pause = time.sleep, hurried: Callable[[], bool] = lambda: False) -> None:
        """Ends PostgreSQL and waits for that; data and log stay, and nothing else.

        Once `hurried`, it ends without a last checkpoint, which the next start makes up for.
        """
        if self._server:
            self._end(self._server, pause=pause, hurried=hurried)
            self._server = None
        if self._lock.held:
            sockets.remove(self.place.socket_folder)
            self._lock.release()

    def _make_home(self) -> None:
        if not self.place.home.is_dir():
            self.place.home.mkdir(parents=True)
            self.place.home.chmod(0o711 if os.geteuid() == 0 else 0o700)  # whom root becomes must pass through

    def _end(self, server: Child, *, pause: Pause, hurried: Callable[[], bool]) -> None:
        for sign, seconds in WAYS_TO_STOP:
            server.send(sign)
            until = time.monotonic() + seconds
            while time.monotonic() < until and not (hurried() and sign is signal.SIGINT):
                if server.ended() is not None:
                    return
                pause(POLL)
