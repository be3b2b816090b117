"""Runs the same events under two policies and prints, for each rule, what either would have owed.

Per rule: owed (waived and void left out, whether a void one was overdue or not), met in time, late (met late, or
overdue at the end), waived. On a terminal, rules that differ are coloured. Then the busiest day of each post: the most
obligations that fell due on one day.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bihuan.ops import options as ask
from bihuan.ops.history import History
from bihuan.ops.table import table
from bihuan.rulebook import Event, Obligation, Policy, Rulebook, SiteTimes
from bihuan.rulebook.replay import Run

FIGURES = ("owed", "met_in_time", "late", "waived")
HEADS = {
    "zh": ("规则", "条款", "应做", "按时", "逾期", "免除"),
    "en": ("rule", "clause", "owed", "in time", "late", "waived"),
}
PEAK = {"zh": ("岗位", "最忙一天"), "en": ("post", "busiest day")}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    ask.add_events(parser)
    ask.add_policy(parser)
    ask.add_policy(parser, name="--against", default=None)
    ask.add_language(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object for programs")


def run(options: argparse.Namespace) -> int:
    """Prints the comparison."""
    rulebook, calendars = Rulebook(), ask.calendars_of(options)
    policies = [rulebook.policy(options.policy), rulebook.policy(options.against)]
    until = ask.until_of(options, calendars)
    with History(options.events, rulebook.vocabulary) as history:
        runs = history.run(lambda: [Run(policy, calendars) for policy in policies], _both, until=until)
        sides = [Side(one.finish(until), calendars) for one in runs]
    ask.tell_unconfirmed(calendars)
    names = [options.policy, options.against]
    print(
        _as_json(names, sides, policies) if options.json else _as_tables(names, sides, rulebook, policies, options.lang)
    )
    return 0


def _both(runs: list[Run]) -> Any:
    def take(event: Event) -> None:
        for one in runs:
            one.take(event)

    return take


class Side:
    """What one policy made of the events."""

    def __init__(self, obligations: Iterable[Obligation], calendars: SiteTimes) -> None:
        self.rules: dict[str, Counter[str]] = {}
        self._days: Counter[tuple[str, str]] = Counter()
        for one in obligations:
            self._count(one, calendars)
        self.peaks: dict[str, tuple[int, str]] = {}
        for (post, day), count in sorted(self._days.items()):
            if count > self.peaks.get(post, (0, ""))[0]:
                self.peaks[post] = (count, day)

    def _count(self, one: Obligation, calendars: SiteTimes) -> None:
        figures = self.rules.setdefault(one.rule.id, Counter())
        if one.state == "waived":
            figures["waived"] += 1
        elif one.state != "void":
            figures["owed"] += 1
            figures["met_in_time"] += one.state == "met" and not one.late_seconds
            figures["late"] += bool(one.late_seconds) or (one.state == "open" and one.breached_at is not None)
            day = datetime.fromtimestamp(one.due_at, calendars[one.site].zone).date().isoformat()
            self._days[one.rule.by, day] += 1


def _as_json(names: list[str], sides: list[Side], policies: list[Policy]) -> str:
    rules = sorted(sides[0].rules.keys() | sides[1].rules.keys())
    clauses = {rule.id: rule.clause for policy in policies for rule in policy.rules}
    compared = [
        {"rule": rule, "clause": clauses[rule]}
        | {
            name: {figure: side.rules.get(rule, Counter())[figure] for figure in FIGURES}
            for name, side in _sides(names, sides)
        }
        for rule in rules
    ]
    peaks = {
        name: {post: {"count": count, "day": day} for post, (count, day) in side.peaks.items()}
        for name, side in _sides(names, sides)
    }
    versions = {name: policy.version for name, policy in zip(_labels(names), policies, strict=True)}
    return json.dumps({"policies": versions, "rules": compared, "daily_peaks": peaks}, ensure_ascii=False, indent=1)


def _labels(names: list[str]) -> list[str]:
    return names if names[0] != names[1] else [names[0], f"{names[1]} (2)"]


def _sides(names: list[str], sides: list[Side]) -> list[tuple[str, Side]]:
    return list(zip(_labels(names), sides, strict=True))


def _as_tables(names: list[str], sides: list[Side], rulebook: Rulebook, policies: list[Policy], lang: str) -> str:
    clauses = {rule.id: rule.clause for policy in policies for rule in policy.rules}
    sides_of = ("A", "B")
    heads = (*HEADS[lang][:2], *(f"{head} {side}" for head in HEADS[lang][2:] for side in sides_of))
    rows = [
        (rule, clauses[rule], *(str(side.rules.get(rule, Counter())[figure]) for figure in FIGURES for side in sides))
        for rule in sorted(sides[0].rules.keys() | sides[1].rules.keys())
    ]
    posts = [post for post in rulebook.vocabulary.posts if any(post in side.peaks for side in sides)]
    peaks = [(rulebook.vocabulary.posts[post][lang], *(_peak(side, post) for side in sides)) for post in posts]
    peak_heads = (PEAK[lang][0], *(f"{PEAK[lang][1]} {side}" for side in sides_of))
    colours = ["" if sides[0].rules.get(row[0]) == sides[1].rules.get(row[0]) else "soon" for row in rows]
    legend = "\n".join(f"{side} = {name}" for side, name in zip(sides_of, names, strict=True))
    return f"{legend}\n\n{table(heads, rows, right=range(2, 10), colours=colours)}\n\n{table(peak_heads, peaks)}"


def _peak(side: Side, post: str) -> str:
    count, day = side.peaks.get(post, (0, ""))
    return f"{count} ({day})" if count else "0"
