"""Whoever cannot be served is told in one line what is missing and what to type."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.stand_in import Checkout

UNAVAILABLE = 69
OLD = "import sys; sys.version_info = (3, 9, 18, 'final', 0)"
BARE = "import sys; sys.modules['ensurepip'] = None"


def as_user(checkout: Checkout, number: int) -> None:
    checkout.command("id", f"#!/bin/sh\necho {number}\n")


def only_line(checkout: Checkout, *, python: str = "") -> str:
    ended = checkout.start(PYTHON=python)
    assert ended.status == UNAVAILABLE
    assert ended.output == ""
    (line,) = ended.said
    return line


def test_an_old_python_is_named_with_its_version(checkout: Checkout) -> None:
    checkout.interpreter("python3.9", prelude=OLD)
    line = only_line(checkout, python="python3.9")
    assert "needs Python 3.11 or newer (python3.9 is 3.9)" in line
    assert "PYTHON=/path/to/python3.11" in line
    assert not (checkout.root / ".venv").exists()


def test_an_old_python3_is_passed_over_for_a_newer_one(checkout: Checkout) -> None:
    checkout.interpreter("python3", prelude=OLD)
    checkout.interpreter("python3.12")
    assert checkout.start().status == 0


def test_no_python_at_all(checkout: Checkout) -> None:
    (checkout.bin / "python3").unlink()
    assert "needs Python 3.11 or newer: install one" in only_line(checkout)
    assert "(nonesuch does not start)" in only_line(checkout, python="nonesuch")


def test_without_the_venv_module_a_user_is_told_what_to_type(checkout: Checkout) -> None:
    checkout.interpreter(prelude=BARE)
    checkout.command("apt-get", "#!/bin/sh\nexit 1\n")
    as_user(checkout, 1000)
    assert only_line(checkout).endswith("Type: sudo apt-get install python3-venv")


def test_without_the_venv_module_root_has_it_installed(checkout: Checkout) -> None:
    checkout.interpreter("python3", prelude=BARE)
    checkout.interpreter("whole")
    checkout.command("apt-get", '#!/bin/sh\ncase "$*" in *python3-venv) mv "${0%/*}/whole" "${0%/*}/python3" ;; esac\n')
    as_user(checkout, 0)
    ended = checkout.start()
    assert ended.status == 0
    assert "installing python3-venv with apt-get" in ended.said[0]


def test_a_whole_interpreter_goes_before_a_bare_one(checkout: Checkout) -> None:
    checkout.interpreter("python3", prelude=BARE)
    checkout.interpreter("python3.12")
    as_user(checkout, 1000)
    assert checkout.start().status == 0


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError'",
            "see to the network, or set PIP_INDEX_URL",
        ),
        ("ERROR: Could not install: [Errno 28] No space left on device", "free some space"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "was refused"),
        ("ERROR: No matching distribution found for msgspec==0.1", "msgspec==0.1"),
        ("ERROR: something never seen before", "something never seen before"),
    ],
)
def test_a_failed_installation_is_told_in_a_line_that_names_the_log(
    checkout: Checkout, trouble: str, advice: str
) -> None:
    ended = checkout.start(TROUBLE=trouble)
    assert ended.status == UNAVAILABLE
    assert len(ended.said) == 2  # after "preparing"
    assert advice in ended.said[1]
    assert ended.said[1].endswith(f"{checkout.root}/.venv.log")
    assert trouble in (checkout.root / ".venv.log").read_text()
    assert checkout.start().status == 0  # and once the trouble is over, all is well


def test_a_folder_with_a_colon_is_refused(checkout: Checkout) -> None:
    checkout.root = checkout.root.rename(checkout.root.with_name("a:b"))
    assert "colon" in only_line(checkout)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_folder_of_somebody_else_is_named_with_what_to_type(open_folder: Path) -> None:
    checkout = Checkout(open_folder)
    checkout.root.chmod(0o555)
    ended = checkout.start(checkout.root / "run", user=65534 if os.geteuid() == 0 else None, cwd=Path("/"))
    checkout.root.chmod(0o755)
    assert ended.status == UNAVAILABLE
    (line,) = ended.said
    assert f"may not write in {checkout.root}" in line
    assert "sudo chown -R" in line
