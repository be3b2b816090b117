"""Checks an overlay file, or, without one, the rulebook itself, and says what it would change.

Exit code 0 where all is well, 1 where it is refused: with the file, the line, what is wrong and how to mend it.
"""

from __future__ import annotations

import argparse
import sys

from bihuan.kernel.errors import Refused
from bihuan.rulebook import Policy, Rulebook
from bihuan.rulebook.coverage import coverage
from bihuan.rulebook.load import HOUSE, STRICT, read_overlay


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="an overlay file; without one, the shipped rulebook")


def run(options: argparse.Namespace) -> int:
    """Prints what the file changes, or why it is refused."""
    rulebook = Rulebook()
    try:
        print(_check_file(rulebook, options.file) if options.file else _check_rulebook(rulebook))
    except Refused as refused:
        print(f"bihuan: {refused}", file=sys.stderr)
        return 1
    return 0


def _check_rulebook(rulebook: Rulebook) -> str:
    policies = [rulebook.policy(name) for name in (STRICT, HOUSE, *rulebook.codes)]
    counts = ", ".join(f"{policy.name} {len(policy.rules)}" for policy in policies)
    _check_deadlines(rulebook)
    return f"ok: {len(rulebook.clauses)} clauses, {len(rulebook.targets)} targets; rules by policy: {counts}"


def _check_deadlines(rulebook: Rulebook) -> None:
    for row in coverage(rulebook):
        if row.word == "open" and row.clause.kind == "deadline":
            what, remedy = (
                f"no rule models the deadline {row.clause.id}.",
                "Add one under rules/, or give it another kind.",
            )
            raise Refused(what, where=row.clause.where, remedy=remedy, code="no_rule")


def _check_file(rulebook: Rulebook, name: str) -> str:
    overlay = read_overlay(name, rulebook.codes)
    policy = rulebook.policy(overlay)  # first: it refuses what is wrong
    base = rulebook.policy(overlay.get("base", STRICT))
    lines = [f"ok: {name} builds on {base.name}; {len(policy.rules)} rules; version {policy.version}"]
    lines += [f"  off  {rule.id} ({rule.clause})" for rule in base.rules if rule.id not in policy.by_id]
    lines += [f"  on   {rule.id} ({rule.clause})" for rule in policy.rules if rule.id not in base.by_id]
    lines += _moved(rulebook, policy)
    return "\n".join(lines)


def _moved(rulebook: Rulebook, policy: Policy) -> list[str]:
    lines = []
    for shipped in rulebook.rules:
        rule = policy.by_id.get(shipped.id, shipped)
        for value in rule.values:
            if value not in shipped.values:
                before = shipped.value_on(value.since)
                was = before.duration.text if before else "nothing"
                ours = ", ours" if value.ours else ""
                lines.append(f"  from {value.since}  {rule.id}: {was} → {value.duration.text} ({value.cite}{ours})")
    return lines
