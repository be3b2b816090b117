"""Loading: the rulebook's files, the choice of rules that a policy is, and the overlay files on top of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any

from bihuan.kernel.errors import Refused
from bihuan.rulebook.model import Clause, Rule, Target, Value, Waiver
from bihuan.rulebook.policy import Policy, Settings
from bihuan.rulebook.read_rule import (
    TIMELESS,
    Words,
    dated,
    keys,
    near,
    read_rule,
    read_steps,
    read_values,
    refuse,
)
from bihuan.rulebook.read_waiver import read_waiver
from bihuan.rulebook.regulations import clause_ids, read_clauses, regulation_files
from bihuan.rulebook.source import Map, read
from bihuan.rulebook.vocabulary import Vocabulary, load_vocabulary

HOME = Path(__file__).parent
STRICT = "strict"  # all that the regulations ask for
HOUSE = "house"  # and what this product promises of its own where they set no time
OVERLAY_KEYS = keys("name base on off values")
TARGET_KEYS = keys("id clause figure of at_least at_most")
SETTINGS_KEYS = keys("born_late joint_signers ladders")


class Rulebook:
    """All rules, regulations and words under a folder. Reading it checks it."""

    def __init__(self, home: Path = HOME) -> None:
        self.home = home

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words."""
        return load_vocabulary(self.home / "vocabulary.yaml")

    @cached_property
    def clause_ids(self) -> frozenset[str]:
        """The ids of all clauses, found without reading their texts."""
        return clause_ids(self._regulation_files)

    @cached_property
    def clauses(self) -> dict[str, Clause]:
        """All clauses with their texts, in the order of their regulations."""
        return read_clauses(self._regulation_files)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the regulations, lower case: each is a policy of its own."""
        return tuple(path.stem for path in self._regulation_files)

    @cached_property
    def words(self) -> Words:
        """What rules may say."""
        words = Words(self.vocabulary, self.clause_ids, {})
        words.keys(self._settings, SETTINGS_KEYS)
        ladders = words.part(
            self._settings, "ladders", "Write ladders: {within_days: [{at: due, tell: cs_supervisor}]}."
        )
        for duty in self.vocabulary.duties.values():
            if duty.ladder and duty.ladder not in ladders:
                what = f'the duty {duty.name} names the ladder "{duty.ladder}", which is not here.'
                refuse(self._settings, "ladders", what, near(duty.ladder, ladders), code="unknown_ladder")
        return replace(words, ladders={name: read_steps(words, ladders[name], ladders, name) for name in ladders})

    @cached_property
    def settings(self) -> Settings:
        """Figures of no clause."""
        remedy = "Write born_late: {value: PT1H, ours: true}."
        born_late = self.words.part(self._settings, "born_late", remedy)
        self.words.keys(born_late, keys("value ours"))
        if "value" not in born_late:
            refuse(born_late, None, '"value" is missing.', remedy, code="missing_key")
        self.words.flag(born_late, "ours")
        return Settings(self.words.duration(born_late, "value"), self._joint_signers())

    def _joint_signers(self) -> int:
        remedy = "Write joint_signers: {value: 2, cite: XQ-C5.2A}."
        joint = self.words.part(self._settings, "joint_signers", remedy)
        self.words.keys(joint, keys("value cite ours"))
        self.words.clause(joint, "cite")
        count = joint.get("value")
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            refuse(joint, "value", "signers are a whole number.", remedy, code="bad_count")
        return count

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, whatever its regulation, checked against the others."""
        rules = tuple(read_rule(self.words, item) for item in self._items if "owe" in item or "waive" not in item)
        _check_once("rule", rules)
        _check_together(rules)
        return rules

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """Every exemption."""
        waivers = tuple(read_waiver(self.words, item) for item in self._items if "waive" in item)
        _check_once("rule", (*self.rules, *waivers))
        return waivers

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Every target."""
        items = _list(self.home / "rules" / "targets.yaml", "rules/targets.yaml")
        groups = [read_target(self.words, item) for item in items]
        _check_once("target", [group[0] for group in groups])
        return tuple(target for group in groups for target in group)

    @cached_property
    def _items(self) -> list[Map]:
        paths = sorted((self.home / "rules").glob("*.yaml"))
        return [
            item for path in paths if path.stem not in ("settings", "targets") for item in _list(path, self._name(path))
        ]

    @cached_property
    def _settings(self) -> Map:
        settings = read(self.home / "rules" / "settings.yaml", name="rules/settings.yaml")
        if not isinstance(settings, Map):
            remedy = "Write born_late: … and ladders: …"
            raise Refused("settings are a map.", where="rules/settings.yaml:1", remedy=remedy, code="no_map")
        return settings

    @cached_property
    def _regulation_files(self) -> list[Path]:
        return regulation_files(self.home)

    def _name(self, path: Path) -> str:
        return f"{path.parent.name}/{path.name}"

    # ---- policies

    def policy(self, name: str | Map = STRICT) -> Policy:
        """A policy by its name (`strict`, `house`, a regulation's code, an overlay's path) or an overlay's map."""
        if isinstance(name, Map):
            return self._overlaid(name)
        if name == STRICT:
            return self._policy(name, [one for one in self.rules if not one.house], self.waivers, self.targets)
        if name == HOUSE:
            return self._policy(name, self.rules, self.waivers, self.targets)
        if name in self.codes:
            return self._chosen(name)
        return self._overlaid(read_overlay(name, self.codes))

    def _chosen(self, code: str) -> Policy:
        prefix = f"{code.upper()}-"

        def ours(part: Any) -> bool:
            return bool(part.clause.startswith(prefix))

        chosen = [part for part in self.rules if ours(part) and not part.house]
        return self._policy(code, chosen, list(filter(ours, self.waivers)), list(filter(ours, self.targets)))

    def _overlaid(self, overlay: Map) -> Policy:
        self.words.keys(overlay, OVERLAY_KEYS)
        base = self.policy(overlay.get("base", STRICT)) if self._is_base(overlay) else None
        if base is None:
            what = f'there is no policy "{overlay.get("base")}" to build on.'
            known = ", ".join((STRICT, HOUSE, *self.codes))
            refuse(overlay, "base", what, f"Write one of {known}.", code="unknown_base")
        rules, waivers = self._switched(overlay, base)
        values = self._values(overlay)
        self._check_reach(overlay, rules)
        amended = [_amend(rule, values.get(rule.id, ())) for rule in rules]
        name = str(overlay.get("name", base.name))
        return self._policy(name, amended, waivers, base.targets)

    def _is_base(self, overlay: Map) -> bool:
        return overlay.get("base", STRICT) in (STRICT, HOUSE, *self.codes)

    def _switched(self, overlay: Map, base: Policy) -> tuple[list[Rule], list[Waiver]]:
        off, on = self._named(overlay, "off"), self._named(overlay, "on")

        def chosen(part: Rule | Waiver, stands: bool) -> bool:
            named_on = part.id in on or part.clause in on
            return named_on or (stands and part.id not in off and part.clause not in off)

        rules = [rule for rule in self.rules if chosen(rule, rule.id in base.by_id)]
        held = {waiver.id for waiver in base.waivers}
        return rules, [waiver for waiver in self.waivers if chosen(waiver, waiver.id in held)]

    def _named(self, overlay: Map, key: str) -> frozenset[str]:
        """Rules, exemptions or whole clauses that an overlay switches."""
        given = overlay.get(key, [])
        if not isinstance(given, list):
            refuse(overlay, key, f'"{key}" must be a list.', f"Write {key}: [complaint.visit].", code="bad_switch")
        parts: tuple[Rule | Waiver, ...] = (*self.rules, *self.waivers)
        known = {part.id for part in parts} | {part.clause for part in parts}
        return frozenset(self.words.known(overlay, key, name, known, "rule", code="unknown_rule") for name in given)

    def _values(self, overlay: Map) -> dict[str, tuple[Value, ...]]:
        if "values" not in overlay:
            return {}
        given = self.words.part(
            overlay, "values", "Write values: {complaint.visit: {2026-01-01: {value: P2D, cite: …}}}."
        )
        known = {rule.id: rule for rule in self.rules}
        values = {}
        for name in given:
            self.words.known(given, name, name, known, "rule", code="unknown_rule")
            values[name] = read_values(self.words, given, name)
            _check_values(known[name], values[name], given.where(name))
        return values

    def _check_reach(self, overlay: Map, rules: Sequence[Rule]) -> None:
        """A value for a rule that the overlay does not hold would do nothing, silently."""
        held = {rule.id for rule in rules}
        for name in self._values(overlay):
            if name not in held:
                what = f"{name} is not in this overlay, so its value would do nothing."
                refuse(overlay["values"], name, what, f"Take base: strict, or add on: [{name}].", code="out_of_reach")

    def _policy(
        self,
        name: str,
        rules: Sequence[Rule],
        waivers: Sequence[Waiver],
        targets: Sequence[Target],
    ) -> Policy:
        _check_yields(rules)
        return Policy(
            name,
            rules=_apart_last(rules),
            waivers=waivers,
            targets=targets,
            settings=self.settings,
            vocabulary=self.vocabulary,
        )


def read_overlay(name: str, codes: Iterable[str]) -> Map:
    """The map of an overlay file."""
    path = Path(name)
    if not path.is_file() and (path.suffix or len(path.parts) > 1):
        remedy = "Check the path of the overlay file."
        raise Refused("there is no such file.", where=name, remedy=remedy, code="no_overlay")
    if not path.is_file():
        remedy = f"Write one of {', '.join((STRICT, HOUSE, *codes))}, or the path of an overlay file."
        raise Refused(f'there is no policy "{name}".', remedy=remedy, code="unknown_policy")
    overlay = read(path, name=name)
    if not isinstance(overlay, Map):
        raise Refused("an overlay is a map.", where=f"{name}:1", remedy="Start with base: strict.", code="bad_overlay")
    return overlay


def _list(path: Path, name: str) -> list[Map]:
    items = read(path, name=name)
    if not isinstance(items, list) or not all(isinstance(item, Map) for item in items):
        what, remedy = "a rules file is a list of rules.", "Begin each with - id: …"
        raise Refused(what, where=f"{name}:1", remedy=remedy, code="no_list")
    return items


def read_target(words: Words, item: Map) -> list[Target]:
    """A target from its map, one for each dated value; newest last."""
    words.keys(item, TARGET_KEYS)
    name, clause = words.text(item, "id"), words.clause(item, "clause")
    figure, of, where = words.text(item, "figure"), words.text(item, "of"), item.where("id")
    if "at_least" in item and "at_most" in item:
        refuse(item, "at_most", "a target has one bound.", "Keep at_least or at_most.", code="bad_target")
    if "at_least" in item:
        bounds = _bounds(words, item, "at_least")
        return [Target(name, clause, figure, of, "at_least", bounds[since], since, where) for since in sorted(bounds)]
    if "at_most" in item:
        bounds = _bounds(words, item, "at_most")
        return [Target(name, clause, figure, of, "at_most", bounds[since], since, where) for since in sorted(bounds)]
    return [Target(name, clause, figure, of, where=where)]


def _bounds(words: Words, item: Map, key: str) -> dict[date, float]:
    given = item[key]
    if not isinstance(given, Map) or not given:
        remedy = "Write 2000-01-01: {value: 0.7, cite: …}."
        refuse(item, key, f'"{key}" needs dated values.', remedy, code="bad_values")
    return {since: _bound(words, given, since) for since in given}


def _bound(words: Words, given: Map, since: Any) -> float:
    entry = dated(given, since)
    words.keys(entry, keys("value cite ours"))
    words.clause(entry, "cite")
    words.flag(entry, "ours")
    number = entry.get("value")
    if not isinstance(number, (int, float)) or isinstance(number, bool) or not 0 <= number < inf:
        refuse(given, since, "a target is a number.", "Write 0.7 for seventy per cent.", code="bad_target")
    return float(number)


def _amend(rule: Rule, values: Sequence[Value]) -> Rule:
    """The rule with an overlay's dated values laid over its own: the same day takes the overlay's."""
    if not values:
        return rule
    merged = {value.since: value for value in (*rule.values, *values)}
    return replace(rule, values=tuple(merged[day] for day in sorted(merged)))


def _apart_last(rules: Sequence[Rule]) -> list[Rule]:
    """A rule that stands apart from another is looked at after it."""
    return sorted(rules, key=lambda rule: bool(rule.apart_from))


# ---- what only shows when rules stand together


def _check_once(word: str, parts: Iterable[Rule | Waiver | Target]) -> None:
    seen: dict[str, str] = {}
    for part in parts:
        if part.id in seen:
            what, remedy = f"the {word} {part.id} is given twice.", f"The other stands at {seen[part.id]}."
            raise Refused(what, where=part.where, remedy=remedy, code="rule_twice")
        seen[part.id] = part.where


def _check_together(rules: Sequence[Rule]) -> None:
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        _check_values(rule, rule.values, rule.places["every" if rule.every else "within"])
        _check_named(rule, "yields_to", rule.yields_to, by_id)
        if rule.apart_from:
            _check_named(rule, "apart_from", (rule.apart_from,), by_id)
            _check_apart(rule, by_id[rule.apart_from])


def _check_values(rule: Rule, values: Sequence[Value], where: str) -> None:
    """Refuses values that need something the rule has not got."""
    forms = {value.duration.form for value in values}
    if rule.every and not forms.isdisjoint(TIMELESS):
        remedy = "Write how long it lasts, such as P3M."
        raise Refused("a cycle needs a length.", where=where, remedy=remedy, code="bad_cycle")
    if "agreed" in forms and not rule.instead:
        what = "agreed needs the fact that is agreed."
        raise Refused(what, where=where, remedy="Add instead: agreed_at to the rule.", code="bad_instead")
    at, midway, own = "at" in rule.places, "midway" in forms, values is rule.values
    if (midway and not at) or (own and at and not midway):
        what = "at: midway and value: midway belong together."
        raise Refused(what, where=where, remedy="Give both or neither.", code="bad_at")


def _check_apart(rule: Rule, other: Rule) -> None:
    """Who stands apart is looked at after the one it stands apart from; in a row or a ring, nobody would be first."""
    if other.apart_from:
        what = f"{rule.id} stands apart from a rule that itself stands apart from another."
        remedy = f"Name {other.apart_from}, or leave one of the two out."
        raise Refused(what, where=rule.places["apart_from"], remedy=remedy, code="apart_twice")


def _check_named(rule: Rule, key: str, others: Iterable[str], by_id: Mapping[str, Rule]) -> None:
    for other in others:
        if other not in by_id:
            what = f'{rule.id}: there is no rule "{other}".'
            raise Refused(what, where=rule.places[key], remedy=near(other, by_id), code="unknown_rule")


def _check_yields(rules: Sequence[Rule]) -> None:
    """Refuses a policy in which rules yield to each other, at whatever distance: all of them would be silent."""
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        seen, todo = {rule.id}, [other for other in rule.yields_to if other in by_id]
        while todo:
            other = todo.pop()
            if other == rule.id:
                what = f"{rule.id} yields to a rule that yields back to it."
                remedy = "Let one of them stand, so that something is owed."
                raise Refused(what, where=rule.places["yields_to"], remedy=remedy, code="yields_back")
            if other not in seen:
                seen.add(other)
                todo += [one for one in by_id[other].yields_to if one in by_id]


def load(name: str | Map = STRICT, *, home: Path = HOME) -> Policy:
    """The policy of that name: `strict`, a regulation's code such as `xq`, or the path of an overlay file."""
    return Rulebook(home).policy(name)
