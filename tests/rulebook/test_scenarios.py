"""Every scenario holds, and every deadline is shown from both sides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bihuan.rulebook.load import HOME
from bihuan.rulebook.model import Rule
from bihuan.rulebook.scenario import Scenario, check, read_scenarios, run
from tests.rulebook.books import Book

SCENARIOS = list(read_scenarios(HOME / "scenarios"))
Told = dict[str, Any]


BOOK = Book()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: f"{one.where.removeprefix('scenarios/')} {one.name}")
def test_it_comes_out_as_written(scenario: Scenario) -> None:
    assert not check(scenario, BOOK), "\n".join(check(scenario, BOOK))


# ---- both sides of every limit: what is told of a scenario counts only where an expectation names its clause


def told_under_an_expectation() -> Iterator[tuple[Scenario, Told]]:
    for scenario in SCENARIOS:
        if "expect" in scenario.given:
            named = {expected.get("clause") for expected in scenario.given["expect"]}
            for told in run(scenario, BOOK.policy(scenario.given.get("policy", "strict"))):
                if told["clause"] in named:
                    yield scenario, told


TOLD: dict[str, list[tuple[Scenario, Told]]] = {}
for one_, told_ in told_under_an_expectation():
    TOLD.setdefault(told_["rule"], []).append((one_, told_))

BY_PEOPLE = [rule for rule in BOOK.rules if rule.then is None]
BY_THE_CLOCK = [rule for rule in BOOK.rules if rule.then is not None]


def written(rule: Rule, scenario: Scenario, *keys: str) -> bool:
    """Whether an expectation of the scenario names the rule's clause and speaks of all these."""
    return any(one.get("clause") == rule.clause and one.keys() >= set(keys) for one in scenario.given["expect"])


@pytest.mark.parametrize("rule", BY_PEOPLE, ids=lambda rule: rule.id)
def test_a_limit_is_shown_kept_at_its_last_second(rule: Rule) -> None:
    assert any(
        told["late"] == 0 and told["met"] == told["due"] and written(rule, scenario, "due", "late")
        for scenario, told in TOLD[rule.id]
    )


@pytest.mark.parametrize("rule", BY_PEOPLE, ids=lambda rule: rule.id)
def test_a_limit_is_shown_broken_by_one_second(rule: Rule) -> None:
    assert any(
        told["late"] == 1 and told["breached"] == told["due"] and written(rule, scenario, "late")
        for scenario, told in TOLD[rule.id]
    )


@pytest.mark.parametrize("rule", BY_THE_CLOCK, ids=lambda rule: rule.id)
def test_the_clock_is_shown_to_have_acted_one_second_after(rule: Rule) -> None:
    assert any(
        told["state"] == "met" and told["met"] == told["due"] == end(scenario) - 1 and written(rule, scenario, "state")
        for scenario, told in TOLD[rule.id]
    )


@pytest.mark.parametrize("rule", BY_THE_CLOCK, ids=lambda rule: rule.id)
def test_the_clock_is_shown_waiting_at_the_due_instant(rule: Rule) -> None:
    """All events of that instant come first: one of them may still take the reason away."""
    assert any(
        told["state"] == "open" and told["due"] == end(scenario) and written(rule, scenario, "state")
        for scenario, told in TOLD[rule.id]
    )


def end(scenario: Scenario) -> int:
    """The instant a scenario is looked at: its `until`, or its last event."""
    text = scenario.given.get("until", scenario.given["events"][-1]["at"])
    return int(datetime.fromisoformat(str(text)).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


# ---- no scenario says nothing


def test_every_deadline_has_scenarios_under_its_own_heading() -> None:
    headings = {scenario.clause for scenario in SCENARIOS}
    deadlines = {clause.id for clause in BOOK.clauses.values() if clause.kind == "deadline"}
    assert deadlines <= headings


@pytest.mark.parametrize("scenario", [one for one in SCENARIOS if "events" in one.given], ids=lambda one: one.where)
def test_it_expects_something_and_says_it_in_its_name(scenario: Scenario) -> None:
    assert scenario.given["expect"]
    assert scenario.name == scenario.name.strip(" .")
    assert scenario.given.keys() <= {"name", "policy", "events", "until", "expect"}


def test_no_two_scenarios_of_a_clause_have_one_name_in_a_file() -> None:
    names = [(scenario.where.partition(":")[0], scenario.clause, scenario.name) for scenario in SCENARIOS]
    assert {name for name in names if names.count(name) > 1} == set()
