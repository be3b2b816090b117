"""Serves Bihuan: its database, its web pages and its worker, until it is stopped. What ./run does without a command.

Data lies in the folder that BIHUAN_HOME names, var/ otherwise. DATABASE_URL names another PostgreSQL to use.
"""

from __future__ import annotations

import argparse
import os
import sys

from bihuan.config.environment import home
from bihuan.ops.serving.supervisor import serve

PORT = 8000


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"where to listen (default {PORT})")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="on which address (default 127.0.0.1)")
    parser.add_argument("--empty", action="store_true", help="do not load the demo company at the first start")


def run(options: argparse.Namespace) -> int:
    """Serves until it is stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    prepare = [sys.executable, "-P", "-m", "bihuan.ops.prepare", *(["--empty"] if options.empty else [])]
    return serve(
        home(),
        options.port,
        prepare=[prepare],
        web=web(options.host, options.port),
        worker=[sys.executable, "-P", "-m", "bihuan.ops.worker"],
        say=_say,
        ready=_ready,
        host=options.host,
    )


def web(host: str, port: int, *, application: str = "bihuan.config.wsgi:application") -> list[str]:
    """The command that serves an application on an address, as ours is served."""
    threads = os.environ.get("BIHUAN_THREADS", "4")
    granian = [sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--log-level", "warning"]
    where = ["--host", host, "--port", str(port), "--blocking-threads", threads]
    workers = ["--workers", os.environ.get("BIHUAN_WORKERS", "1"), "--workers-kill-timeout", "5"]
    static = ["--static-path-mount", str(home() / "static"), "--static-path-expires", "31536000"]
    return [*granian, *where, *workers, *static, application]


def _say(line: str) -> None:
    print(f"bihuan: {line}", file=sys.stderr, flush=True)


def _ready(address: str) -> None:
    """Where it is, and how to sign in."""
    print(f"闭环 Bihuan: {address}", flush=True)
    told = home() / "demo.txt"
    if told.exists():
        print(told.read_text(encoding="utf-8"), end="", flush=True)
