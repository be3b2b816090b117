"""Starting PostgreSQL on a data folder whose lock is ours."""

from __future__ import annotations

import os
import pwd
import signal
import time
from pathlib import Path
from typing import IO

from bihuan.kernel.errors import Refused
from bihuan.ops.serving import binaries, leftovers, sockets, trouble, tuning
from bihuan.ops.serving.children import POLL, Child, Pause
from bihuan.ops.serving.identity import Identity, settle
from bihuan.ops.serving.making import Failed, Maker
from bihuan.ops.serving.place import Place

LOG_LIMIT = 10 << 20  # bytes; a longer log is put aside at the next start
GIVING_UP = 3.0  # seconds for a server that is not wanted any more


def launch(place: Place, *, pause: Pause) -> Child:
    """PostgreSQL, taking connections; its database made first where there is none. Raises Refused."""
    _check_data(place)
    programs = binaries.find()
    identity, major = settle(programs / "postgres", place=place, pause=pause)
    _check_version(place, major)
    leftovers.end_postgres(place, pause=pause)
    sockets.make(place.socket_folder, identity=identity)
    with _log(place, identity) as log:
        since = log.tell()
        try:
            if not place.is_made:
                maker = Maker(programs, major=major, identity=identity, env=_environment(), log=log, pause=pause)
                maker.make(place.data)
            return _run(programs / "postgres", place=place, identity=identity, log=log, pause=pause)
        except Failed:
            raise trouble.told(_told_since(place.log, since), home=place.home, log=place.log) from None


def _check_data(place: Place) -> None:
    if not place.data.exists():
        return
    owner = place.data.stat().st_uid
    if os.geteuid() not in (0, owner):
        remedy = f"Start as that user, or type: sudo chown -R {os.geteuid()} '{place.home}'"
        raise Refused(f"belongs to {_name(owner)}.", where=str(place.data), remedy=remedy, code="foreign_folder")
    if not place.is_made and any(place.data.iterdir()):
        remedy = "Move it away, or set BIHUAN_HOME to another folder."
        raise Refused("holds no database.", where=str(place.data), remedy=remedy, code="no_database")


def _check_version(place: Place, major: int) -> None:
    made_by = (place.data / "PG_VERSION").read_text().strip() if place.is_made else str(major)
    if made_by != str(major):
        remedy = f"Back up where it was made and restore here, or set DATABASE_URL to a PostgreSQL {made_by}."
        what = f"made by PostgreSQL {made_by}, and this is {major}."
        raise Refused(what, where=str(place.data), remedy=remedy, code="other_postgres")


def _run(postgres: Path, *, place: Place, identity: Identity, log: IO[str], pause: Pause) -> Child:
    identity.give(place.data)
    settings = tuning.settings(socket_folder=place.socket_folder, name=place.tag)
    child = Child(
        [postgres, "-D", place.data, *settings],
        env=_environment(),
        identity=str(identity),
        at_parents_end=signal.SIGINT,
        output=log,
    )
    try:
        while not place.is_ready(pid=child.pid):  # a long recovery is waited for
            if child.ended() is not None:
                raise Failed
            pause(POLL)
    except BaseException:
        _give_up(child)
        raise
    return child


def _give_up(child: Child) -> None:
    child.send(signal.SIGINT)
    until = time.monotonic() + GIVING_UP
    while child.ended() is None and time.monotonic() < until:
        time.sleep(POLL)
    child.kill()


def _environment() -> dict[str, str]:
    """Ours without what would set PostgreSQL otherwise: its own variables, and locales that may not exist."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG", "DATABASE_"))
    }
    return {**kept, "LC_ALL": "C"}


def _log(place: Place, identity: Identity) -> IO[str]:
    if place.log.exists() and place.log.stat().st_size > LOG_LIMIT:
        place.log.replace(place.log.with_suffix(".log.1"))
    file = os.open(place.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    if os.geteuid() == 0:  # what root starts for an ordinary user, that user can start again
        os.fchown(file, *identity.owner)
    return os.fdopen(file, "a")


def _told_since(log: Path, since: int) -> str:
    with log.open("rb") as file:
        file.seek(since)
        return file.read().decode(errors="replace")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
