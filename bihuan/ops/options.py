"""Arguments that several commands share, and what they lead to."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from bihuan.kernel.errors import Refused
from bihuan.rulebook import SiteTimes
from bihuan.rulebook.sitetime import read_site_times
from bihuan.rulebook.vocabulary import FIRST_YEAR, LAST_YEAR

EXAMPLE = Path(__file__).parent / "example.jsonl"


def add_events(parser: argparse.ArgumentParser) -> None:
    """EVENTS.jsonl, --calendar and --until."""
    parser.add_argument(
        "events", metavar="EVENTS.jsonl", help="one event a line, sorted by time or not; - reads standard input"
    )
    parser.add_argument("--calendar", metavar="FILE", help="JSON: per site zone, weekly, holidays, overrides")
    parser.add_argument(
        "--until",
        metavar="ISO",
        help="leave out what happens later (default: the last event's time); without an offset in Shanghai time",
    )


def add_policy(parser: argparse.ArgumentParser, *, name: str = "--policy", default: str | None = "strict") -> None:
    """A policy by name or file."""
    help_ = "strict (the regulations), house (and our own rules), hf, xq, gc, zl, ts (one of them), or an overlay file"
    parser.add_argument(name, default=default, required=default is None, metavar="POLICY", help=help_)


def add_language(parser: argparse.ArgumentParser) -> None:
    """--lang."""
    default = "en" if os.environ.get("BIHUAN_LANG", "").startswith("en") else "zh"
    parser.add_argument(
        "--lang", choices=("zh", "en"), default=default, help="language of tables and texts (default: zh)"
    )


def calendars_of(options: argparse.Namespace) -> SiteTimes:
    """The calendars that were asked for."""
    return read_site_times(Path(options.calendar)) if options.calendar else SiteTimes()


def tell_unconfirmed(calendars: SiteTimes) -> None:
    """Says on stderr for which years weekly hours stood in for holidays that are not known: never a silent guess."""
    years = ", ".join(map(str, calendars.unconfirmed()))
    if years:
        print(f"bihuan: holidays of {years} are not confirmed; weekly hours were used.", file=sys.stderr)


def until_of(options: argparse.Namespace, calendars: SiteTimes) -> int | None:
    """--until in UTC seconds; a time without an offset is meant in the usual zone."""
    if not options.until:
        return None
    try:
        moment = datetime.fromisoformat(options.until)
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        remedy = "Write it like 2026-03-02T09:00:00+08:00."
        raise Refused(f'--until cannot be "{options.until}".', remedy=remedy, code="bad_until")
    return int((moment if moment.tzinfo else moment.replace(tzinfo=calendars[""].zone)).timestamp())
