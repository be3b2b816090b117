"""Making a database cluster, wholly or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL
from typing import IO

from bihuan.ops.serving.children import Argv, Child, Pause
from bihuan.ops.serving.identity import Identity
from bihuan.ops.serving.place import NAME

BUILTIN = 17  # the first with a locale of its own, which no update of the system's can change under the indexes
NEW = "postgres.new-"
OWNER = f"CREATE ROLE {NAME} LOGIN CREATEDB;\nCREATE DATABASE {NAME} OWNER {NAME};\n"


class Failed(Exception):
    """A step did not succeed; the log tells why."""


class Maker:
    """Makes a cluster with our role and our database, as one identity, telling the log."""

    def __init__(
        self, binaries: Path, *, major: int, identity: Identity, env: Mapping[str, str], log: IO[str], pause: Pause
    ) -> None:
        self._binaries, self._major, self._identity = binaries, major, identity
        self._env, self._log, self._pause = env, log, pause

    def make(self, data: Path) -> None:
        """Made beside its place and moved there when it is whole; what a killed start left half made is taken away."""
        for left in data.parent.glob(f"{NEW}*"):
            shutil.rmtree(left, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=NEW, dir=data.parent))
        try:
            self._identity.give(new)
            self._step([self._binaries / "initdb", "-D", new, *self._shape()])
            self._add_database(new)
            new.rename(data)
            _sync(data.parent)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _shape(self) -> list[str]:
        provider = ["--locale-provider=builtin"] if self._major >= BUILTIN else []
        shape = ["--encoding=UTF8", *provider, "--locale=C.UTF-8", "--data-checksums"]
        return [*shape, "--username=postgres", "--auth=trust", "--no-instructions"]  # trust: the folder is the guard

    def _add_database(self, new: Path) -> None:
        with tempfile.TemporaryFile("w+") as orders:
            orders.write(OWNER)
            orders.seek(0)
            alone: list[str | Path] = ["--single", "-c", "exit_on_error=on", "-D", new, "postgres"]
            self._step([self._binaries / "postgres", *alone], orders=orders)

    def _step(self, command: Argv, *, orders: IO[str] | int = DEVNULL) -> None:
        child = Child(command, env=self._env, identity=str(self._identity), stdin=orders, output=self._log)
        try:
            if child.wait(self._pause) != 0:
                raise Failed
        finally:
            child.kill()


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
