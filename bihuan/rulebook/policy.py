"""A policy: a choice of rules, ready to take events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bihuan.rulebook.durations import Duration
from bihuan.rulebook.handlers import Handler, handlers
from bihuan.rulebook.match import Match
from bihuan.rulebook.model import Rule, Target, Waiver
from bihuan.rulebook.obligation import Obligation
from bihuan.rulebook.sitetime import SiteTime
from bihuan.rulebook.subject import SubjectState
from bihuan.rulebook.vocabulary import Vocabulary

if TYPE_CHECKING:
    from bihuan.rulebook.event import Event
    from bihuan.rulebook.live import Changes, State


@dataclass(frozen=True, slots=True)
class Settings:
    """Figures that belong to no clause."""

    born_late: Duration
    joint_signers: int  # XQ-C5.2A: from so many on a complaint is joint

    def born_late_due(self, at: int, made: Obligation, *, calendar: SiteTime) -> int:
        """The due time of what a change at `at` makes apply too late: the grace, or the rule's own time if shorter."""
        value = made.value
        grace = self.born_late.after(at, calendar=calendar)
        if value.duration.form in ("agreed", "midway"):
            return grace
        return min(grace, value.duration.after(at, calendar=calendar, clock=value.clock))


class Policy:
    """Rules, exemptions and targets that hold together. `name` is what the user asked for."""

    def __init__(
        self,
        name: str,
        *,
        rules: Sequence[Rule],
        waivers: Sequence[Waiver],
        targets: Sequence[Target],
        settings: Settings,
        vocabulary: Vocabulary,
    ) -> None:
        self.name, self.settings, self.vocabulary = name, settings, vocabulary
        self.rules, self.waivers, self.targets = tuple(rules), tuple(waivers), tuple(targets)
        self.by_id = {rule.id: rule for rule in rules}
        self.yields = {
            rule.id: tuple(self.by_id[other] for other in rule.yields_to if other in self.by_id) for rule in self.rules
        }
        self.yielded_to = frozenset(other.id for others in self.yields.values() for other in others)
        # Whether some rule, of no case, counts from an earlier event: then long lives cannot be shortened.
        self.looks_back = any(rule.start and rule.noun not in vocabulary.cases for rule in rules)
        self.agreed = frozenset(rule.instead for rule in rules if rule.instead)
        self.decisive = _decisive(self.rules, self.waivers)
        self.momentary, self.instants = vocabulary.momentary, vocabulary.instants
        self.handlers: dict[str, Handler] = handlers(vocabulary, self.rules)

    @cached_property
    def version(self) -> str:
        """A hash of everything that decides: what an overlay is called or how a file is laid out does not."""
        parts = (self.rules, self.waivers, self.settings, self.vocabulary)
        return hashlib.sha256(json.dumps(_plain(parts), sort_keys=True).encode()).hexdigest()[:16]

    def apply(self, state: State, event: Event) -> Changes:
        """Takes one event into a live state and tells what changed; the order of arrival does not matter."""
        from bihuan.rulebook.live import apply

        return apply(self, state, event)

    def advance(self, state: State, now: int) -> Changes:
        """Lets time pass in a live state up to `now` (UTC seconds) and tells what changed."""
        from bihuan.rulebook.live import advance

        return advance(self, state, now)

    def exempt(self, state: SubjectState, rule: Rule) -> str:
        """Why the rule's duty is waived for this subject now, or "" where it is not (TS-10.6)."""
        for waiver in self.waivers:
            if waiver.duty == rule.duty and waiver.case == state.case and waiver.condition.stands(state.facts):
                return waiver.why
        return ""


_PLACES = ("where", "places", "words", "house")  # where something stands, and how it is called, decides nothing
# Facts that the engine reads by itself: joint complaints, services midway, problems to be taken up.
READ_BY_THE_ENGINE = frozenset(("severity", "signers", "starts_at", "ends_at", "found_problems"))


def _decisive(rules: Sequence[Rule], waivers: Sequence[Waiver]) -> frozenset[str]:
    """The facts that anything here depends on; the others are kept and change nothing."""
    conditions = [one.condition for one in rules] + [one.condition for one in waivers]
    asked = {fact for condition in conditions for fact, _ in condition.standing}
    return READ_BY_THE_ENGINE | asked | {rule.instead for rule in rules if rule.instead}


def _plain(part: Any) -> Any:
    """A part as plain values, written the same way every time."""
    if isinstance(part, Match):
        return _plain(part.source)
    if is_dataclass(part) and not isinstance(part, type):
        return {one.name: _plain(getattr(part, one.name)) for one in fields(part) if one.name not in _PLACES}
    if isinstance(part, Mapping):
        return {str(key): _plain(value) for key, value in part.items()}
    if isinstance(part, (set, frozenset)):
        return sorted(map(str, part))
    if isinstance(part, (list, tuple)):
        return [_plain(one) for one in part]
    return part if isinstance(part, (str, int, float, bool, type(None))) else str(part)
