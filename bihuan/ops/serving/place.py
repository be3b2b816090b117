"""A data folder: what stands where in it, and the address of its database."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

NAME = "bihuan"  # of the database, and of the role that owns it, which is no superuser
PORT = 5432  # names the socket's file, and nothing else
LONGEST = 107  # bytes of a socket's path on Linux
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))
PLAIN = re.compile(r"[\w./ -]*")  # PostgreSQL and libpq read commas and quotes in folders as something else


@dataclass(frozen=True)
class Place:
    """The data folder `home`, an absolute path."""

    home: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's files."""
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.home / "postgres.log"

    @property
    def lock(self) -> Path:
        """Held by the process that runs PostgreSQL here."""
        return self.home / "postgres.lock"

    @property
    def tag(self) -> str:
        """A name for this folder's PostgreSQL, which its processes show in their titles."""
        return f"bihuan-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"

    @property
    def socket_folder(self) -> Path:
        """In the data folder, or in one for everybody where that one's name is too long or too odd for a socket.

        Not below XDG_RUNTIME_DIR: that is taken away when its user signs out, and differs between a shell and cron.
        """
        inside = self.home / "postgres.socket"
        fits = len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= LONGEST and PLAIN.fullmatch(str(inside))
        return inside if fits else _for_everybody() / self.tag

    @property
    def socket(self) -> Path:
        """Where PostgreSQL listens: here, and nowhere on the network."""
        return self.socket_folder / f".s.PGSQL.{PORT}"

    @property
    def url(self) -> str:
        """The database's address, for psycopg and for Django."""
        return f"postgresql://{NAME}@:{PORT}/{NAME}?host={quote(str(self.socket_folder))}"

    @property
    def is_made(self) -> bool:
        """Whether there is a database."""
        return (self.data / "PG_VERSION").exists()

    def is_ready(self, *, pid: int | None = None) -> bool:
        """Whether PostgreSQL takes connections here (as this process, where one is given), by its own word."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and pid in (None, int(lines[0]))


def _for_everybody() -> Path:
    """The same for every user, so that root's commands find what an ordinary user started."""
    fit = (path for path in SHARED if path.is_dir() and stat.S_IMODE(path.stat().st_mode) == 0o1777)
    return next(fit, SHARED[0])
