"""Measures speed, on one core, in processor seconds.

bench replay    a generated year through the strict policy; then twice the events, which must take twice the time
bench worktime  adding working time to near and far instants, and counting it between them
"""

from __future__ import annotations

import argparse

from bihuan.kernel.errors import Refused
from bihuan.ops.benches import bench_replay, bench_worktime


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("what", choices=("replay", "worktime"))
    parser.add_argument(
        "--sites", type=int, default=4, metavar="N", help="replay: sites in the generated year (default 4)"
    )
    parser.add_argument("--least", type=int, default=0, metavar="N", help="fail (exit code 1) below so many a second")


def run(options: argparse.Namespace) -> int:
    """Prints the figures; 1 where they stay below --least."""
    if options.sites < 1:
        raise Refused("a bench needs a site.", remedy="Give --sites 1 or more.", code="bad_arguments")
    rate = bench_replay(options.sites) if options.what == "replay" else bench_worktime()
    return int(rate < options.least)
