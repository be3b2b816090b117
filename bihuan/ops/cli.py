"""The command line. A command is a module in `commands/` with `arguments(parser)` and `run(options) -> exit code`.

Exit codes: 0 done; 1 the answer is no (`check` on a refused file, `bench` below its bound); 2 the input cannot be used.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from bihuan import __version__
from bihuan.kernel.errors import Refused

COMMANDS = {
    "serve": "database, web pages and worker: what ./run does without a command",
    "import": "take homes and residents in from a sheet",
    "admin": "somebody who administrates the whole company, or a new password for them",
    "token": "a token by which a program may use the API for somebody",
    "verify": "walk the chains of events: is anything changed, cut or missing?",
    "backup": "write everything into one file",
    "restore": "put a backup back into an empty installation",
    "replay": "events in, obligations out",
    "compare": "the same events under two policies",
    "explain": "the story of one subject: what was owed, why, and how it went",
    "clauses": "every clause of the regulations, and what models or serves it",
    "check": "check an overlay file, or the rulebook itself",
    "generate": "make a realistic history of events",
    "bench": "measure the speed of replay or of working time",
}
MODULES = {"import": "import_"}  # where the command's name is a word of Python's
USAGE = 2


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and leaves with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = run(given)
        sys.stdout.flush()
    except Refused as refused:
        print(f"bihuan: {refused}", file=sys.stderr)
        code = USAGE
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        print(f"bihuan: cannot go on: {error.strerror or error}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what could not be written is not tried again
        code = USAGE
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def run(given: list[str]) -> int:
    """The exit code of a command line. Without a command it serves."""
    if not given or given[0] in ("--port", "--host", "--empty") or given[0].startswith("--port="):
        given = ["serve", *given]
    if given[0] in COMMANDS:
        command: Any = import_module(f"bihuan.ops.commands.{MODULES.get(given[0], given[0])}")
        parser = _parser(given[0], str(command.__doc__))
        command.arguments(parser)
        return int(command.run(parser.parse_args(given[1:])))
    return _general(given)


def _general(given: list[str]) -> int:
    commands = "\n".join(f"  {name:<10}{about}" for name, about in COMMANDS.items())
    if given[0] in ("-h", "--help", "help"):
        print(f"./run COMMAND …\n\nWithout a command: serves at http://127.0.0.1:8000.\n\n{commands}\n")
        print("./run COMMAND --help tells more. Exit codes: 0 done, 1 the answer is no, 2 the input cannot be used.")
        return 0
    if given[0] == "--version":
        print(f"bihuan {__version__}")
        return 0
    raise Refused(f'there is no command "{given[0]}".', remedy=f"Commands are {', '.join(COMMANDS)}; see ./run --help.")


def _parser(name: str, about: str) -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(prog=f"./run {name}", description=about, formatter_class=shape, allow_abbrev=False)
