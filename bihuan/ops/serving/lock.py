"""One process a data folder: a lock that ends with whoever holds it, however that one ends."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path

from bihuan.kernel.errors import Refused

UNKNOWN = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)  # the disk knows no locks; PostgreSQL's own must do


class InUse(Refused):
    """Another process holds the folder; `address` is what it serves, empty for a command that runs for a while."""

    def __init__(self, home: Path, *, note: str) -> None:
        pid, _, self.address = note.strip().partition(" ")
        who = f"process {pid}" if pid else "another process"
        what = f"already served by {who} at {self.address}" if self.address else f"in use by {who}"
        super().__init__(f"{what}.", where=str(home), remedy="Stop that one, or set BIHUAN_HOME.", code="in_use")


class Lock:
    """The lock of a data folder. Its file stands there only while it is held (or its holder was killed)."""

    def __init__(self, path: Path, *, address: str = "") -> None:
        self._path, self._address = path, address
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._file is not None

    def take(self) -> None:
        """Takes the lock, or raises InUse."""
        while self._file is None:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            _hold(file, path=self._path, how=fcntl.LOCK_EX)
            if _is(file, self._path):
                self._file = file
            else:  # whoever held it has just let go, and removed it
                os.close(file)
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()} {self._address}".encode(), 0)

    def release(self) -> None:
        """Lets go, and removes the file while nobody else can hold it."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None


def require_unheld(path: Path) -> None:
    """Raises InUse while somebody holds the lock; one that cannot be looked at is left to `take` to complain of."""
    with suppress(OSError):
        file = os.open(path, os.O_RDONLY)
        _hold(file, path=path, how=fcntl.LOCK_SH)
        os.close(file)


def _hold(file: int, *, path: Path, how: int) -> None:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        note = os.pread(file, 1000, 0).decode(errors="replace")
        os.close(file)
        raise InUse(path.parent, note=note) from None
    except OSError as error:
        if error.errno not in UNKNOWN:
            os.close(file)
            raise


def _is(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False
