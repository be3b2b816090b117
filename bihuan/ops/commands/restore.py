"""Puts a backup back into an empty installation, and verifies it.

Give --with-keys' file, or put keys and secret_key into the data folder first: without them telephones stay sealed.
"""

from __future__ import annotations

import argparse
import os
import tarfile
import tempfile
from pathlib import Path

from bihuan.config.environment import home
from bihuan.kernel.errors import Refused
from bihuan.ops.application import application
from bihuan.ops.archive import DUMP, KEYS, UPLOADS, tool
from bihuan.ops.commands import verify


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("file", type=Path, metavar="FILE.tar", help="a file that ./run backup has written")


def run(options: argparse.Namespace) -> int:
    """Restores all of it or nothing, and says whether it is whole."""
    with tempfile.TemporaryDirectory() as folder:
        dump = _unpack(options.file, Path(folder))
        with application():
            _require_empty()
            url = os.environ["DATABASE_URL"]
            tool("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", f"--dbname={url}", str(dump))
            _place(Path(folder))
            return verify.report()


def _unpack(file: Path, folder: Path) -> Path:
    try:
        with tarfile.open(file, "r:") as archive:
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        remedy = "Give a file that ./run backup has written."
        raise Refused(
            f"this is no backup: {str(error).splitlines()[0]}.", where=str(file), remedy=remedy, code="no_backup"
        ) from None
    dump = folder / DUMP
    if not dump.is_file():
        raise Refused("this is no backup: it holds no database.", where=str(file), code="no_backup")
    return dump


def _require_empty() -> None:
    from django.db import connection

    if connection.introspection.table_names():
        remedy = "Restore into an empty folder: BIHUAN_HOME=/another/folder ./run restore FILE.tar"
        raise Refused("there is data here already.", where=str(home()), remedy=remedy, code="not_empty")


def _place(folder: Path) -> None:
    """Files beside the database; keys only where there are none, since those there may have been put there."""
    for found in sorted((folder / UPLOADS).rglob("*")):
        if found.is_file():
            kept = home() / found.relative_to(folder)
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            kept.write_bytes(found.read_bytes())
    for name in KEYS:
        if (folder / name).is_file() and not (home() / name).exists():
            (home() / name).write_bytes((folder / name).read_bytes())
            (home() / name).chmod(0o600)
