"""What tests say they serve."""

from __future__ import annotations

from pathlib import Path

from bihuan.obligations.books import rulebook
from bihuan.rulebook.coverage import served

TESTS = Path(__file__).parents[1]


def test_whatever_a_test_says_it_serves_is_a_clause() -> None:
    found = served(TESTS)
    assert set(found) - set(rulebook().clauses) == set()
    assert len(found) > 50
