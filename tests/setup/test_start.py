"""When the environment is made, added to, made again, and left alone."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.setup.stand_in import Checkout

VENV, PIP = "-m venv", "-m pip install"


@pytest.fixture
def started(checkout: Checkout) -> Checkout:
    assert checkout.start().status == 0
    checkout.calls()
    return checkout


def is_made_again(checkout: Checkout, *, python: str = "") -> bool:
    assert checkout.start(PYTHON=python).status == 0
    return len(checkout.calls(VENV)) == 1


def test_the_first_run_installs_the_run_time_lock_only_by_hashes_and_from_wheels(checkout: Checkout) -> None:
    assert checkout.start().status == 0
    (install,) = checkout.calls(PIP)
    assert "--require-hashes --only-binary :all:" in install
    assert "/requirements.txt" in install
    assert "/requirements-test.txt" not in install


def test_test_adds_its_tools_to_the_environment_of_run(started: Checkout) -> None:
    started.start(started.root / "test", "x")
    calls = started.calls()
    assert not [call for call in calls if call.startswith(VENV)]
    (install,) = [call for call in calls if call.startswith(PIP)]
    assert "/requirements.txt" in install
    assert "/requirements-test.txt" in install


def test_after_test_run_has_nothing_to_make(checkout: Checkout) -> None:
    checkout.start(checkout.root / "test", "x")
    assert len(checkout.calls(PIP)) == 1
    checkout.start()
    assert not checkout.calls(PIP)


def test_the_second_start_starts_python_once_and_says_nothing(started: Checkout) -> None:
    again = started.start(started.root / "run", "replay")
    assert started.calls() == ["-P -m bihuan replay"]
    assert again.said == []


def test_arguments_and_exit_code_pass_exactly(started: Checkout) -> None:
    ended = started.start(started.root / "run", "two  words", "", "*", "$HOME", STATUS="7")
    assert ended.output == "<two  words><><*><$HOME>"
    assert ended.status == 7


def test_the_first_start_hands_the_product_the_same_environment_as_the_second(checkout: Checkout) -> None:
    checkout.command("python3", (checkout.bin / "python3").read_text().replace("printf '<%s>' \"$@\"", "env"))
    first, second = checkout.start(), checkout.start()
    assert "PYTHONUTF8=1" in first.output
    assert first.output == second.output


def test_it_starts_from_elsewhere_through_links_and_by_name_of_the_shell(started: Checkout, tmp_path: Path) -> None:
    (tmp_path / "file link").symlink_to(started.root / "run")
    (tmp_path / "folder link").symlink_to(started.root)
    assert started.start(tmp_path / "file link", cwd=tmp_path).status == 0
    assert started.start("folder link/run", cwd=tmp_path).status == 0
    assert started.start("sh", "run", cwd=started.root).status == 0
    assert not started.calls(VENV)


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_any_shell_will_do(checkout: Checkout, shell: str) -> None:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"no {shell} here")
    words = [path, *(["sh"] if shell == "busybox" else []), checkout.root / "run", "x"]
    assert checkout.start(*words).output == "<x>"
    checkout.calls()
    assert checkout.start(*words).output == "<x>"
    assert not checkout.calls(VENV)


def test_another_lock_makes_it_again(started: Checkout) -> None:
    assert not is_made_again(started)
    with (started.root / "requirements.txt").open("a") as lock:
        lock.write("# another\n")
    assert is_made_again(started)
    assert not is_made_again(started)


def test_another_place_makes_it_again(started: Checkout) -> None:
    moved = started.root.with_name("elsewhere")
    started.root.rename(moved)
    started.root = moved
    assert is_made_again(started)
    assert not is_made_again(started)


def test_another_interpreter_makes_it_again(started: Checkout) -> None:
    started.interpreter("python3.12")
    assert is_made_again(started, python="python3.12")
    assert not is_made_again(started, python="python3.12")
    assert not is_made_again(started)


def test_a_python3_that_was_upgraded_makes_it_again(started: Checkout) -> None:
    (started.bin / "python3").rename(started.bin / "python3.11")
    (started.bin / "python3").symlink_to("python3.11")
    assert is_made_again(started)
    assert not is_made_again(started)
    started.interpreter("python3.12")
    (started.bin / "python3").unlink()
    (started.bin / "python3").symlink_to("python3.12")
    assert is_made_again(started)


def test_an_interpreter_that_went_away_makes_it_again(started: Checkout) -> None:
    (started.root / ".venv/bin/python").unlink()
    assert is_made_again(started)


def test_what_was_killed_in_the_middle_is_made_from_nothing(checkout: Checkout) -> None:
    first = subprocess.Popen([checkout.root / "run"], env=checkout.environ(SLOWNESS="60"), start_new_session=True)
    while not (checkout.calls_file.exists() and PIP in checkout.calls_file.read_text()):
        time.sleep(0.02)
    (checkout.root / ".venv/half").touch()
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    checkout.calls()
    assert is_made_again(checkout)
    assert not (checkout.root / ".venv/half").exists()


def test_two_starts_at_once_make_one_environment(checkout: Checkout) -> None:
    environ = checkout.environ(SLOWNESS="0.3")
    starts = [subprocess.Popen([checkout.root / "run"], env=environ) for _ in range(3)]
    assert [start.wait(timeout=20) for start in starts] == [0, 0, 0]
    calls = checkout.calls()
    assert len([call for call in calls if call.startswith(VENV)]) == 1
    assert len([call for call in calls if call.startswith(PIP)]) == 1
