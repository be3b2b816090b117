"""Match maps: the conditions of rules. Every key must hold; nothing can be computed in them.

A value matches itself; a list any of its members; `{not: v}`, `{gte: n}`, `{lte: n}` and `{known: true}` what they say.
A fact that is absent is null, and matches only null, `{not: …}` and `{known: false}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]
Test = Callable[[Any], bool]
OPERATORS = ("not", "gte", "lte", "known")


def test_for(wanted: Any) -> Test:
    """The test of one fact for one entry of a match map."""
    if isinstance(wanted, Mapping):
        tests = [_operator(name, value) for name, value in wanted.items()]
        return tests[0] if len(tests) == 1 else lambda fact: all(test(fact) for test in tests)
    if isinstance(wanted, list):
        return lambda fact: any(same(fact, one) for one in wanted)
    return lambda fact: same(fact, wanted)


def same(fact: Any, wanted: Any) -> bool:
    """Equality in which true is not 1 and false is not 0."""
    return bool(fact == wanted) and isinstance(fact, bool) == isinstance(wanted, bool)


def _operator(name: str, value: Any) -> Test:
    if name == "not":
        test = test_for(value)
        return lambda fact: not test(fact)
    if name == "gte":
        return lambda fact: fact is not None and fact >= value
    if name == "lte":
        return lambda fact: fact is not None and fact <= value
    return lambda fact: (fact is not None) == value


class Match:
    """A compiled match map, split into what stands (kept facts) and what is judged with the event only."""

    __slots__ = ("momentary", "source", "standing")

    def __init__(self, source: Mapping[str, Any], *, momentary: frozenset[str] = frozenset()) -> None:
        self.source = dict(source)
        tests = [(fact, test_for(wanted)) for fact, wanted in source.items()]
        self.standing = tuple((fact, test) for fact, test in tests if fact not in momentary)
        self.momentary = tuple((fact, test) for fact, test in tests if fact in momentary)

    def stands(self, facts: Facts) -> bool:
        """Whether the lasting part of the condition holds."""
        for fact, test in self.standing:  # noqa: SIM110 - the hottest loop there is; all() would double its time
            if not test(facts.get(fact)):
                return False
        return True

    def holds(self, facts: Facts, moment: Facts) -> bool:
        """Whether the whole condition holds at an event whose momentary facts are `moment`."""
        for fact, test in self.momentary:
            if not test(moment.get(fact)):
                return False
        return self.stands(facts)

    def failing(self, facts: Facts) -> str | None:
        """The first fact for which the lasting part no longer holds, or None."""
        for fact, test in self.standing:
            if not test(facts.get(fact)):
                return fact
        return None
