"""What a rulebook is made of, once loaded: clauses, rules, values, waivers, targets. All of it is frozen."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from bihuan.rulebook.durations import Clock, Duration
from bihuan.rulebook.match import Match


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement of a regulation, restated."""

    id: str
    regulation: str
    kind: str
    source: str
    zh: str
    en: str
    ours: dict[str, str] | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with the day it takes force, its clause and its clock. `ours` marks one that the text does not give."""

    since: date
    duration: Duration
    cite: str
    clock: Clock = "calendar"
    ours: bool = False

    @property
    def working(self) -> bool:
        """Whether it counts working time, so that holidays decide where it leads."""
        return self.duration.form == "workdays" or (self.clock == "working" and self.duration.form == "exact")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of escalation: at a share of the time (`share`, 1 = due) or `after` the due instant."""

    tell: str
    share: float = 1.0
    after: Duration | None = None


@dataclass(frozen=True, slots=True)
class Then:
    """What the clock itself does at due."""

    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exemption: in cases of the noun `case`, the duty is waived where `condition` holds."""

    id: str
    clause: str
    case: str
    condition: Match
    duty: str
    why: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A rate to be reached. `value` is None where the site sets its own."""

    id: str
    clause: str
    figure: str
    of: str
    bound: Literal["at_least", "at_most"] | None = None
    value: float | None = None
    since: date = date.min
    where: str = ""

    def kept(self, measured: float) -> bool:
        """Whether a measured figure (a share from 0 to 1, or rings) keeps the target; one without a value is kept."""
        if self.value is None:
            return True
        return measured >= self.value if self.bound == "at_least" else measured <= self.value


@dataclass(frozen=True, eq=False)
class Rule:
    """From an event to an obligation. Keys as in docs/adding-a-rule.md; what is derived from them once is cached."""

    id: str
    clause: str
    when: tuple[str, ...]
    condition: Match
    duty: str
    by: str
    values: tuple[Value, ...]
    met_by: frozenset[str]
    start: tuple[str, ...] = ()
    to: str = ""
    met_if: Match | None = None
    void_by: frozenset[str] = frozenset()
    waived_by: frozenset[str] = frozenset()
    extend_by: frozenset[str] = frozenset()
    instead: str = ""
    cap: bool = False
    target: Duration | None = None
    not_before: Duration | None = None
    once: bool = False
    every: bool = False
    house: bool = False  # our own promise, where the clause sets no time: no part of strict
    apart_from: str = ""
    yields_to: tuple[str, ...] = ()
    then: Then | None = None
    steps: tuple[Step, ...] = ()
    where: str = ""
    places: dict[str, str] = field(default_factory=dict)

    def value_on(self, day: date) -> Value | None:
        """The value in force on a day: the latest that began on or before it, or None before the first."""
        index = bisect_right(self._days, day)
        return self.values[index - 1] if index else None

    @cached_property
    def _days(self) -> list[date]:
        return [value.since for value in self.values]

    @cached_property
    def noun(self) -> str:
        """The noun of the rule's own events: `complaint`, `work_order`, …"""
        return (self.start or self.when)[0].partition(".")[0]

    @cached_property
    def timed(self) -> bool:
        """Whether the passing of time alone does something: an act of the clock, or the next round of a cycle."""
        return self.then is not None or self.every

    @cached_property
    def limits_severity(self) -> bool:
        """Whether it is a limit of a severity counted from receipt: the clock's change of severity moves its start."""
        counts = f"{self.noun}.received" in self.start
        return counts and self.then is None and any(fact == "severity" for fact, _ in self.condition.standing)
