"""The pages of reference name everything there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from bihuan.ledger.kinds import KINDS

ROOT = Path(__file__).parents[2]
OURS = re.compile(r"\bBIHUAN_[A-Z_]+\b")
SET_BY_US = {"BIHUAN_RECORDER", "BIHUAN_SUPERVISOR"}  # among ourselves


def rows(page: str) -> list[list[str]]:
    """The rows of the tables of a page, cell by cell."""
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def test_every_setting_stands_in_the_page_on_settings() -> None:
    sources = [*(ROOT / "bihuan").rglob("*.py"), ROOT / "run", ROOT / "scripts" / "environment.sh"]
    read = {name for path in sources for name in re.findall(r"""["'{](BIHUAN_[A-Z_]+)""", path.read_text("utf-8"))}
    told = {row[0].strip("`") for row in rows("settings.md") if OURS.fullmatch(row[0].strip("`"))}
    made = {"BIHUAN_SECRET_KEY"}  # environment.secret puts its name together
    assert told - made == read - SET_BY_US


def test_every_kind_of_event_stands_with_its_facts_in_the_page_on_events() -> None:
    told = {row[0].strip("`"): [set(re.findall(r"`(\w+)`", cell)) for cell in row[1:]] for row in rows("events.md")}
    assert told == {name: [set(kind.required), set(kind.facts - kind.required)] for name, kind in KINDS.items()}


def test_every_room_stands_in_the_map() -> None:
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    rooms = sorted(path.parent.name for path in (ROOT / "bihuan").glob("*/__init__.py"))
    assert [room for room in rooms if f" {room}/ " not in text] == []
