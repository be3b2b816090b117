"""What the documents show is true: every example is run."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest

from bihuan.ops.cli import COMMANDS
from bihuan.rulebook.load import HOME, Rulebook
from bihuan.rulebook.read_rule import RULE_KEYS
from bihuan.rulebook.scenario import check, read_scenarios
from tests.ops.conftest import ROOT, Run, bihuan

__all__ = ["bihuan"]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
FILES = re.compile(r"```yaml (file|append)=(\S+)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_example_is_true(page: Path) -> None:
    assert doctest.testfile(str(page), module_relative=False).failed == 0


@pytest.mark.parametrize(
    "page", [page for page in PAGES if CONSOLE.search(page.read_text())], ids=lambda page: page.name
)
def test_every_command_shown_prints_what_is_shown(page: Path, bihuan: Run) -> None:
    """The lines shown stand in what is printed, in that order; a page may leave lines out."""
    for block in CONSOLE.findall(page.read_text()):
        command, *shown = block.splitlines()
        printed = iter(bihuan(*command.removeprefix("$ ./run ").split()).stdout.splitlines())
        assert [line for line in shown if line not in printed] == [], command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text()
    assert [command for command in COMMANDS if f"`./run {command}" not in text] == []


def test_the_page_on_words_names_every_word() -> None:
    text = (ROOT / "docs" / "words.md").read_text()
    words = Rulebook().vocabulary
    verbs = {part for kind in words.kinds for part in kind.split(".")}
    values = {value for fact in words.facts.values() for value in fact.values}
    wanted = verbs | values | words.facts.keys() | words.duties.keys() | words.posts.keys()
    assert [word for word in sorted(wanted) if f"`{word}`" not in text] == []


def test_the_page_on_rules_names_every_key() -> None:
    text = (ROOT / "docs" / "adding-a-rule.md").read_text()
    assert [key for key in RULE_KEYS if f"`{key}`" not in text and f"`{key}:" not in text] == []


def test_the_rule_that_the_page_adds_does_what_the_page_says(tmp_path: Path) -> None:
    home = tmp_path / "bihuan" / "rulebook"
    shutil.copytree(HOME, home, ignore=shutil.ignore_patterns("__pycache__", "scenarios", "*.py"))
    files = FILES.findall((ROOT / "docs" / "adding-a-rule.md").read_text())
    for how, name, text in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if how == "file" else "a", encoding="utf-8") as file:
            file.write(text)
    rulebook = Rulebook(home)
    assert [rule.id for rule in rulebook.policy("own").rules] == ["enquiry.lost_property"]
    scenarios = list(read_scenarios(home / "scenarios"))
    assert [fault for scenario in scenarios for fault in check(scenario, rulebook)] == []
    assert len(scenarios) == 5
