"""What keeps it from starting is said in one line, with what to do, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from bihuan.kernel.errors import Refused
from bihuan.ops.serving import identity, trouble
from bihuan.ops.serving.cluster import Cluster
from bihuan.ops.serving.door import Door
from bihuan.ops.serving.lock import InUse, Lock
from bihuan.ops.serving.place import Place
from tests.serving.conftest import Serve
from tests.serving.machine import add_row, rows, standing, until
from tests.serving.server import Server

SECRET = "ge-heim"


def refusal(server: Server) -> str:
    assert server.ended() == 2
    [line] = server.said
    return line


def test_a_taken_port_is_named_before_anything_is_made(folder: Path, serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refusal(serve(folder / "home", port=port)) == f"bihuan: port {port} is taken. Give another with --port."
    assert not (folder / "home").exists()


@pytest.mark.parametrize(("port", "is_one"), [(0, False), (1, True), (65535, True), (65536, False)])
def test_ports_have_limits(port: int, is_one: bool) -> None:
    try:
        Door("127.0.0.1", port).require_free()
        told = ""
    except Refused as refused:
        told = str(refused)
    assert (f"no port {port}" in told) is not is_one


def test_an_address_that_is_not_of_this_machine_cannot_be_listened_on() -> None:
    with pytest.raises(Refused, match=r"cannot listen on 192\.0\.2\.1, port 8000"):
        Door("192.0.2.1", 8000).require_free()


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80")],
)
def test_the_address_can_be_typed_into_a_browser_here(host: str, address: str) -> None:
    assert Door(host, 80).address == address


def test_the_second_of_two_starts_says_who_was_first(home: Path, serve: Serve) -> None:
    first = serve(home).ready()
    row = add_row(home)
    who = f"bihuan: {home}: already served by process {first.process.pid} at {first.address}."
    assert refusal(serve(home)).startswith(who)
    assert refusal(serve(home, port=first.port)).startswith(who)
    assert row in rows(home)
    assert first.stop() == 0


def test_of_starts_at_once_one_serves(home: Path, serve: Serve) -> None:
    servers = [serve(home) for _ in range(3)]
    until(lambda: sum(one.process.poll() is not None for one in servers) == 2)
    [winner] = [one for one in servers if one.process.poll() is None]
    assert all("already served by process" in refusal(one) for one in servers if one is not winner)
    assert winner.ready().stop() == 0


def test_a_lock_is_free_again_once_let_go(folder: Path) -> None:
    one, other = Lock(folder / "lock"), Lock(folder / "lock")
    one.take()
    with pytest.raises(InUse, match=f"in use by process {os.getpid()}"):
        other.take()
    one.release()
    assert standing(folder) == []
    other.take()
    other.release()


def test_of_many_who_take_and_let_go_never_two_hold_the_lock(folder: Path) -> None:
    """Letting go removes the file, which another may have opened just before."""
    holders: list[Lock] = []
    most: list[int] = []

    def take_often() -> None:
        while len(most) < 500:
            lock = Lock(folder / "lock")
            try:
                lock.take()
            except InUse:
                time.sleep(0.0005)
                continue
            holders.append(lock)
            time.sleep(0)
            most.append(len(holders))
            holders.remove(lock)
            lock.release()

    threads = [threading.Thread(target=take_often) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert max(most) == 1


def test_data_of_another_major_version_is_left_alone(folder: Path, serve: Serve) -> None:
    data = folder / "home" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n")
    told = refusal(serve(folder / "home"))
    assert f"{data}: made by PostgreSQL 12, and this is " in told
    assert standing(data) == ["PG_VERSION"]
    assert standing(folder / "home") == ["postgres"]


def test_a_folder_that_cannot_be_written_is_named(folder: Path, serve: Serve) -> None:
    (folder / "file").write_text("")
    told = refusal(serve(folder / "file" / "home"))
    assert (
        told
        == f"bihuan: {folder}/file/home: cannot be used (Not a directory). Set BIHUAN_HOME to a folder of your own."
    )


def test_something_else_in_the_place_of_the_data_is_left_alone(folder: Path, serve: Serve) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "thesis.txt").write_text("")
    assert "holds no database" in refusal(serve(folder))
    assert standing(folder / "postgres") == ["thesis.txt"]


def test_broken_data_are_told_of_in_postgres_own_words(folder: Path) -> None:
    (folder / "postgres").mkdir(mode=0o700)
    cluster = Cluster(folder)
    (folder / "postgres" / "PG_VERSION").write_text(_major())
    with pytest.raises(Refused, match=r"PostgreSQL does not start: .*postgresql\.conf.*\. The whole story: ") as told:
        cluster.start()
    assert "\n" not in str(told.value)
    assert standing(folder) == STAYS


STAYS = ["postgres", "postgres.log"]


def _major() -> str:
    from bihuan.ops.serving import binaries

    return str(identity.settle(binaries.find() / "postgres", place=Place(Path("/")), pause=lambda _: None)[1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("initdb: error: could not write: No space left on device\nremoving", "disk_full"),
        ("FATAL:  could not extend file: wrote only 4096 of 8192 bytes at block 0", "disk_full"),
        ("FATAL:  could not open file", "postgres_does_not_start"),
        ("", "postgres_does_not_start"),
    ],
)
def test_a_full_disk_is_called_so(text: str, code: str) -> None:
    assert trouble.told(text, home=Path("/home"), log=Path("/log")).code == code


def test_a_full_disk_is_called_so_wherever_it_is_met(folder: Path) -> None:
    with pytest.raises(Refused, match="the disk is full"), trouble.in_one_line(folder), open("/dev/full", "w") as full:
        full.write("x")


@pytest.mark.parametrize(("major", "fits"), [(14, False), (15, True)])
def test_postgres_may_not_be_too_old(folder: Path, major: int, fits: bool) -> None:
    postgres = folder / "postgres"
    postgres.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.3 (Debian)'")
    postgres.chmod(0o755)
    try:
        told = str(identity.settle(postgres, place=Place(folder), pause=lambda _: None)[1])
    except Refused as refused:
        told = str(refused)
    assert told == str(major) if fits else "this is PostgreSQL 14. Bihuan needs 15 or newer" in told


def test_a_postgres_that_does_not_run_is_told_of(folder: Path) -> None:
    with pytest.raises(Refused, match=r"PostgreSQL does not start: .*not found"):
        identity.settle(folder / "postgres", place=Place(folder), pause=lambda _: None)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"postgresql://me:{SECRET}@127.0.0.1:1/bihuan", "the database at 127.0.0.1, port 1 cannot be reached: "),
        (f"postgresql://me:{SECRET}@nowhere.invalid/bihuan", "the database at nowhere.invalid, port 5432 cannot be"),
        (f"postgresql://me:p@{SECRET}@127.0.0.1/bihuan", "DATABASE_URL names no PostgreSQL."),
        (f"postgresql://me:{SECRET}@127.0.0.1/bihuan?what=1", "DATABASE_URL names no PostgreSQL."),
        (f"mysql://me:{SECRET}@127.0.0.1/bihuan", "DATABASE_URL names no PostgreSQL."),
    ],
)
def test_a_database_that_cannot_be_reached_is_named_without_its_password(
    folder: Path, serve: Serve, url: str, told: str
) -> None:
    line = refusal(serve(folder / "home", DATABASE_URL=url))
    assert told in line
    assert SECRET not in line
    assert not (folder / "home").exists()


def test_a_given_database_is_used_and_none_is_made(home: Path, folder: Path, serve: Serve) -> None:
    cluster = Cluster(home)
    url = cluster.start()
    try:
        tell = [sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])"]
        server = serve(folder / "home", prepare=[tell], DATABASE_URL=url).ready()
        assert server.said[0] == url
        assert server.stop() == 0
        assert Place(home).is_ready()
        assert not (folder / "home").exists()
    finally:
        cluster.stop()
