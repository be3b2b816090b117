"""Coverage: for every clause, whether features serve it and tests show that, or rules and targets only model it.

A clause that is modelled and served counts as served, by both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bihuan.rulebook.load import Rulebook
from bihuan.rulebook.model import Clause, Rule, Target, Waiver

Word = Literal["modelled", "served", "open"]
_SERVES = re.compile(r"""serves\(((?:\s*["'][^"']+["']\s*,?)+)\)""")
_QUOTED = re.compile(r"""["']([^"']+)["']""")
_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Covered:
    """A clause and what stands behind it: rule and target ids, or test names."""

    clause: Clause
    word: Word
    by: tuple[str, ...]


def coverage(rulebook: Rulebook, tests: Path | None = None) -> list[Covered]:
    """Every clause in the order of its regulation. `tests`: the folder whose tests say which clauses they serve."""
    models: dict[str, list[str]] = {}
    parts: tuple[Rule | Waiver | Target, ...] = (*rulebook.rules, *rulebook.waivers, *rulebook.targets)
    for part in parts:
        models.setdefault(part.clause, []).append(part.id)
    serving = served(tests) if tests is not None and tests.is_dir() else {}
    return [_covered(clause, models, serving) for clause in rulebook.clauses.values()]


def _covered(clause: Clause, models: dict[str, list[str]], serving: dict[str, list[str]]) -> Covered:
    by = tuple(dict.fromkeys((*models.get(clause.id, ()), *serving.get(clause.id, ()))))
    if clause.id in serving:
        return Covered(clause, "served", by)
    return Covered(clause, "modelled" if by else "open", by)


def served(tests: Path) -> dict[str, list[str]]:
    """By clause, the tests marked `@serves("XQ-D2.2b")`."""
    found: dict[str, list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        for mark in _SERVES.finditer(text):
            test = _TEST.search(text, mark.end())
            for clause in _QUOTED.findall(mark[1]):
                if test is not None:
                    found.setdefault(clause, []).append(test[1])
    return found
