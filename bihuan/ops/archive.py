"""What a backup consists of, and PostgreSQL's own programs that read and write it."""

from __future__ import annotations

import subprocess

from bihuan.kernel.errors import Refused
from bihuan.ops.serving.binaries import find

DUMP = "database.dump"
UPLOADS = "uploads"
KEYS = ("keys", "secret_key")


def tool(name: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs to its end; refuses with its own last word where it fails."""
    ran = subprocess.run([find() / name, *arguments], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        last = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
        remedy = "Use a PostgreSQL of the server's version, or see whether the disk is full."
        raise Refused(f"{name} failed: {last}.", remedy=remedy, code="backup_failed")
