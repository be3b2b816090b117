"""The folder of PostgreSQL's socket, which only its owner may enter."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bihuan.kernel.errors import Refused
from bihuan.ops.serving.identity import Identity


def make(folder: Path, *, identity: Identity) -> None:
    """The folder, empty and closed to others; Refused where somebody else's stands in its place."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), identity.owner[0]):
        remedy = f"Remove it: sudo rm -rf {folder}"
        raise Refused("stands in the way of a socket.", where=str(folder), remedy=remedy, code="foreign_folder")
    _empty(folder)
    identity.give(folder)


def remove(folder: Path) -> None:
    """Takes the folder away, with what a killed PostgreSQL left in it."""
    if folder.is_dir() and not folder.is_symlink():
        _empty(folder)
        folder.rmdir()


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        left.unlink()
