"""The scripts themselves: their grammar, their rights, and what ./test makes of its checks."""

import os
import subprocess

import pytest

from tests.setup.stand_in import ROOT, Checkout


@pytest.mark.parametrize("script", ["run", "test", "scripts/environment.sh", "scripts/lock"])
def test_a_posix_shell_can_read_it(script: str) -> None:
    subprocess.run(["sh", "-n", ROOT / script], check=True)


@pytest.mark.parametrize("script", ["run", "test", "scripts/lock", ".ci/run"])
def test_it_may_be_started(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    assert (ROOT / script).read_text().startswith("#!/")


def test_continuous_integration_runs_the_one_test_command() -> None:
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "./test"


def with_checks(checkout: Checkout, *, failing: str) -> None:
    """An environment in which the checks whose words hold `failing` fail."""
    checkout.start(checkout.root / "test", "x")
    python = checkout.root / ".venv/bin/python"
    python.unlink()
    python.write_text(f'#!/bin/sh\necho "did $*"\ncase "$*" in *"{failing}"*) exit 1 ;; esac\n')
    python.chmod(0o755)
    for kind in ("run", "test"):
        stamp = checkout.root / f".venv/stamp-{kind}"
        stamp.write_text(stamp.read_text().replace(str(checkout.bin / "python3"), str(python)))


def test_when_all_is_well_the_summary_of_pytest_comes_last(checkout: Checkout) -> None:
    with_checks(checkout, failing="nothing")
    ended = checkout.start(checkout.root / "test")
    assert ended.status == 0
    heads = [line.split("  ")[0] for line in ended.output.splitlines()]
    assert heads[:5] == ["ruff check", "ruff format", "mypy", "lint-imports", "pytest"]
    assert heads[-1].startswith("did -m pytest")


@pytest.mark.parametrize(
    ("failing", "name"),
    [
        ("ruff check", "ruff check"),
        ("ruff format --check", "ruff format"),
        ("-m mypy", "mypy"),
        ("lint_imports_command", "lint-imports"),
        ("-m pytest -n", "pytest"),
        ("-m pytest tests/journeys", "journeys"),
    ],
)
def test_what_failed_is_said_last_and_nothing_is_left_out(checkout: Checkout, failing: str, name: str) -> None:
    with_checks(checkout, failing=failing)
    ended = checkout.start(checkout.root / "test")
    assert ended.status == 1
    assert ended.output.splitlines()[-1] == f"FAILED: {name}"
    assert "did -m pytest" in ended.output


def test_arguments_go_to_pytest_alone(checkout: Checkout) -> None:
    with_checks(checkout, failing="nothing")
    ended = checkout.start(checkout.root / "test", "-k", "two words")
    assert ended.output == "did -m pytest -k two words\n"


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ("", "chromium fonts-noto-cjk busybox dovecot-imapd exim4-daemon-light"),
        ("chromium", "busybox dovecot-imapd exim4-daemon-light"),
        ("mailq", "chromium fonts-noto-cjk busybox dovecot-imapd"),
    ],
)
def test_root_has_what_the_tests_need_installed_and_others_are_told(
    checkout: Checkout, there: str, wanted: str
) -> None:
    with_checks(checkout, failing="nothing")
    if there:
        checkout.command(there, "#!/bin/sh\n")
    asked = checkout.root / "asked"
    checkout.command("apt-get", f'#!/bin/sh\necho "$*" >>"{asked}"\n')
    checkout.command("id", "#!/bin/sh\necho 1000\n")
    told = checkout.start(checkout.root / "test").said
    assert told[-1].endswith(f"type: sudo apt-get install {wanted}")
    assert not asked.exists()
    checkout.command("id", "#!/bin/sh\necho 0\n")
    assert checkout.start(checkout.root / "test").status == 0
    assert asked.read_text().splitlines() == ["update", f"install -y --no-install-recommends --no-remove {wanted}"]


def test_nothing_is_said_or_installed_where_all_is_there(checkout: Checkout) -> None:
    with_checks(checkout, failing="nothing")
    for name in ("chromium", "busybox", "doveconf", "mailq", "apt-get"):
        checkout.command(name, "#!/bin/sh\nexit 1\n")
    assert checkout.start(checkout.root / "test").said == []
