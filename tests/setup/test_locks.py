"""The locks pin everything by hash, name no address, and agree with each other and with pyproject.toml."""

import re
import tomllib

import pytest

from tests.setup.stand_in import ROOT

LOCKS = ["requirements.txt", "requirements-test.txt"]


def text(name: str) -> str:
    return (ROOT / name).read_text()


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text(lock), flags=re.M))


def wanted(name: str) -> set[str]:
    """What a .in file asks for, in the lock's spelling: without extras and bounds."""
    lines = [line.split("#")[0].strip() for line in text(name).splitlines()]
    return {plain(line) for line in lines if line and not line.startswith("-")}


def plain(requirement: str) -> str:
    return re.split(r"[\[~<>=; ]", requirement)[0].lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", text(lock), flags=re.M).strip())
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9._-]+==\S+( ; [^\\]+)?( \\\n {4}--hash=sha256:[0-9a-f]{64})+", entry), entry


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_address_or_a_path(lock: str) -> None:
    assert not re.search(r"://|--index|--find-links|\s@\s|/home/|/tmp/|/root/", text(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_lock_holds_what_its_source_asks_for(lock: str) -> None:
    assert wanted(lock.replace(".txt", ".in")) <= pins(lock).keys()


def test_the_locks_agree_where_they_meet() -> None:
    run, test = (pins(lock) for lock in LOCKS)
    assert all(run[name] == version for name, version in test.items() if name in run)


def test_pyproject_asks_for_the_same() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert {plain(name) for name in project["dependencies"]} == wanted("requirements.in")
