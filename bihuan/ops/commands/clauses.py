"""Lists every clause: its id, its kind, whether it is modelled, served or open, and by what.

Deadlines are modelled by rules, rates by targets. What a feature does for a user is served: a test names the clause.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from bihuan.ops import options as ask
from bihuan.ops.showing import wide
from bihuan.ops.table import cut, table
from bihuan.rulebook import Rulebook
from bihuan.rulebook.coverage import Covered, coverage

TESTS = Path(__file__).parents[3] / "tests"
HEADS = {"zh": ("条款", "类型", "状态", "由", "要求"), "en": ("clause", "kind", "state", "by", "what it asks")}
BY = 28  # columns for what models or serves a clause; --json has all of it
COLOURS = {"modelled": "kept", "served": "kept", "open": "waived"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    ask.add_language(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list for programs")
    parser.add_argument("--open", action="store_true", help="only the clauses that nothing models or serves yet")


def run(options: argparse.Namespace) -> int:
    """Prints the list; on a terminal as a table with the texts, and a count below."""
    rows = [row for row in coverage(Rulebook(), TESTS) if not options.open or row.word == "open"]
    if options.json:
        print(msgspec.json.format(msgspec.json.encode([_plain(row) for row in rows]), indent=1).decode())
    elif sys.stdout.isatty():
        cells = [_cells(row, options.lang) for row in rows]
        print(table(HEADS[options.lang], cells, colours=[COLOURS[row.word] for row in rows], wide=wide()))
        print("\n" + ", ".join(f"{word} {count}" for word, count in sorted(Counter(row.word for row in rows).items())))
    else:
        for row in rows:
            print(" ".join((row.clause.id, row.clause.kind, row.word, *row.by)))
    return 0


def _cells(row: Covered, lang: str) -> tuple[str, ...]:
    clause = row.clause
    return clause.id, clause.kind, row.word, cut(" ".join(row.by), BY), getattr(clause, lang)


def _plain(row: Covered) -> dict[str, Any]:
    clause = row.clause
    return {
        "id": clause.id,
        "regulation": clause.regulation,
        "kind": clause.kind,
        "state": row.word,
        "by": row.by,
        "zh": clause.zh,
        "en": clause.en,
        "source": clause.source,
        "ours": clause.ours,
    }
