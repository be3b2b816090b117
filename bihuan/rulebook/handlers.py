"""What each kind of event can do under a policy, worked out once so that taking an event stays cheap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bihuan.rulebook.model import Rule
from bihuan.rulebook.vocabulary import Vocabulary

ONCE_A_ROUND = ("handled", "result_told")


@dataclass(frozen=True, slots=True)
class Handler:
    """The meaning of one kind of event."""

    kind: str
    noun: str
    verb: str
    inert: bool  # of a noun that no rule speaks of
    idle: bool  # only its facts can matter
    case: bool  # of a case, not of a work order, a visit, …
    receives: bool
    reopens: bool
    ends: bool  # withdrawn, merged
    marks: bool  # changes more of the subject than its facts
    starts: bool
    once_a_round: bool
    asks_overrun: bool
    refuses_overrun: bool
    approves_overrun: bool
    agrees_solution: bool
    waives: bool
    reaches: bool  # does something to the subjects in `refs`
    meets: bool
    voids: bool
    extends: bool
    looked_back_for: bool
    facts_decide: bool  # whether it meets something depends on its facts
    opens: tuple[Rule, ...]
    opens_by_ref: tuple[Rule, ...]


def handlers(words: Vocabulary, rules: Sequence[Rule]) -> dict[str, Handler]:
    """The handlers of all kinds, for a policy that consists of these rules."""
    index = _Index(rules, words)
    return {kind: _handler(kind, words.cases, index) for kind in words.kinds}


class _Index:
    def __init__(self, rules: Sequence[Rule], words: Vocabulary) -> None:
        self.opens: dict[str, list[Rule]] = {}
        for rule in rules:
            for kind in rule.when:
                self.opens.setdefault(kind, []).append(rule)
        self.meets = frozenset(kind for rule in rules for kind in rule.met_by)
        self.facts_decide = frozenset(kind for rule in rules if rule.met_if is not None for kind in rule.met_by)
        self.acts = frozenset(rule.then.kind for rule in rules if rule.then is not None)
        self.voids = frozenset(kind for rule in rules for kind in rule.void_by)
        self.waives = frozenset(kind for duty in words.duties.values() for kind in duty.waived_by)
        self.extends = frozenset(kind for rule in rules for kind in rule.extend_by)
        self.nouns = frozenset(kind.partition(".")[0] for rule in rules for kinds in _kinds(rule) for kind in kinds)
        self.starts = frozenset(kind for rule in rules for kind in rule.start)


def _handler(kind: str, cases: frozenset[str], index: _Index) -> Handler:
    noun, _, verb = kind.partition(".")
    case = noun in cases
    opens = tuple(index.opens.get(kind, ()))
    once_a_round = case and verb in ONCE_A_ROUND
    flags = {
        "receives": case and verb == "received",
        "reopens": case and verb == "reopened",
        "ends": case and verb in ("withdrawn", "merged"),
        "starts": kind in index.starts or once_a_round,
        "asks_overrun": case and verb == "overrun_requested",
        "refuses_overrun": case and verb == "overrun_refused",
        "agrees_solution": case and verb == "solution_agreed",
    }
    marks = any(flags[name] for name in flags if name != "receives")
    acts = any(kind in kinds for kinds in (index.meets, index.acts, index.voids, index.extends, index.waives))
    by_ref = tuple(rule for rule in opens if rule.start and rule.noun != noun)
    return Handler(
        kind,
        noun,
        verb,
        noun not in index.nouns and not case,
        not (acts or marks or opens or flags["receives"]),
        case,
        marks=marks,
        once_a_round=once_a_round,
        approves_overrun=case and verb == "overrun_approved",
        waives=kind in index.waives,
        reaches=(noun in ("visit", "work_order") or flags["receives"]) and (acts or bool(by_ref)),
        meets=kind in index.meets or kind in index.acts,
        voids=kind in index.voids,
        extends=kind in index.extends,
        looked_back_for=kind in index.meets or kind in index.voids,
        facts_decide=kind in index.facts_decide,
        opens=opens,
        opens_by_ref=by_ref,
        **flags,
    )


def _kinds(rule: Rule) -> tuple[Iterable[str], ...]:
    return rule.when, rule.start, rule.met_by, rule.void_by, rule.waived_by, rule.extend_by
