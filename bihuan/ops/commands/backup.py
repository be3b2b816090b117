"""Writes one file with everything: the database as of one instant, and the uploaded files it speaks of.

The keys to telephones and identity numbers are left out, so that the file alone opens none: keep a copy of keys and
secret_key from the data folder elsewhere, or add them with --with-keys.
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


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("file", type=Path, metavar="FILE.tar", help="the file to write; it must not exist yet")
    parser.add_argument("--with-keys", action="store_true", help="add the keys: then guard the file like the keys")


def run(options: argparse.Namespace) -> int:
    """Writes the backup, readable by nobody else, and only then under its name."""
    if options.file.exists():
        raise Refused(
            "this file exists already.", where=str(options.file), remedy="Choose another name.", code="exists"
        )
    part = options.file.with_name(options.file.name + ".part")
    try:
        with application():
            _write(part, with_keys=options.with_keys)
        part.replace(options.file)
    finally:
        part.unlink(missing_ok=True)
    print(f"{options.file}: {options.file.stat().st_size:,} bytes")
    return 0


def _write(part: Path, *, with_keys: bool) -> None:
    """The database first: files are only ever added, so all that it names are there when they are copied."""
    with tempfile.TemporaryDirectory() as folder, os.fdopen(os.open(part, _FLAGS, 0o600), "wb") as out:
        dump = Path(folder) / DUMP
        tool(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", os.environ["DATABASE_URL"]
        )
        with tarfile.open(fileobj=out, mode="w") as archive:
            archive.add(dump, DUMP)
            if (home() / UPLOADS).is_dir():
                archive.add(home() / UPLOADS, UPLOADS)
            for name in KEYS if with_keys else ():
                archive.add(home() / name, name)


_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
