"""What the style asks of every file, where a tool can tell."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in (ROOT / "bihuan").rglob("*.py") if "migrations" not in path.parts)
CLOCK = ROOT / "bihuan" / "kernel" / "clock.py"  # the one place that reads it
PURE_ROOMS = ("kernel", "worktime", "paper", "rulebook")
PURE = [path for path in FILES if path.relative_to(ROOT).parts[1] in PURE_ROOMS and path != CLOCK]
A_CLOCK = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time|time\.monotonic)\(")
A_FIGURE = re.compile(r"timedelta\((weeks|days|hours|minutes)=\d")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_pure_rooms_read_no_clock(path: Path) -> None:
    assert A_CLOCK.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in FILES if "rulebook" in path.parts], ids=name_of)
def test_figures_stand_in_rules_and_not_in_code(path: Path) -> None:
    assert A_FIGURE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef)]
    assert len(text.splitlines()) <= 400
    assert [one.name for one in functions if (one.end_lineno or 0) - one.lineno >= 40] == []
