"""The regulations: their clauses, restated in 中文 and English. One file each, called by its code in small letters."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NoReturn

from bihuan.kernel.errors import Refused
from bihuan.rulebook.model import Clause
from bihuan.rulebook.source import Map, read

KINDS = "deadline rate duty record form channel content role privacy loop analysis".split()
NEEDED = ("id", "kind", "source", "zh", "en")
_ID = re.compile(r"^- id: (\S+)", re.MULTILINE)


def regulation_files(home: Path) -> list[Path]:
    """The files of the regulations, by code."""
    return sorted(path for path in (home / "regulations").glob("*.yaml") if path.stem != "conflicts")


def clause_ids(files: list[Path]) -> frozenset[str]:
    """The ids of all clauses, found without reading their texts: starting stays quick."""
    return frozenset(
        found for path in files for found in _ID.findall(path.read_text(encoding="utf-8", errors="replace"))
    )


def read_clauses(files: list[Path]) -> dict[str, Clause]:
    """All clauses, in the order of their regulations. Refuses what is incomplete, misnamed or given twice."""
    clauses: dict[str, Clause] = {}
    for path in files:
        for clause in _regulation(path):
            if clause.id in clauses:
                _refuse(f"the clause {clause.id} is given twice.", clause.where, "Give each clause an id of its own.")
            clauses[clause.id] = clause
    return clauses


def _regulation(path: Path) -> list[Clause]:
    name = f"regulations/{path.name}"
    data = read(path, name=name)
    if not isinstance(data, Map) or not isinstance(data.get("clauses"), list):
        _refuse("a regulation has a name and clauses.", f"{name}:1", "Write regulation: OWN and clauses: with - id: …")
    code = path.stem.upper()
    if data.get("regulation") != code:
        what = f"this file holds the regulation {data.get('regulation')}."
        _refuse(
            what, data.where("regulation"), f"Write regulation: {code}, as the file is called, or call the file so."
        )
    return [_clause(item, code, name) for item in data["clauses"]]


def _clause(item: object, code: str, name: str) -> Clause:
    if not isinstance(item, Map):
        _refuse("a clause is a map.", f"{name}:1", "Begin each with - id: …")
    missing = [key for key in NEEDED if not isinstance(item.get(key), str) or not item[key]]
    if missing:
        _refuse(f'"{missing[0]}" is missing.', item.where(missing[0]), f"Add a line {missing[0]}: …")
    if item["kind"] not in KINDS:
        _refuse(f'there is no kind of clause "{item["kind"]}".', item.where("kind"), f"Use one of {', '.join(KINDS)}.")
    if not item["id"].startswith(f"{code}-"):
        _refuse(f"{item['id']} is no id of {code}.", item.where("id"), f"Begin it with {code}-.")
    ours = item.get("ours")
    if ours is not None and (not isinstance(ours, Map) or set(ours) != {"zh", "en"}):
        _refuse('"ours" says in both languages what is ours.', item.where("ours"), "Write ours: {zh: …, en: …}.")
    return Clause(item["id"], code, item["kind"], item["source"], item["zh"], item["en"], ours, item.where("id"))


def _refuse(what: str, where: str, remedy: str) -> NoReturn:
    raise Refused(what, where=where, remedy=remedy, code="bad_regulation")
