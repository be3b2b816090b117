"""What a killed start left running, in spite of child.py: found by marks that only our children carry, and ended."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from bihuan.ops.serving import proc
from bihuan.ops.serving.children import Pause
from bihuan.ops.serving.place import Place

MARK = "BIHUAN_SUPERVISOR"
GRACE = 10.0  # seconds between asking and forcing


def mark(home: Path) -> dict[str, str]:
    """What this process gives its children to carry, in their environment: who started them, and for which folder."""
    return {MARK: f"{os.getpid()} {proc.started('self')} {home}"}


def end_children(home: Path, *, pause: Pause) -> None:
    """Ends the children, and theirs, of those who served this folder and are no more."""

    def orphans() -> list[int]:
        return proc.all_of(lambda pid: _is_orphan(pid, home))

    if not proc.end(orphans, sign=signal.SIGTERM, within=GRACE, pause=pause):
        proc.end(orphans, sign=signal.SIGKILL, within=GRACE, pause=pause)


def end_postgres(place: Place, *, pause: Pause) -> None:
    """Ends what runs on a folder whose lock is ours: a server without a parent is asked, one without a head is not."""

    def servers() -> list[int]:
        return proc.all_of(lambda pid: _serves(pid, place))

    def all_() -> list[int]:
        return proc.all_of(lambda pid: proc.is_postgres(pid) and place.tag in " ".join(proc.command_of(pid)))

    if not (servers() and proc.end(servers, sign=signal.SIGINT, within=GRACE, pause=pause)):
        proc.end(all_, sign=signal.SIGKILL, within=GRACE, pause=pause)
    _forget(place)


def _is_orphan(pid: int, home: Path) -> bool:
    """Whoever carries no mark of ours is none, whatever else may be true of it."""
    for one in proc.environment_of(pid):
        name, _, value = one.partition("=")
        if name == MARK and value.count(" ") >= 2:
            supervisor, since, folder = value.split(" ", 2)
            return folder == str(home) and proc.started(supervisor) != since
    return False


def _serves(pid: int, place: Place) -> bool:
    return proc.is_postgres(pid) and f"cluster_name={place.tag}" in proc.command_of(pid)


def _forget(place: Place) -> None:
    """PostgreSQL takes any process that has the number of its last one for that one, and does not start."""
    file = place.data / "postmaster.pid"
    if file.exists():
        first = file.read_text().partition("\n")[0].strip()
        pid = int(first) if first.isdecimal() else 0  # a full disk leaves it empty
        if not (proc.is_postgres(pid) and str(place.data) in proc.command_of(pid)):
            file.unlink()
