"""Whatever is killed, no committed row is lost and nothing is left behind for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from signal import Signals

import psycopg
import pytest

from bihuan.ops.serving import leftovers
from bihuan.ops.serving.cluster import Cluster
from bihuan.ops.serving.place import Place
from tests.serving.conftest import Serve
from tests.serving.machine import add_row, alive, family, free_port, rows, stat, until
from tests.serving.server import HERE, ROOT, Server


def postgres_of(server: Server) -> int:
    return server.one(f"cluster_name={Place(server.home).tag}")


def answers(home: Path) -> bool:
    try:
        return bool(rows(home))
    except psycopg.OperationalError:
        return False


def test_a_killed_postgres_comes_back_with_every_row(home: Path, serve: Serve) -> None:
    server = serve(home).ready()
    row, killed = add_row(home), postgres_of(server)
    os.kill(killed, Signals.SIGKILL)
    until(lambda: answers(home))
    assert row in rows(home)
    assert server.said[1:] == ["PostgreSQL ended (SIGKILL); starting it again now."]
    assert server.stop() == 0


def test_a_killed_backend_takes_no_row_with_it_and_a_stop_that_comes_at_once_is_heard(home: Path, serve: Serve) -> None:
    server = serve(home).ready()
    row = add_row(home)
    with psycopg.connect(Place(home).url) as killed:
        os.kill(killed.info.backend_pid, Signals.SIGKILL)
        server.until_said("PostgreSQL ended")
        assert server.stop() == 0
    serve(home).ready()
    assert row in rows(home)


def test_a_backend_that_is_busy_does_not_hold_up_the_next_postgres(home: Path, serve: Serve) -> None:
    server = serve(home).ready()
    add_row(home)
    busy = psycopg.connect(Place(home).url, autocommit=True)
    backend, killed = busy.info.backend_pid, postgres_of(server)
    endless = "DO $$ BEGIN LOOP END LOOP; END $$"
    busy.pgconn.send_query(endless.encode())
    until(lambda: stat(backend)[0] == "R")
    os.kill(backend, Signals.SIGSTOP)  # it cannot notice that its server is gone
    os.kill(killed, Signals.SIGKILL)
    until(lambda: answers(home))
    assert not stat(backend)


@pytest.mark.parametrize(("words", "name"), [("stand_in_web.py", "web server"), ("kill $!", "worker")])
def test_a_killed_child_is_started_again_after_a_second(home: Path, serve: Serve, words: str, name: str) -> None:
    server = serve(home).ready()
    row, killed = add_row(home), server.one(words)
    its_own = family(killed)
    assert len(its_own) == 2
    os.kill(killed, Signals.SIGKILL)
    until(lambda: not alive(its_own))  # its helper too
    server.until_said(f"{name} ended (SIGKILL); starting it again in 1 s.")
    assert server.one(words) != killed
    assert row in rows(home)
    assert server.stop() == 0


def test_nothing_outlives_a_killed_supervisor(home: Path, serve: Serve) -> None:
    server = serve(home).ready()
    row, those = add_row(home), server.family()
    server.process.kill()
    until(lambda: not alive(those))
    serve(home).ready()
    assert row in rows(home)


def test_a_start_right_after_a_kill_takes_over_folder_and_port(home: Path, serve: Serve) -> None:
    server = serve(home, manner="deaf", grace=0.2).ready()
    row, those = add_row(home), server.family()
    server.process.kill()
    server.process.wait()
    again = serve(home, port=server.port, grace=0.2).ready()
    assert alive(those) == []
    assert row in rows(home)
    assert again.stop() == 0


def test_all_killed_at_once_lose_no_row(home: Path, serve: Serve) -> None:
    server = serve(home).ready()
    row = add_row(home)
    for pid in server.family():
        with suppress(ProcessLookupError):  # some end with others
            os.kill(pid, Signals.SIGKILL)
    server.ended()
    serve(home).ready()
    assert row in rows(home)


def test_a_postgres_without_a_parent_to_end_it_is_ended_by_the_next_start(home: Path) -> None:
    """A process that starts it and becomes another still is its parent, but holds the folder no more."""
    code = (
        "import os, sys; from pathlib import Path; from bihuan.ops.serving.cluster import Cluster;"
        "Cluster(Path(sys.argv[1])).start(); print('up', flush=True); os.execvp('sleep', ['sleep', '600'])"
    )
    command = [sys.executable, "-c", code, str(home)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as old:
        assert old.stdout is not None
        assert old.stdout.readline() == b"up\n"
        row, those = add_row(home), family(old.pid)
        cluster = Cluster(home)
        try:
            cluster.start()
            assert row in rows(home)
            assert alive(those) == [old.pid]
        finally:
            cluster.stop()
            old.kill()


def test_an_orphan_of_a_killed_start_is_ended_and_nobody_elses_child(home: Path, serve: Serve) -> None:
    port, living = free_port(), os.getpid()
    web = [sys.executable, str(HERE / "stand_in_web.py"), str(port), "usual"]
    orphan = subprocess.Popen(web, env={**os.environ, leftovers.MARK: f"{living} 12345 {home}"})
    marks = [f"{living} {stat(living)[19]} {home}", f"{living} 12345 {home}-other"]
    others = [subprocess.Popen(["sleep", "60"], env={**os.environ, leftovers.MARK: mark}) for mark in marks]
    try:
        until(lambda: len(family(orphan.pid)) == 2)
        those = family(orphan.pid)
        serve(home, port=port).ready()
        assert orphan.wait(timeout=5) == 0
        assert alive(those) == []
        assert [one.poll() for one in others] == [None, None]
    finally:
        for one in (orphan, *others):
            one.kill()
            one.wait()


@pytest.mark.parametrize(
    "left", [f"{os.getpid()}\n/data\n1\n5432\n/socket\n\n\nready\n", ""], ids=["somebody", "nobody"]
)
def test_the_number_of_a_killed_postgres_may_be_anybodys_by_now_or_nobodys(home: Path, left: str) -> None:
    """As in a container, where the same few numbers come back at every start; or after the disk was full."""
    (Place(home).data / "postmaster.pid").write_text(left)
    cluster = Cluster(home)
    try:
        cluster.start()
        assert Place(home).is_ready()
    finally:
        cluster.stop()


def test_a_command_ends_with_its_parent_however_that_ends(folder: Path) -> None:
    code = (
        "import sys, time; from bihuan.ops.serving.children import Child;"
        "print(Child(['sleep', '600']).pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        until(lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n")
        parent.send_signal(signal.SIGKILL)
    until(lambda: not stat(child))
