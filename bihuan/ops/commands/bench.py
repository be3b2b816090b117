"""Measures speed, with the floor of the same machine beside it where there is one.

bench replay    a generated year through the strict policy; then twice the events, which must take twice the time
bench worktime  adding working time to near and far instants, and counting it between them
bench intake    complaints taken in over HTTP; the floor is their rows, written by bare psycopg under bare WSGI
bench escalate  what has fallen due is told to those above; the floor claims and updates as many rows
bench worklist  the 50 most urgent promises of a site, of ten thousand and of ten million; the ratio: small to large
bench pages     each page of the console, of ten thousand cases and of a million; the ratio: small to large, the worst
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bihuan.kernel.errors import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("what", choices=tuple(BENCHES))
    parser.add_argument(
        "--sites", type=int, default=4, metavar="N", help="replay: sites in the generated year (default 4)"
    )
    parser.add_argument(
        "--seconds", type=float, default=5, metavar="N", help="intake: how long each of six rounds lasts (default 5)"
    )
    parser.add_argument(
        "--cases", type=int, default=400, metavar="N", help="escalate: complaints nobody deals with (default 400)"
    )
    parser.add_argument(
        "--rows", type=int, default=0, metavar="N", help="worklist, pages: promises or cases of the large company"
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="pages: those whose name has this in it")
    parser.add_argument(
        "--least", type=float, default=0, metavar="N", help="fail (exit code 1) below this rate or ratio"
    )


def run(options: argparse.Namespace) -> int:
    """Prints the figures; 1 where they stay below --least."""
    if options.sites < 1:
        raise Refused("a bench needs a site.", remedy="Give --sites 1 or more.", code="bad_arguments")
    return int(BENCHES[options.what](options) < options.least)


def _replay(options: argparse.Namespace) -> float:
    from bihuan.ops.benches.replaying import bench_replay

    return bench_replay(options.sites)


def _worktime(_: argparse.Namespace) -> float:
    from bihuan.ops.benches.replaying import bench_worktime

    return bench_worktime()


def _intake(options: argparse.Namespace) -> float:
    from bihuan.ops.benches.intake import bench_intake

    return bench_intake(seconds=options.seconds)


def _escalate(options: argparse.Namespace) -> float:
    from bihuan.ops.benches.escalating import bench_escalate

    return bench_escalate(options.cases)


def _worklist(options: argparse.Namespace) -> float:
    from bihuan.ops.benches.throwaway import throwaway

    with throwaway():
        from bihuan.ops.benches.worklist import bench_worklist

        return bench_worklist(options.rows or 10_000_000)


def _pages(options: argparse.Namespace) -> float:
    from bihuan.ops.benches.throwaway import throwaway

    with throwaway():
        from bihuan.ops.benches.pages import bench_pages

        return bench_pages(options.rows or 1_000_000, only=options.only)


BENCHES: dict[str, Callable[[argparse.Namespace], float]] = {
    "replay": _replay,
    "worktime": _worktime,
    "intake": _intake,
    "escalate": _escalate,
    "worklist": _worklist,
    "pages": _pages,
}
