"""Regulations that are incomplete or misnamed are refused, with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bihuan.kernel.errors import Refused
from bihuan.rulebook.load import HOME, Rulebook

CLAUSE = "- {id: OWN-1, kind: deadline, source: s, zh: 甲。, en: A.}\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "regulation: OWN\nclauses:\n- {id: OWN-1, kind: deadline, source: s, zh: 甲。}\n",
            'own.yaml:3: "en" is missing.',
        ),
        ("regulation: OWN\nclauses:\n" + CLAUSE.replace("deadline", "deadlines"), "no kind of clause"),
        ("regulation: OWN\nclauses:\n" + CLAUSE.replace("OWN-1", "XY-1"), "XY-1 is no id of OWN."),
        ("regulation: OWN\nclauses:\n" + CLAUSE + CLAUSE, "own.yaml:4: the clause OWN-1 is given twice."),
        ("regulation: XY\nclauses:\n" + CLAUSE, "own.yaml:1: this file holds the regulation XY."),
        ("regulation: OWN\nclauses:\n- OWN-1\n", "a clause is a map."),
        ("regulation: OWN\n", "a regulation has a name and clauses."),
        ("regulation: OWN\nclauses:\n" + CLAUSE.replace("}", ", ours: yes}"), '"ours" says in both languages'),
    ],
)
def test_a_regulation_that_is_not_right_is_refused(tmp_path: Path, text: str, what: str) -> None:
    shutil.copytree(HOME, tmp_path / "home", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (tmp_path / "home" / "regulations" / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        assert Rulebook(tmp_path / "home").clauses
    assert what in str(caught.value)
    assert caught.value.remedy


def test_a_regulation_in_another_encoding_is_refused(tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "home", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (tmp_path / "home" / "regulations" / "own.yaml").write_bytes("regulation: 甲".encode("gbk"))
    with pytest.raises(Refused, match="it is not UTF-8 text"):
        assert Rulebook(tmp_path / "home").clauses
