"""The key file: made once, readable by its owner alone, beaten by the environment, changed without a loss."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.kernel.errors import Refused
from bihuan.kernel.secrets import Keys, Vault, read_or_make_keys, rotate_keys


@pytest.fixture(autouse=True)
def _no_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIHUAN_KEYS", raising=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "keys"


def vault(keys: Keys) -> Vault:
    return Vault(keys.sealing, finding=keys.finding)


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read_or_make_keys(path)
    return refused.value.code


def test_the_first_start_makes_the_file_and_the_second_reads_it(path: Path) -> None:
    keys = read_or_make_keys(path)
    assert read_or_make_keys(path) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["keys"]


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    one, other = read_or_make_keys(tmp_path / "one"), read_or_make_keys(tmp_path / "other")
    assert len({*one.sealing, *other.sealing, one.finding, other.finding}) == 4


def test_processes_that_start_together_get_the_same_keys(path: Path) -> None:
    code = (
        "import sys, pathlib, bihuan.kernel.secrets as s; print(s.read_or_make_keys(pathlib.Path(sys.argv[1])).finding)"
    )
    starts = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    told = {start.communicate()[0] for start in starts}
    assert told == {f"{read_or_make_keys(path).finding!r}\n"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601])
def test_a_file_that_others_can_reach_is_refused_with_what_to_type(path: Path, mode: int) -> None:
    read_or_make_keys(path)
    path.chmod(mode)
    with pytest.raises(Refused, match=f"chmod 600 {path}") as refused:
        read_or_make_keys(path)
    assert refused.value.code == "keys_exposed"


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_that_only_its_owner_can_reach_is_read(path: Path, mode: int) -> None:
    keys = read_or_make_keys(path)
    path.chmod(mode)
    assert read_or_make_keys(path) == keys


def test_the_environment_beats_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_or_make_keys(path)
    other = path.with_name("other")
    keys = read_or_make_keys(other)
    monkeypatch.setenv("BIHUAN_KEYS", other.read_text())
    assert read_or_make_keys(path) == keys


def test_the_environment_may_hold_them_in_one_line_and_then_no_file_is_made(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = read_or_make_keys(tmp_path / "other")
    words = [word for word in (tmp_path / "other").read_text().split() if word[:5] in ("find:", "seal:")]
    monkeypatch.setenv("BIHUAN_KEYS", ",".join(words))
    assert read_or_make_keys(path) == keys
    assert not path.exists()


def test_an_empty_variable_counts_for_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_KEYS", " ")
    read_or_make_keys(path)
    assert path.exists()


@pytest.mark.parametrize("mistake", ["", "seal", "find", "twice", "short", "alphabet", "unknown"])
def test_a_file_that_is_not_written_as_keys_are_is_refused(path: Path, mistake: str) -> None:
    read_or_make_keys(path)
    lines = path.read_text().splitlines()
    find, seal = lines[-2:]
    texts = {
        "": "",
        "seal": seal,
        "find": find,
        "twice": f"{find} {find} {seal}",
        "short": f"{find} {seal[:-5]}=",
        "alphabet": f"{find} {seal[:10]}!{seal[11:]}",
        "unknown": f"{find} {seal} sign:{seal[5:]}",
    }
    path.write_text(texts[mistake])
    assert refusal(path) == "keys_malformed"
    path.write_text(f"# a remark\n\n{seal}\n{find}")
    assert read_or_make_keys(path)


def test_what_is_no_text_or_no_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    assert refusal(path) == "keys_unreadable"
    path.rmdir()
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    assert refusal(path) == "keys_unreadable"


def test_keys_show_in_no_representation(path: Path) -> None:
    keys = read_or_make_keys(path)
    assert repr(keys) == "Keys()"


def test_a_rotation_opens_what_was_sealed_and_finds_what_was_hashed(path: Path) -> None:
    first = vault(read_or_make_keys(path))
    sealed, digest = first.seal("+8613812345521"), first.digest("+8613812345521", "phone")
    rotated = rotate_keys(path)
    assert rotated == read_or_make_keys(path)
    assert len(rotated.sealing) == 2
    second = vault(rotated)
    assert second.open(sealed) == "+8613812345521"
    assert second.digest("+8613812345521", "phone") == digest
    with pytest.raises(Refused):
        first.open(second.seal("new"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["keys"]


def test_one_rotation_at_a_time(path: Path) -> None:
    keys = read_or_make_keys(path)
    running = path.with_name("keys.new")
    running.touch()
    with pytest.raises(Refused, match=r"keys\.new") as refused:
        rotate_keys(path)
    assert refused.value.code == "keys_busy"
    assert read_or_make_keys(path) == keys
    running.unlink()
    assert rotate_keys(path).sealing[1:] == keys.sealing


def test_keys_of_the_environment_and_missing_or_broken_files_are_not_rotated(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused) as refused:
        rotate_keys(path)
    assert refused.value.code == "keys_unreadable"
    read_or_make_keys(path)
    good = path.read_text()
    path.write_text("broken")
    with pytest.raises(Refused) as refused:
        rotate_keys(path)
    assert refused.value.code == "keys_malformed"
    path.write_text(good)
    assert len(rotate_keys(path).sealing) == 2  # what failed left nothing in the way
    monkeypatch.setenv("BIHUAN_KEYS", good)
    with pytest.raises(Refused) as refused:
        rotate_keys(path)
    assert refused.value.code == "keys_in_environment"
