"""A checkout for one test, with a stand-in interpreter that makes environments at once and offline."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
REAL_PYTHON = os.path.realpath(sys.executable)

# All that run and test ask of a system beside Python, and a few for the stand-in.
TOOLS = {
    "cat",
    "cksum",
    "cut",
    "date",
    "env",
    "grep",
    "head",
    "id",
    "mv",
    "readlink",
    "rm",
    "sed",
    "sh",
    "tail",
    "uname",
}
TOOLS |= {"ln", "mkdir", "sleep"}

STAND_IN = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
"-m venv "*) mkdir -p "$3/bin" && ln -s "$0" "$3/bin/python" ;;
"-m virtualenv"* | "-m pip --python"*) exit 1 ;;
"-m pip install"*) sleep "${{SLOWNESS:-0}}"; [ -z "${{TROUBLE:-}}" ] || {{ echo "$TROUBLE"; exit 1; }} ;;
"-c import pip") exit 0 ;;
"-c "*) exec '{real}' -c "{prelude}
$2" ;;
"-P -m bihuan"*) shift 3; printf '<%s>' "$@"; exit "${{STATUS:-0}}" ;;
*) echo "the stand-in does not know: $*" >&2; exit 99 ;;
esac
"""


@dataclass(frozen=True)
class Ended:
    status: int
    output: str
    said: list[str]


class Checkout:
    """The two commands in a folder of their own, with a PATH that holds the needed tools and one interpreter."""

    def __init__(self, folder: Path) -> None:
        self.root, self.bin, self.calls_file = folder / "a checkout", folder / "bin", folder / "calls"
        self.root.mkdir()
        self.bin.mkdir()
        for name in ("run", "test", "requirements.txt", "requirements-test.txt"):
            shutil.copy(ROOT / name, self.root)
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or f"missing {tool}")
        self.interpreter()

    def command(self, name: str, text: str) -> None:
        """Put a script on PATH in place of whatever has that name."""
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def interpreter(self, name: str = "python3", *, prelude: str = "") -> None:
        """Put a stand-in interpreter on PATH; `prelude` is Python it runs before whatever it is asked to."""
        self.command(name, STAND_IN.format(real=REAL_PYTHON, prelude=prelude))

    def environ(self, **more: str) -> dict[str, str]:
        return {"PATH": str(self.bin), "HOME": str(self.root), "CALLS": str(self.calls_file), **more}

    def start(self, *command: object, user: int | None = None, cwd: Path | None = None, **more: str) -> Ended:
        words = [str(word) for word in command or (self.root / "run",)]
        done = subprocess.run(
            words, env=self.environ(**more), cwd=cwd, user=user, capture_output=True, text=True, timeout=30, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr.splitlines())

    def calls(self, beginning: str = "") -> list[str]:
        """What the interpreters were asked since the last look."""
        lines = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        self.calls_file.unlink(missing_ok=True)
        return [line for line in lines if line.startswith(beginning)]
