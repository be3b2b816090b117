"""What goes wrong with a data folder, in one line."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.kernel.errors import Refused

FULL = (errno.ENOSPC, errno.EDQUOT)
OUT_OF_SPACE = re.compile(r"No space left on device|Disk quota exceeded|: wrote only \d+ of \d+ bytes")
COMPLAINT = re.compile(r"\b(?:FATAL|PANIC|ERROR|error): +(.*)")


@contextmanager
def in_one_line(home: Path) -> Iterator[None]:
    """What the system refuses becomes a Refused that names the folder and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise _full(home) from error
        remedy = "Set BIHUAN_HOME to a folder of your own."
        what = f"cannot be used ({error.strerror})."
        raise Refused(what, where=str(error.filename or home), remedy=remedy, code="home_not_writable") from error


def told(text: str, *, home: Path, log: Path) -> Refused:
    """The trouble that PostgreSQL told of last."""
    if OUT_OF_SPACE.search(text):
        return _full(home)
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["it says nothing"]
    complaints = [found[1] for line in lines if (found := COMPLAINT.search(line))]
    what = f"PostgreSQL does not start: {(complaints or lines)[-1].rstrip('.')}."
    return Refused(what, where=str(home), remedy=f"The whole story: {log}", code="postgres_does_not_start")


def _full(home: Path) -> Refused:
    return Refused("the disk is full.", where=str(home), remedy="Free some space and try again.", code="disk_full")
