"""verify, backup and restore, as somebody types them."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from bihuan.ops.serving.using import database

ROOT = Path(__file__).parents[2]


def typed(home: Path, *arguments: object, module: str = "bihuan") -> subprocess.CompletedProcess[str]:
    """What comes of a command on an installation."""
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"BIHUAN_HOME": str(home)}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def prepared(home: Path) -> None:
    """Tables, in a data folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        with database(home) as url:
            env = os.environ | {"DATABASE_URL": url, "BIHUAN_HOME": str(home)}
            subprocess.run([sys.executable, "-m", "bihuan.ops.prepare", "--empty"], cwd=ROOT, env=env, check=True)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="bihuan-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def home(folder: Path) -> Path:
    """An installation with one case."""
    home = folder / "home"
    prepared(home)
    made = typed(home, module="tests.ops.small")
    assert made.returncode == 0, made.stderr
    return home


def changed(home: Path, statement: str) -> None:
    """A row changed behind the application's back, the guard put aside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        with database(home) as url, psycopg.connect(url) as connection:
            connection.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
            connection.execute(statement)
            connection.execute("ALTER TABLE ledger_event ENABLE TRIGGER USER")


def test_what_is_backed_up_and_restored_verifies_the_same(home: Path, folder: Path) -> None:
    before = typed(home, "verify")
    assert before.returncode == 0, before.stderr
    assert "whole: " in before.stdout
    kept = typed(home, "backup", folder / "kept.tar")
    assert kept.returncode == 0, kept.stderr
    assert (folder / "kept.tar").stat().st_mode & 0o077 == 0
    restored = typed(folder / "other", "restore", folder / "kept.tar")
    assert (restored.returncode, restored.stdout) == (0, before.stdout), restored.stderr
    assert typed(folder / "other", "verify").stdout == before.stdout


def test_a_backup_holds_no_keys_unless_they_are_asked_for(home: Path, folder: Path) -> None:
    typed(home, "backup", folder / "plain.tar")
    typed(home, "backup", folder / "keyed.tar", "--with-keys")
    with tarfile.open(folder / "plain.tar") as plain, tarfile.open(folder / "keyed.tar") as keyed:
        assert set(keyed.getnames()) - set(plain.getnames()) == {"keys", "secret_key"}


def test_a_backup_never_writes_over_a_file(home: Path, folder: Path) -> None:
    (folder / "there.tar").write_text("mine")
    refused = typed(home, "backup", folder / "there.tar")
    assert refused.returncode == 2
    assert "exists already" in refused.stderr
    assert (folder / "there.tar").read_text() == "mine"


def test_nothing_is_restored_over_data(home: Path, folder: Path) -> None:
    typed(home, "backup", folder / "again.tar")
    refused = typed(home, "restore", folder / "again.tar")
    assert refused.returncode == 2
    assert "there is data here already" in refused.stderr


def test_what_is_no_backup_is_refused_in_one_line(folder: Path) -> None:
    (folder / "poem.tar").write_text("no archive")
    refused = typed(folder / "third", "restore", folder / "poem.tar")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1


def test_verify_names_a_row_that_was_changed(home: Path) -> None:
    changed(
        home,
        """UPDATE ledger_event SET facts = '{"channel": "fax"}' WHERE position = 0 AND kind = 'complaint.received'""",
    )
    told = typed(home, "verify")
    assert told.returncode == 1
    assert "event 0 (complaint.received) is not what was recorded" in told.stdout
