"""No figure of the rules can change unnoticed: each is changed by the smallest step, and some scenario must then fail.

A limit is moved by one second to either side, hours are counted in working time, a month is turned into each number of
days it can have, a day of force into the day before and after, a share of the time by one per cent, a number by one, a
rate by a tenth of a per cent, and a word (`same_day`, `agreed`, `midway`, `due`) into a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.rulebook.durations import Clock, Duration
from bihuan.rulebook.load import HOME, read_target
from bihuan.rulebook.model import Rule, Step, Target, Value
from bihuan.rulebook.read_rule import read_rule
from bihuan.rulebook.scenario import Scenario, check, read_scenarios
from bihuan.rulebook.sitetime import SiteTime
from bihuan.rulebook.source import Map, read
from tests.rulebook.books import Book

DAYS_OF_MONTHS = {
    1: range(28, 32),
    3: range(89, 93),
    6: range(181, 185),
}  # what one month, a quarter, a half-year can span
A_FIGURE = re.compile(r"P[0-9T][0-9A-Z]*|[0-9]+%|same_day|agreed|midway|due")


@dataclass(frozen=True, slots=True)
class Shifted(Duration):
    """A duration that leads to another instant by a second or so."""

    by: int = 0

    def after(self, start: int, *, calendar: SiteTime, clock: Clock = "calendar") -> int:
        return Duration.after(self, start, calendar=calendar, clock=clock) + self.by


BOOK = Book()
BOOK.policy()
SCENARIOS = list(read_scenarios(HOME / "scenarios"))


@dataclass(frozen=True)
class Mutant:
    """One figure, changed: where it stands, into what, and the rulebook that has it so. `clause`: who should notice."""

    name: str
    clause: str
    book: Book


# ---- the figures


def figures(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every figure of an item: durations, shares, words for times, numbers, days, and `cap`."""
    if isinstance(part, Map):
        for key, value in part.items():
            if isinstance(key, date):
                yield (*path, key)
            yield from figures(value, (*path, key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from figures(value, (*path, index))
    elif is_figure(part) or path[-1] == "cap":
        yield path


def is_figure(part: Any) -> bool:
    if isinstance(part, str):
        return A_FIGURE.fullmatch(part) is not None
    return isinstance(part, (int, float)) and not isinstance(part, bool)


def at(item: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        item = item[key]
    return item


# ---- what a figure can be changed into


def other_durations(given: Duration) -> Iterator[tuple[str, Duration]]:
    if given.form in ("agreed", "midway"):
        yield "PT24H", Duration.parse("PT24H")
        return
    for by in (-1, 1):
        yield f"{by:+} s", Shifted(given.text, given.form, given.seconds, given.months, given.days, by)
    if given.form == "same_day":
        yield "PT24H", Duration.parse("PT24H")
        yield "P1D", Duration.parse("P1D")
    for days in DAYS_OF_MONTHS[given.months] if given.months else ():
        yield f"P{days}D", Duration.parse(f"P{days}D")


def other_steps(given: Step) -> Iterator[tuple[str, Step]]:
    if given.after is not None:
        for name, other in other_durations(given.after):
            yield name, replace(given, after=other)
        return
    for by in (-0.01, 0.01):
        yield f"{by:+.0%}", replace(given, share=given.share + by)


def other_values(given: Value) -> Iterator[tuple[str, Value]]:
    for name, other in other_durations(given.duration):
        yield name, replace(given, duration=other)
    if given.duration.form == "exact" and given.clock == "calendar":
        yield "working time", replace(given, clock="working")


# ---- the mutants of rules


def rule_mutants(item: Map) -> Iterator[Mutant]:
    rule = next(rule for rule in BOOK.rules if rule.id == item["id"])
    for path in figures(item):
        name = f"{item.file.removeprefix('rules/')}:{line(item, path)} {rule.id}"
        for what, other in other_rules(rule, item, path):
            yield Mutant(f"{name} {at_name(item, path)} {what}", rule.clause, with_rule(other))


def line(item: Map, path: tuple[Any, ...]) -> int:
    """The line of a figure: that of the nearest key around it."""
    found, part = item.line, item
    for key in path:
        if isinstance(part, Map):
            found = part.lines[key]
        part = part[key]
    return found


def at_name(item: Map, path: tuple[Any, ...]) -> str:
    figure = path[-1] if isinstance(path[-1], date) else at(item, path)
    return f"{'.'.join(str(key) for key in path if isinstance(key, str))} {figure} to"


def other_rules(rule: Rule, item: Map, path: tuple[Any, ...]) -> Iterator[tuple[str, Rule]]:
    match path:
        case (("within" | "every"), date() as since, "value"):
            for name, value in other_values(value_since(rule, since)):
                yield name, with_value(rule, since, value)
        case (("within" | "every"), date() as since):
            for by in (-1, 1):
                day = since + timedelta(days=by)
                yield str(day), with_value(rule, since, replace(value_since(rule, since), since=day))
        case ("target",):
            assert rule.target is not None
            for name, span in other_durations(rule.target):
                yield name, replace(rule, target=span)
        case ("at",):
            yield from ()  # midway stands twice: its value is changed
        case ("cap",):
            yield "false", replace(rule, cap=False)
        case ("if", fact, operator) if isinstance(at(item, path), int):
            for by in (-1, 1):
                yield f"{at(item, path) + by}", again(item, {"if": {fact: {operator: at(item, path) + by}}})
        case _:
            raise AssertionError(f"nobody knows how to change {item['id']}: {path}")


def value_since(rule: Rule, since: date) -> Value:
    return next(value for value in rule.values if value.since == since)


def with_value(rule: Rule, since: date, value: Value) -> Rule:
    return replace(rule, values=tuple(value if one.since == since else one for one in rule.values))


def again(item: Map, changes: dict[str, Any]) -> Rule:
    """The rule read again with other conditions."""
    other = Map(item.file, item.line)
    other.lines = item.lines
    other.update(item)
    for key, facts in changes.items():
        other[key] = as_map({**item[key], **facts})
    return read_rule(BOOK.words, other)


def as_map(value: Any) -> Any:
    if isinstance(value, dict):
        made = Map("x.yaml", 1)
        made.update({key: as_map(one) for key, one in value.items()})
        return made
    return value


def with_rule(other: Rule) -> Book:
    return BOOK.changed(rules=tuple(other if rule.id == other.id else rule for rule in BOOK.rules))


# ---- the mutants of settings and targets


def settings_mutants() -> Iterator[Mutant]:
    for name, span in other_durations(BOOK.settings.born_late):
        yield Mutant(
            f"settings.yaml born_late {name}", "", BOOK.changed(settings=replace(BOOK.settings, born_late=span))
        )
    for by in (-1, 1):
        joint = replace(BOOK.settings, joint_signers=BOOK.settings.joint_signers + by)
        yield Mutant(f"settings.yaml joint_signers {joint.joint_signers}", "XQ-C5.2A", BOOK.changed(settings=joint))
    for ladder, steps in BOOK.words.ladders.items():
        for index, step in enumerate(steps):
            for name, other in other_steps(step):
                climbed = (*steps[:index], other, *steps[index + 1 :])
                yield Mutant(f"settings.yaml {ladder} step {index + 1} {name}", "", with_ladder(ladder, climbed))


def with_ladder(ladder: str, steps: tuple[Step, ...]) -> Book:
    climbs = {duty.name for duty in BOOK.vocabulary.duties.values() if duty.ladder == ladder}
    own = {item["id"] for item in BOOK._items if "escalate" in item}
    return BOOK.changed(
        rules=tuple(
            replace(rule, steps=steps) if rule.duty in climbs and rule.id not in own else rule for rule in BOOK.rules
        )
    )


def target_mutants(item: Map) -> Iterator[Mutant]:
    for target in read_target(BOOK.words, item):
        if target.value is not None:
            step = 0.001 if target.figure.endswith("rate") else 1
            for by in (-step, step):
                other = replace(target, value=target.value + by)
                yield Mutant(f"targets.yaml {target.id} {other.value}", target.clause, with_target(other))
            for days in (-1, 1):
                other = replace(target, since=target.since + timedelta(days=days))
                yield Mutant(f"targets.yaml {target.id} {other.since}", target.clause, with_target(other))


def with_target(other: Target) -> Book:
    return BOOK.changed(targets=tuple(other if target.id == other.id else target for target in BOOK.targets))


def mutants() -> Iterator[Mutant]:
    for item in BOOK._items:
        if "owe" in item:
            yield from rule_mutants(item)
    yield from settings_mutants()
    for item in read(HOME / "rules" / "targets.yaml", name="rules/targets.yaml"):
        yield from target_mutants(item)


MUTANTS = list(mutants())


# ---- who notices


def notice(book: Book, scenarios: list[Scenario]) -> bool:
    return any(check(scenario, book) for scenario in scenarios)


def clauses_of(scenario: Scenario) -> set[str]:
    return {scenario.clause, *(expected.get("clause", "") for expected in scenario.given.get("expect", ()))}


SPEAK_OF: dict[str, list[Scenario]] = {}
for one in SCENARIOS:
    for clause_ in sorted(clauses_of(one)):
        SPEAK_OF.setdefault(clause_, []).append(one)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_changed_figure_is_noticed(mutant: Mutant) -> None:
    noticed = notice(mutant.book, SPEAK_OF.get(mutant.clause, [])) or notice(mutant.book, SCENARIOS)
    assert noticed, f"no scenario fails with {mutant.name}: write one that shows both sides of this figure"


def test_without_a_change_there_is_nothing_to_notice() -> None:
    """Otherwise every mutant would seem to be noticed."""
    assert not notice(BOOK.changed(), SCENARIOS)


def test_every_figure_of_the_files_is_changed() -> None:
    """The walk over the items finds what a plain search of the text finds."""
    for path in sorted((HOME / "rules").glob("*.yaml")):
        text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
        plain = re.findall(
            r"(?<![\w.-])(?:P[0-9T][0-9A-Z]*|\d+%|same_day|agreed|midway|due)(?![\w.])|\d{4}-\d\d-\d\d", text
        )
        items = read(path, name=path.name)
        walked = [at_name(items, one) for one in figures(items) if not isinstance(at(items, one), (int, float, bool))]
        assert len(walked) == len(plain), path.name
