"""The register of clauses, and the rules that rest on it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bihuan.rulebook.load import HOME, Rulebook
from bihuan.rulebook.model import Clause, Rule, Target
from bihuan.rulebook.source import Map, read

BOOK = Rulebook()
CLAUSES = list(BOOK.clauses.values())
FILES = [path for path in sorted((HOME / "regulations").glob("*.yaml")) if path.stem != "conflicts"]
ITEMS = [(path, item) for path in FILES for item in read(path, name=path.name)["clauses"]]
CONFLICTS = read(HOME / "regulations" / "conflicts.yaml", name="conflicts.yaml")
KINDS = {"deadline", "duty", "record", "channel", "role", "loop", "rate", "form", "content", "privacy", "analysis"}
ASCII_MARKS = re.compile(r"[,;:!?()\"'<>\[\]{}]|\.(?!\d)")  # a point within a clause's number or a figure may stand
SHIPPED, REQUIREMENTS = ("HF", "XQ", "GC", "ZL", "TS"), 220


def of_kind(kind: str) -> list[Clause]:
    return [clause for clause in CLAUSES if clause.kind == kind]


# ---- the clauses


def test_there_are_as_many_clauses_as_requirements_were_found() -> None:
    assert len(ITEMS) == len(CLAUSES)
    assert len([clause for clause in CLAUSES if clause.regulation in SHIPPED]) == REQUIREMENTS


def test_every_clause_is_given_once() -> None:
    assert [name for name, count in Counter(item["id"] for _, item in ITEMS).items() if count > 1] == []


def test_the_quick_search_for_ids_finds_what_reading_finds() -> None:
    assert BOOK.clause_ids == set(BOOK.clauses)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_regulation_has_its_name_and_only_clauses_of_its_own(path: Path) -> None:
    regulation = read(path, name=path.name)
    assert regulation["title"].keys() == {"zh", "en"}
    assert regulation["about"].keys() == {"zh", "en"}
    assert {item["id"].partition("-")[0] for item in regulation["clauses"]} == {regulation["regulation"]}


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_a_clause_says_what_it_asks_in_both_languages(clause: Clause) -> None:
    assert clause.kind in KINDS
    assert clause.source
    for text in (clause.zh, clause.en, *(clause.ours or {"zh": "本产品的读法。", "en": "Ours."}).values()):
        assert text == text.strip()
        assert text[-1] in "。？.?"
    assert clause.ours is None or clause.ours.keys() == {"zh", "en"}


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_chinese_is_punctuated_in_chinese(clause: Clause) -> None:
    for text in (clause.zh, (clause.ours or {}).get("zh", "")):
        assert ASCII_MARKS.findall(text) == []


@pytest.mark.parametrize(("path", "item"), ITEMS, ids=lambda one: one["id"] if isinstance(one, Map) else "")
def test_a_clause_has_no_key_that_nobody_reads(path: Path, item: Map) -> None:
    assert item.keys() <= {"id", "kind", "source", "zh", "en", "ours"}


# ---- the rules


@pytest.mark.parametrize("clause", of_kind("deadline"), ids=lambda clause: clause.id)
def test_every_deadline_has_a_rule(clause: Clause) -> None:
    assert [rule for rule in BOOK.rules if rule.clause == clause.id]


@pytest.mark.parametrize("clause", of_kind("rate"), ids=lambda clause: clause.id)
def test_every_rate_has_a_target(clause: Clause) -> None:
    assert [target for target in BOOK.targets if target.clause == clause.id]


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_rests_on_a_deadline_and_its_figures_on_the_same_clause(rule: Rule) -> None:
    """A value under the wrong rule would cite another clause than the rule does. Our own promises rest on any duty."""
    assert rule.house or BOOK.clauses[rule.clause].kind == "deadline"
    assert not rule.house or all(value.ours for value in rule.values)
    assert {value.cite for value in rule.values} == {rule.clause}


@pytest.mark.parametrize("target", BOOK.targets, ids=lambda target: target.id)
def test_a_target_rests_on_a_rate(target: Target) -> None:
    assert BOOK.clauses[target.clause].kind == "rate"


def test_every_figure_of_a_target_cites_the_clause_of_its_target() -> None:
    for item in read(HOME / "rules" / "targets.yaml", name="rules/targets.yaml"):
        for bound in ("at_least", "at_most"):
            assert {entry["cite"] for entry in item.get(bound, {}).values()} <= {item["clause"]}


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_figure_of_ours_is_explained_with_its_clause(rule: Rule) -> None:
    if any(value.ours for value in rule.values):
        assert BOOK.clauses[rule.clause].ours


def test_an_exemption_rests_on_a_clause_that_exempts() -> None:
    assert {BOOK.clauses[waiver.clause].kind for waiver in BOOK.waivers} == {"duty"}


# ---- where regulations disagree


@pytest.mark.parametrize("conflict", CONFLICTS["conflicts"], ids=lambda conflict: conflict["about"]["en"])
def test_a_conflict_names_clauses_that_exist(conflict: Map) -> None:
    named = [variant["clause"] for variant in conflict["variants"]]
    assert set(named) <= set(BOOK.clauses)
    assert conflict.get("wins", named[0]) in named
    assert conflict["about"].keys() == {"zh", "en"}
    assert "wins" in conflict or "note" in conflict, "say who wins, or why all of them stand"


def losing() -> list[tuple[str, str]]:
    """Clauses that lose in a conflict, with the winner, where both owe the same duty from the same event."""
    return sorted(
        {
            (variant["clause"], conflict["wins"])
            for conflict in CONFLICTS["conflicts"]
            for variant in conflict["variants"]
            if "wins" in conflict and variant["clause"] != conflict["wins"]
            if meet(variant["clause"], conflict["wins"]) and (variant["clause"], conflict["wins"]) not in BESIDE
        }
    )


def meet(one: str, other: str) -> list[Rule]:
    """The rules of a clause that owe what a rule of the other owes, from the same event."""
    return [
        rule
        for rule in BOOK.rules
        if rule.clause == one
        for winner in BOOK.rules
        if winner.clause == other and winner.duty == rule.duty and set(winner.when) & set(rule.when)
    ]


BESIDE = {
    (BOOK.policy().by_id[one].clause, BOOK.policy().by_id[other].clause)
    for entry in CONFLICTS["beside"]
    for other in entry["with"]
    for one, other in ((entry["rule"], other), (other, entry["rule"]))
}


@pytest.mark.parametrize(("clause", "winner"), losing())
def test_who_loses_a_conflict_yields_to_the_winner(clause: str, winner: str) -> None:
    by_id = {rule.id: rule for rule in BOOK.rules}
    for rule in meet(clause, winner):
        assert winner in {by_id[other].clause for other in rule.yields_to}
