"""On every date each duty of a clause in force has a figure, and no two figures stand side by side by accident.

Walked are all policies that are shipped, and of each the days around every change of a value. Rules that are meant to
stand together are declared in regulations/conflicts.yaml under `beside`, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest

from bihuan.rulebook import Event, replay
from bihuan.rulebook.load import HOME, Rulebook
from bihuan.rulebook.match import same
from bihuan.rulebook.model import Rule
from bihuan.rulebook.policy import Policy
from bihuan.rulebook.source import parse, read
from bihuan.rulebook.vocabulary import Fact

BOOK = Rulebook()
POLICIES = {name: BOOK.policy(name) for name in ("strict", *BOOK.codes)}
DECLARED = read(HOME / "regulations" / "conflicts.yaml", name="conflicts.yaml")["beside"]
BESIDE = {frozenset((one["rule"], other)): one for one in DECLARED for other in one["with"]}
Fault = tuple[str, ...]


def days_of_change(rules: Sequence[Rule]) -> list[date]:
    """The days on which a value takes force, with the day before and the day after."""
    starts = {value.since for rule in rules for value in rule.values}
    return sorted({day + timedelta(days=by) for day in starts for by in (-1, 0, 1)})


# ---- what can be owed at once


def starts(rule: Rule) -> set[str]:
    """The events from which a rule counts."""
    return set(rule.start or rule.when)


def can_hold_together(one: Rule, other: Rule) -> bool:
    """Whether there is a value for each fact that meets both conditions."""
    mine, theirs = one.condition.source, other.condition.source
    return all(can_meet_both(BOOK.vocabulary.facts[fact], mine[fact], theirs[fact]) for fact in mine.keys() & theirs)


def can_meet_both(fact: Fact, one: Any, other: Any) -> bool:
    return any(meets(value, one) and meets(value, other) for value in values_of(fact, one, other))


def values_of(fact: Fact, *wanted: Any) -> list[Any]:
    """Enough values of a fact to tell conditions apart: all of a code or flag, and around each figure that is named."""
    figures = [bound for part in wanted if isinstance(part, dict) for bound in part.values() if isinstance(bound, int)]
    around = [bound + by for bound in figures for by in (-1, 0, 1)]
    return [None, *fact.values, True, False, *around, 0, "another"]


def meets(value: Any, wanted: Any) -> bool:
    """An own reading of match maps, apart from the engine's."""
    if isinstance(wanted, list):
        return any(meets(value, one) for one in wanted)
    if not isinstance(wanted, dict):
        return same(value, wanted)
    return all(
        (operator != "not" or not meets(value, bound))
        and (operator != "known" or (value is not None) == bound)
        and (operator != "gte" or (type(value) is int and value >= bound))
        and (operator != "lte" or (type(value) is int and value <= bound))
        for operator, bound in wanted.items()
    )


# ---- gaps


def gaps(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Rules without a value on a day on which another rule of their clause, or of their regulation, has one."""
    for day in days_of_change(rules):
        in_force = {regulation(rule) for rule in rules if rule.value_on(day)}
        for rule in rules:
            if regulation(rule) in in_force and rule.value_on(day) is None:
                yield rule.id, str(day)


def regulation(rule: Rule) -> str:
    return rule.clause.partition("-")[0]


@pytest.mark.parametrize("name", POLICIES)
def test_no_duty_is_without_a_figure_once_its_regulation_is_in_force(name: str) -> None:
    assert not list(gaps(POLICIES[name].rules))


def test_a_gap_is_found() -> None:
    rules = POLICIES["xq"].rules
    late = replace(rules[3], values=(replace(rules[3].values[0], since=date(2019, 1, 1)),))
    found = {fault[0] for fault in gaps([*rules[:3], late, *rules[4:]])}
    assert found == {late.id}


def day_of(rule: Rule) -> date:
    """The day from which a rule has a value."""
    return rule.values[0].since


# ---- gaps that yielding makes: whoever is silent needs somebody who speaks


def silenced(policy: Policy) -> Iterator[tuple[Rule, Rule]]:
    """Rules with one they yield to, where both open at the same event and can hold together."""
    for rule in policy.rules:
        for other in policy.yields[rule.id]:
            if starts(rule) & starts(other) and can_hold_together(rule, other):
                yield rule, other


SILENCED = [
    pytest.param(name, rule, other, id=f"{name} {rule.id} {other.id}")
    for name, policy in POLICIES.items()
    for rule, other in silenced(policy)
]


@pytest.mark.parametrize(("name", "rule", "other"), SILENCED)
def test_whoever_yields_does_so_to_a_rule_in_force(name: str, rule: Rule, other: Rule) -> None:
    """On a day on which only the yielding rule has a value it is owed; afterwards only the other is."""
    policy = POLICIES[name]
    for day in days_of_change([rule, other]):
        owed = {one.rule.duty for one in replay(policy, events(rule, day))}
        assert (rule.duty in owed) == bool(rule.value_on(day) or other.value_on(day)), day


def events(rule: Rule, day: date) -> list[Event]:
    """What makes a rule apply at noon of a day: its starting event, under facts that meet its condition."""
    noon = int((day - date(1970, 1, 1)).total_seconds()) + 4 * 3600
    facts = {fact: holding(wanted) for fact, wanted in rule.condition.source.items()}
    return [Event(noon, kind, "case:1", facts=facts) for kind in sorted(starts(rule) | set(rule.when))[:1]]


def holding(wanted: Any) -> Any:
    """A value that meets one entry of a match map."""
    if isinstance(wanted, dict):
        return None
    return wanted[0] if isinstance(wanted, list) else wanted


# ---- overlaps


def overlaps(policy: Policy) -> Iterator[Fault]:
    """Pairs of rules for one duty that can be owed at once, where neither yields, and which nobody declared."""
    for one, other in combinations(policy.rules, 2):
        if stand_together(policy, one, other) and frozenset((one.id, other.id)) not in BESIDE:
            yield one.id, other.id


def stand_together(policy: Policy, one: Rule, other: Rule) -> bool:
    if one.duty != other.duty or not starts(one) & starts(other) or not can_hold_together(one, other):
        return False
    if other.id == one.apart_from or one.id == other.apart_from:
        return False  # the rule itself says that it stands beside the other
    days = days_of_change(policy.rules)
    return any(one.value_on(day) and other.value_on(day) and not silent(policy, one, other, day) for day in days)


def silent(policy: Policy, one: Rule, other: Rule, day: date) -> bool:
    """Whether one of two is silent wherever both would hold: beside the other, or beside a third that covers both."""
    others = (*policy.yields[one.id], *policy.yields[other.id])
    return any(third.value_on(day) and covers(third, one, other) for third in others)


def covers(third: Rule, one: Rule, other: Rule) -> bool:
    """Whether a third rule applies wherever both do."""
    if third in (one, other):
        return True
    return bool(starts(one) & starts(other) & starts(third)) and all(
        meets(value, wanted)
        for fact, wanted in third.condition.source.items()
        for value in values_of(BOOK.vocabulary.facts[fact], wanted)
        if all(meets(value, rule.condition.source[fact]) for rule in (one, other) if fact in rule.condition.source)
    )


@pytest.mark.parametrize("name", POLICIES)
def test_no_two_figures_for_a_duty_stand_side_by_side_undeclared(name: str) -> None:
    assert not list(overlaps(POLICIES[name]))


def with_another(rule: Rule) -> Policy:
    """The default policy with one more rule."""
    book = Rulebook()
    book.__dict__.update(vocabulary=BOOK.vocabulary, words=BOOK.words, rules=(*BOOK.rules, rule))
    return book.policy()


def test_an_overlap_is_found() -> None:
    acknowledge = POLICIES["strict"].by_id["complaint.acknowledge"]
    other = replace(
        acknowledge, id="another", condition=BOOK.words.match(parse("if: {channel: [phone, fax]}", name="test"), "if")
    )
    assert list(overlaps(with_another(other))) == [("complaint.acknowledge", "another")]


def test_conditions_that_exclude_each_other_are_no_overlap() -> None:
    acknowledge = POLICIES["strict"].by_id["complaint.acknowledge"]
    other = replace(
        acknowledge, id="another", condition=BOOK.words.match(parse("if: {channel: [phone]}", name="test"), "if")
    )
    assert not list(overlaps(with_another(other)))


def test_a_rule_that_yields_is_no_overlap() -> None:
    acknowledge = POLICIES["strict"].by_id["complaint.acknowledge"]
    assert not list(overlaps(with_another(replace(acknowledge, id="another", yields_to=(acknowledge.id,)))))


# ---- what is declared


@pytest.mark.parametrize("pair", BESIDE, ids=lambda pair: " ".join(sorted(pair)))
def test_a_declared_pair_exists_and_has_its_reason(pair: frozenset[str]) -> None:
    one, other = (rule for rule in BOOK.rules if rule.id in pair)
    assert any(stand_together(policy, one, other) for policy in POLICIES.values() if pair <= policy.by_id.keys()), (
        "they no longer stand together: take them out of regulations/conflicts.yaml"
    )
    assert BESIDE[pair]["zh"]
    assert BESIDE[pair]["en"]
