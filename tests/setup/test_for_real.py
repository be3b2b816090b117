"""One environment made in earnest, offline, from a wheel of our own."""

import hashlib
import os
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from tests.setup.stand_in import REAL_PYTHON, Checkout

PROGRAM = "import pebble, sys; print(sys.prefix, sys.flags.utf8_mode, sys.flags.safe_path, *sys.argv[1:])\n"


def wheel(folder: Path, name: str) -> str:
    """A wheel of one module; its line for a lock."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", f"{name}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def earnest(checkout: Checkout, tmp_path: Path) -> Checkout:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (checkout.root / "requirements.txt").write_text(wheel(wheels, "pebble"))
    wheel(wheels, "sand")
    (checkout.root / "requirements-test.txt").write_text(f"sand==1.0 --hash=sha256:{'0' * 64}\n")
    (checkout.root / "bihuan").mkdir()
    (checkout.root / "bihuan/__main__.py").write_text(PROGRAM)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}
    offline |= {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(wheels), "UV_NO_CONFIG": "1"}
    checkout.environ = lambda **more: {  # type: ignore[method-assign]
        **{name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))},
        **offline,
        "PYTHON": REAL_PYTHON,
        **more,
    }
    return checkout


def seconds(*command: object, **environ: str) -> float:
    """The best of five."""

    def once() -> float:
        since = time.perf_counter()
        subprocess.run([str(word) for word in command], env=environ, check=True, capture_output=True)
        return time.perf_counter() - since

    return min(once() for _ in range(5))


def test_an_environment_is_made_started_quickly_and_kept_from_forgeries(earnest: Checkout, tmp_path: Path) -> None:
    run, python = earnest.root / "run", earnest.root / ".venv/bin/python"
    (tmp_path / "pebble.py").write_text("raise SystemExit('the working folder must not be searched for modules')")

    first = earnest.start(run, "a b", cwd=tmp_path)
    assert first.output == f"{earnest.root / '.venv'} 1 True a b\n", first.said

    environ = earnest.environ()
    bare = seconds(python, "-P", "-m", "bihuan", **environ, PYTHONPATH=str(earnest.root))
    assert seconds(run, **environ) < bare + 0.1

    forged = earnest.start(earnest.root / "test")
    assert forged.status == 69
    assert "was refused" in forged.said[-1]
