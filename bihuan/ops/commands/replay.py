"""Replays a history of events through a policy and prints every obligation it gives rise to.

Piped, or with --json: one obligation a line, as JSON. On a terminal, or with --table: a readable table, and below it
how well each clause was kept. Nothing is stored. Events need not be sorted; sorted ones are read in one pass.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from bihuan.ops import options as ask
from bihuan.ops.history import History
from bihuan.ops.showing import obligations_table, summary_table
from bihuan.ops.sorting import sorted_lines
from bihuan.rulebook import Obligation, Rulebook, SiteTimes
from bihuan.rulebook.record import order
from bihuan.rulebook.replay import Run


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    ask.add_events(parser)
    ask.add_policy(parser)
    ask.add_language(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one obligation a line, also on a terminal")
    form.add_argument("--table", action="store_true", help="a readable table, also when piped")


def run(options: argparse.Namespace) -> int:
    """Prints the obligations."""
    rulebook, calendars = Rulebook(), ask.calendars_of(options)
    policy, until = rulebook.policy(options.policy), ask.until_of(options, calendars)
    with History(options.events, rulebook.vocabulary) as history:
        told = history.run(lambda: Run(policy, calendars), lambda run: run.take, until=until).finish(until)
        if options.table or (sys.stdout.isatty() and not options.json):
            _show(told, rulebook, calendars, options.lang)
        else:
            sys.stdout.buffer.writelines(sorted_lines(told, calendars))
    ask.tell_unconfirmed(calendars)
    return 0


def _show(told: Iterable[Obligation], rulebook: Rulebook, calendars: SiteTimes, lang: str) -> None:
    obligations = sorted(told, key=order)
    print(obligations_table(obligations, rulebook, calendars, lang))
    print()
    print(summary_table(obligations, rulebook, lang))
