"""`serve` from its start to its end."""

from __future__ import annotations

import os
import signal
import sys
import urllib.request
from pathlib import Path
from signal import Signals

import pytest

from bihuan.ops.serving import using
from bihuan.ops.serving.cluster import Cluster
from bihuan.ops.serving.signals import Signals as Watched
from bihuan.ops.serving.signals import Stopped
from tests.serving.conftest import Serve
from tests.serving.machine import add_row, alive, family, rows, standing, until

STAYS = ["postgres", "postgres.log"]
WRITE = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL'], autocommit=True).execute('{}')"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_first_start_makes_a_database_prepares_it_and_serves(folder: Path, serve: Serve) -> None:
    say_home = "import os; print('at', os.environ['BIHUAN_HOME'])"
    prepare = [python(WRITE.format("CREATE TABLE kept (text text)")), python(say_home)]
    home = folder / "var" / '物业 "数据", 1'
    server = serve(home, prepare=prepare).ready()
    assert server.said == [f"at {home}", f"serving {server.address}"]
    assert urllib.request.urlopen(f"{server.address}/healthz").status == 200
    assert rows(home) == []


def test_the_second_start_finds_what_the_first_left(home: Path, serve: Serve) -> None:
    first = serve(home).ready()
    row = add_row(home)
    first.stop()
    serve(home).ready()
    assert row in rows(home)


@pytest.mark.parametrize("sign", [Signals.SIGTERM, Signals.SIGINT, Signals.SIGHUP])
def test_a_signal_stops_it_and_leaves_nothing_but_the_data(home: Path, serve: Serve, sign: Signals) -> None:
    server = serve(home).ready()
    those = server.family()
    assert len(those) > 6
    assert server.stop(sign) == 0
    assert alive(those) == []
    assert standing(home) == STAYS


def test_it_serves_only_once_the_web_server_is_well(home: Path, serve: Serve) -> None:
    server = serve(home, manner="slow").ready()
    with urllib.request.urlopen(f"{server.address}/healthz") as answer:
        assert int(answer.read()) == 5  # three refused, one that satisfied it, and this one


@pytest.mark.parametrize("sign", [Signals.SIGTERM, Signals.SIGINT])
def test_a_signal_stops_it_while_it_prepares(home: Path, serve: Serve, sign: Signals) -> None:
    server = serve(home, prepare=[["sh", "-c", "echo preparing; sleep 600"]])
    server.until_said("preparing")
    assert server.stop(sign) == 0
    assert standing(home) == STAYS
    assert server.said == ["preparing"]


def test_a_signal_stops_it_while_it_makes_the_database(folder: Path, serve: Serve) -> None:
    server = serve(folder / "home")
    until(lambda: list(server.home.glob("postgres.new-*/*")))
    assert server.stop() == 0
    assert standing(folder / "home") == ["postgres.log"]


def test_what_does_not_end_when_asked_is_ended_by_force(home: Path, serve: Serve) -> None:
    assert serve(home, manner="deaf", grace=0.2).ready().stop() == 0


def test_a_second_interrupt_waits_for_nobody(home: Path, serve: Serve) -> None:
    server = serve(home, manner="deaf", grace=600).ready()
    row = add_row(home)
    those = server.family()
    worker = server.one("kill $!")
    server.process.send_signal(Signals.SIGINT)
    until(lambda: worker in those and worker not in alive(those))
    server.process.send_signal(Signals.SIGINT)
    assert server.ended() == 0
    assert alive(those) == []
    serve(home).ready()
    assert row in rows(home)


def test_in_a_hurry_postgres_ends_without_a_last_checkpoint(home: Path) -> None:
    cluster = Cluster(home)
    cluster.start()
    row = add_row(home)
    cluster.stop(hurried=lambda: True)
    assert "received immediate shutdown request" in (home / "postgres.log").read_text()
    with using.database(home):
        assert row in rows(home)


def test_a_start_that_is_given_up_leaves_no_postgres(home: Path) -> None:
    def give_up(_: float) -> None:
        if (home / "postgres" / "postmaster.pid").exists():
            raise Stopped

    those = family(os.getpid())
    with pytest.raises(Stopped):
        Cluster(home, pause=give_up).start()
    assert family(os.getpid()) == those
    assert standing(home) == STAYS


def test_a_hangup_does_not_end_what_was_told_to_ignore_it(home: Path, serve: Serve) -> None:
    server = serve(home, before=["nohup"]).ready()
    server.process.send_signal(Signals.SIGHUP)
    with pytest.raises(AssertionError):
        until(lambda: server.process.poll() is not None, seconds=0.3)
    assert server.stop() == 0


def test_children_find_no_signal_ignored(home: Path, serve: Serve) -> None:
    ignoring = ["sh", "-c", 'trap "" INT QUIT; exec "$@"', "sh"]  # what a script's `&` does
    server = serve(home, before=ignoring, prepare=[["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"]]).ready()
    assert [line.split()[1].strip("0") for line in server.said[:2]] == ["", ""]
    assert server.stop(Signals.SIGINT) == 0


def test_a_failed_preparation_is_said_and_leaves_nothing_running(home: Path, serve: Serve) -> None:
    server = serve(home, prepare=[["sh", "-c", "echo no such column; exit 3"], ["echo", "never"]])
    assert server.ended() == 2
    assert server.said[0] == "no such column"
    assert "preparing the database failed (exit code 3)" in server.said[1]
    assert len(server.said) == 2
    assert standing(home) == STAYS


def test_signals_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Watched():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
