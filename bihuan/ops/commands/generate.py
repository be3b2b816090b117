"""Makes a realistic history of events, one a line: what a property company's customers ask and how its staff keep up.

The same seed gives the same history, byte for byte. The events come sorted by time and stream: their number does not
matter to memory.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

from bihuan.kernel.errors import Refused
from bihuan.ops.generate import generate, write


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--sites", type=int, default=1, metavar="N", help="how many sites (default 1)")
    parser.add_argument("--homes", type=int, default=2000, metavar="N", help="homes per site (default 2000)")
    parser.add_argument("--months", type=int, default=12, metavar="N", help="how many months (default 12)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, another history (default 1)")
    parser.add_argument("--start", default="2025-01-01", metavar="DAY", help="the first day (default 2025-01-01)")


def run(options: argparse.Namespace) -> int:
    """Writes the events to standard output."""
    try:
        start = date.fromisoformat(options.start)
        events = generate(
            sites=options.sites, homes=options.homes, months=options.months, seed=options.seed, start=start
        )
        write(sys.stdout.buffer, events)
    except ValueError as error:
        remedy = "Give whole numbers from 1, and the day as YYYY-MM-DD."
        raise Refused(f"cannot generate: {error}.", remedy=remedy, code="bad_arguments") from None
    return 0
