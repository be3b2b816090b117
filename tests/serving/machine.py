"""What tests see of the machine: processes, ports and rows."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

from bihuan.ops.serving.place import Place


def until(true: Callable[[], object], *, seconds: float = 60) -> None:
    """Waits for something to become true; an assertion fails when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to be in time"
        time.sleep(0.01)


def family(pid: int) -> dict[int, str]:
    """A process, its children and theirs: living ones by their id, with the time of their start."""
    everybody = {int(one): stat(one) for one in os.listdir("/proc") if one.isdecimal()}
    found = [pid]
    for parent in found:
        found += [one for one, told in everybody.items() if told and told[1] == str(parent)]
    return {one: everybody[one][19] for one in found if everybody.get(one)}


def alive(those: dict[int, str]) -> list[int]:
    """Which of them live still."""
    return [pid for pid, started in those.items() if (told := stat(pid)) and told[19] == started]


def stat(pid: int | str) -> list[str]:
    """What /proc tells of a living process, from its state on; of another, nothing."""
    with suppress(FileNotFoundError, ProcessLookupError):
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return [] if told[0] == "Z" else told
    return []


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    assert isinstance(port, int)
    return port


def add_row(home: Path) -> str:
    """Commits a row, unlike any other, to the database of a data folder."""
    text = f"业主 {uuid.uuid4()}"
    with psycopg.connect(Place(home).url) as database:
        database.execute("CREATE TABLE IF NOT EXISTS kept (text text)")
        database.execute("INSERT INTO kept VALUES (%s)", [text])
    return text


def rows(home: Path) -> list[str]:
    """All of them."""
    with psycopg.connect(Place(home).url) as database:
        return [text for (text,) in database.execute("SELECT text FROM kept ORDER BY text")]


def standing(home: Path) -> list[str]:
    """What stands in a data folder."""
    return sorted(path.name for path in home.iterdir())
