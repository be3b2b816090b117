"""From a rule as written to a rule that runs. Whatever is wrong is refused with its file, line, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn, get_args

from bihuan.kernel.errors import Refused
from bihuan.rulebook.durations import Clock, Duration
from bihuan.rulebook.event import CLOCK
from bihuan.rulebook.match import OPERATORS, Match
from bihuan.rulebook.model import Rule, Step, Then, Value
from bihuan.rulebook.source import Map
from bihuan.rulebook.vocabulary import Duty, Vocabulary


def keys(text: str) -> frozenset[str]:
    """Keys, written as words in a row."""
    return frozenset(text.split())


RULE_KEYS = keys(
    "id clause when if from by owe target within every instead cap at not_before once apart_from extend_by void_by "
    "yields_to then met_by met_if escalate house"
)
VALUE_KEYS = keys("value clock cite ours")
TIMELESS = ("agreed", "midway")  # what they lead to depends on the case
LONGEST_YEARS = 100  # whatever is longer leads past the calendar
_YEAR = 366 * 86400


def refuse(item: Map, key: object, what: str, remedy: str, *, code: str) -> NoReturn:
    """Refuses an item at the line of one of its keys."""
    raise Refused(what, where=item.where(key), remedy=remedy, code=code)


def near(word: object, known: Any) -> str:
    """The remedy for an unknown word: the nearest known one, if any comes near."""
    from difflib import get_close_matches

    close = get_close_matches(str(word), [str(one) for one in known], n=1)
    return f'Did you mean "{close[0]}"?' if close else "See docs/words.md for the words that may be used."


@dataclass(frozen=True, slots=True)
class Words:
    """What the checks know: the vocabulary, the clause ids, and the ladders of escalation."""

    vocabulary: Vocabulary
    clauses: frozenset[str]
    ladders: Mapping[str, tuple[Step, ...]]

    # ---- single words

    def text(self, item: Map, key: str) -> str:
        """A required text."""
        value = item.get(key)
        if not isinstance(value, str) or not value:
            refuse(item, key, f'"{key}" is missing.', f"Add a line {key}: …", code="missing_key")
        return value

    def known(self, item: Map, key: object, word: object, known: Collection[str], what: str, *, code: str) -> str:
        """A word that is one of those known; `what` says in the error what kind of word it should be."""
        if not isinstance(word, str) or word not in known:
            refuse(item, key, f'there is no {what} "{word}".', near(word, known), code=code)
        return word

    def part(self, item: Map, key: str, remedy: str) -> Map:
        """A required map under a key."""
        part = item.get(key)
        if part is None:
            refuse(item, key, f'"{key}" is missing.', remedy, code="missing_key")
        if not isinstance(part, Map):
            refuse(item, key, f'"{key}" must be a map.', remedy, code="no_map")
        return part

    def keys(self, item: Map, allowed: frozenset[str]) -> None:
        """Refuses keys that nothing reads."""
        for key in item:
            if key not in allowed:
                refuse(item, key, f'"{key}" is not a key here.', near(key, allowed), code="unknown_key")

    def clause(self, item: Map, key: str) -> str:
        """A clause that stands in a regulation."""
        clause = item.get(key)
        if clause is None:
            refuse(item, key, f'"{key}" is missing.', "Name the clause the figure rests on.", code="no_cite")
        return self.known(item, key, clause, self.clauses, "clause", code="unknown_clause")

    def duty(self, item: Map) -> str:
        """A duty that can be owed."""
        return self.known(item, "duty", item.get("duty"), self.vocabulary.duties, "duty", code="unknown_duty")

    def kinds(self, item: Map, key: str) -> tuple[str, ...]:
        """One kind of event or a list of them."""
        given = item.get(key, [])
        kinds = given if isinstance(given, list) else [given]
        known = self.vocabulary.kinds
        return tuple(self.known(item, key, kind, known, "event", code="unknown_event") for kind in kinds)

    def post(self, item: Map, key: str, *, also: tuple[str, ...] = ()) -> str:
        """A post that somebody can hold."""
        people = [post for post in (*self.vocabulary.posts, *also) if post != CLOCK]
        return self.known(item, key, item.get(key, ""), people, "post", code="unknown_post")

    def flag(self, item: Map, key: str) -> bool:
        """true or false; false where it is not given."""
        value = item.get(key, False)
        if not isinstance(value, bool):
            refuse(item, key, f'"{key}" must be true or false.', "Write true, or leave the line out.", code="no_flag")
        return value

    def duration(self, item: Map, key: object, *, of_a_limit: bool = False) -> Duration:
        """A duration such as PT1H, P3D, P1M, P2WD, same_day; only the values of limits may be `agreed` or `midway`."""
        remedy = "Write PT30M, PT24H, P3D, P1W, P1M, P2WD or same_day."
        try:
            span = Duration.parse(str(item[key]))
        except ValueError:
            refuse(item, key, f'"{item[key]}" is no duration.', remedy, code="bad_duration")
        if span.form in TIMELESS and not of_a_limit:
            refuse(item, key, f'"{span.text}" has no time of its own.', remedy, code="bad_duration")
        if span.seconds + span.days * 86400 + span.months * 31 * 86400 > LONGEST_YEARS * _YEAR:
            what = f'"{span.text}" is longer than {LONGEST_YEARS} years.'
            refuse(item, key, what, "Write the time that is meant.", code="bad_duration")
        return span

    # ---- conditions

    def match(self, item: Map, key: str, *, of_one_event: bool = False) -> Match:
        """A match map over known facts; `of_one_event`: over the facts of a single event."""
        given = item.get(key)
        if given is None:
            return Match({})
        if not isinstance(given, Map):
            refuse(item, key, f'"{key}" must be a map of facts.', f"Write {key}: {{severity: B}}.", code="bad_match")
        for fact, wanted in given.items():
            self.known(given, fact, fact, self.vocabulary.facts, "fact", code="unknown_fact")
            self._wanted(given, fact, wanted)
        return Match(given, momentary=frozenset() if of_one_event else self.vocabulary.momentary)

    def _wanted(self, item: Map, fact: str, wanted: Any) -> None:
        if isinstance(wanted, (Map, list)) and not wanted:
            refuse(item, fact, "nothing is asked for.", "Write a value, a list or {known: true}.", code="bad_match")
        if isinstance(wanted, Map):
            for operator, value in wanted.items():
                self._operator(item, fact, operator, value)
        elif isinstance(wanted, list):
            for one in wanted:
                self._wanted(item, fact, one)
        else:
            self._value(item, fact, wanted)

    def _operator(self, item: Map, fact: str, operator: str, value: Any) -> None:
        if operator not in OPERATORS:
            refuse(item, fact, f'"{operator}" is no operator.', "Use not, gte, lte or known.", code="bad_match")
        if operator == "known":
            if not isinstance(value, bool):
                refuse(item, fact, '"known" asks for true or false.', "Write {known: true}.", code="bad_match")
        elif operator == "not":
            self._wanted(item, fact, value)
        elif self.vocabulary.facts[fact].type != "count" or not isinstance(value, int) or isinstance(value, bool):
            refuse(item, fact, f'"{operator}" compares whole numbers.', "Use it on a count.", code="bad_match")

    def _value(self, item: Map, fact: str, value: Any) -> None:
        known = self.vocabulary.facts[fact]
        fault = known.fault(value)
        if fault:
            refuse(item, fact, f'"{fact}" cannot be {value}.', f"Write {fault}.", code="bad_fact_value")
        if known.type == "instant" and value is not None:
            what = f'"{fact}" is a time, and no rule names one.'
            refuse(item, fact, what, f"Write {fact}: {{known: true}}.", code="bad_fact_value")


def read_values(words: Words, item: Map, key: str) -> tuple[Value, ...]:
    """The dated values under a key, oldest first. Each needs a day, a duration and the clause it rests on."""
    given = item[key]
    if not isinstance(given, Map) or not given:
        refuse(
            item, key, f'"{key}" needs dated values.', "Write 2018-06-04: {value: PT1H, cite: …}.", code="bad_values"
        )
    values = [_read_value(words, given, since) for since in given]
    return tuple(sorted(values, key=lambda value: value.since))


def _read_value(words: Words, given: Map, since: Any) -> Value:
    entry = dated(given, since)
    words.keys(entry, VALUE_KEYS)
    if "value" not in entry:
        refuse(entry, None, '"value" is missing.', "Write {value: PT1H, cite: …}.", code="missing_key")
    duration, clock = words.duration(entry, "value", of_a_limit=True), entry.get("clock", "calendar")
    if clock not in get_args(Clock):
        refuse(entry, "clock", f'there is no clock "{clock}".', "Write calendar or working.", code="bad_clock")
    if clock == "working" and duration.form != "exact":
        remedy = "Write PT8H for working hours, or P2WD (with the calendar clock) for working days."
        refuse(entry, "clock", f"{duration.text} has no meaning in working time.", remedy, code="bad_clock")
    return Value(since, duration, words.clause(entry, "cite"), clock, words.flag(entry, "ours"))


def dated(given: Map, since: Any) -> Map:
    """What stands under a day of force."""
    entry = given[since]
    if not isinstance(since, date):
        refuse(given, since, f'"{since}" is no day.', "Write the day it takes force as YYYY-MM-DD.", code="bad_date")
    if not isinstance(entry, Map):
        refuse(given, since, "a value needs its clause.", "Write {value: PT1H, cite: …}.", code="no_cite")
    return entry


def read_steps(words: Words, steps: Any, item: Map, key: str) -> tuple[Step, ...]:
    """The steps of an escalation: `{at: 80%|due, tell: POST}` or `{after: PT4H, tell: POST}`."""
    if not isinstance(steps, list) or not all(isinstance(step, Map) for step in steps):
        refuse(
            item, key, "an escalation is a list of steps.", "Write - {at: due, tell: site_manager}.", code="bad_step"
        )
    return tuple(_read_step(words, step) for step in steps)


def _read_step(words: Words, step: Map) -> Step:
    words.keys(step, keys("at after tell"))
    tell = words.post(step, "tell", also=("owed_by",))
    if ("at" in step) == ("after" in step):
        refuse(
            step, None, "a step needs either at or after.", "Write at: due, at: 80% or after: PT4H.", code="bad_step"
        )
    if "after" in step:
        return Step(tell, after=words.duration(step, "after"))
    return Step(tell, share=_share(step))


def _share(step: Map) -> float:
    at = str(step["at"])
    if at == "due":
        return 1.0
    if not re.fullmatch("[1-9][0-9]?%", at):
        refuse(step, "at", f'"{at}" is no point in time.', "Write due, or a share such as 80%.", code="bad_step")
    return int(at.removesuffix("%")) / 100


def read_rule(words: Words, item: Map) -> Rule:
    """A rule from its map."""
    words.keys(item, RULE_KEYS)
    key = _timing(item)
    owe = _owe(words, item)
    duty = words.vocabulary.duties[owe["duty"]]
    when = _when(words, item)
    then = _then(words, item)
    # A case is received once: a rule about nothing else counts from that.
    start = words.kinds(item, "from") or (when if _receipts(words, when) else ())
    noun = (start or when)[0].partition(".")[0]
    return Rule(
        id=words.text(item, "id"),
        clause=words.clause(item, "clause"),
        when=when,
        condition=words.match(item, "if"),
        duty=duty.name,
        by=CLOCK if then else words.post(owe, "by"),
        to=words.post(owe, "to") if "to" in owe else "",
        values=read_values(words, item, key),
        met_by=_met_by(words, item, duty, noun, acts=then is not None),
        met_if=words.match(item, "met_if", of_one_event=True) if "met_if" in item else None,
        start=start,
        void_by=frozenset(words.kinds(item, "void_by")),
        waived_by=frozenset(duty.waived_by),
        extend_by=frozenset(words.kinds(item, "extend_by")),
        instead=_instead(words, item),
        cap=words.flag(item, "cap"),
        target=words.duration(item, "target") if "target" in item else None,
        not_before=words.duration(item, "not_before") if "not_before" in item else None,
        once=words.flag(item, "once"),
        every=key == "every",
        house=words.flag(item, "house"),
        apart_from=words.text(item, "apart_from") if "apart_from" in item else "",
        yields_to=_names(item, "yields_to"),
        then=then,
        steps=_steps(words, item, duty.ladder),
        where=item.where("id"),
        places={name: item.where(name) for name in item},
    )


def _when(words: Words, item: Map) -> tuple[str, ...]:
    when = words.kinds(item, "when")
    if not when:
        refuse(item, "when", '"when" is missing.', "Name the event that makes the rule apply.", code="missing_key")
    return when


def _receipts(words: Words, kinds: tuple[str, ...]) -> bool:
    return all(
        noun in words.vocabulary.cases and verb == "received"
        for noun, _, verb in (kind.partition(".") for kind in kinds)
    )


def _timing(item: Map) -> str:
    """Whether the rule owes once (`within`) or in a cycle (`every`)."""
    given = [key for key in ("within", "every") if key in item]
    if len(given) != 1:
        refuse(
            item, "id", "a rule needs either within or every.", "Give its dated values under one.", code="missing_key"
        )
    if "at" in item and item["at"] != "midway":
        refuse(item, "at", f'"{item["at"]}" is no point in time.', "The only one is midway.", code="bad_at")
    asked = item.get("if")
    ends = [asked.get(end) for end in ("starts_at", "ends_at")] if isinstance(asked, Map) else []
    if "at" in item and ends != [{"known": True}] * 2:
        remedy = "Add if: {starts_at: {known: true}, ends_at: {known: true}}."
        refuse(item, "at", "midway needs both ends.", remedy, code="bad_at")
    return given[0]


def _owe(words: Words, item: Map) -> Map:
    owe = words.part(item, "owe", "Write owe: {duty: answer, by: agent}.")
    words.keys(owe, keys("duty by to"))
    words.duty(owe)
    return owe


def _then(words: Words, item: Map) -> Then | None:
    if item.get("by") != (CLOCK if "then" in item else None):
        refuse(item, "by", "by: clock and then belong together.", "Give both or neither.", code="bad_then")
    if "then" not in item:
        return None
    then = words.part(item, "then", "Write then: {kind: complaint.closed}.")
    words.keys(then, keys("kind facts"))
    words.match(then, "facts")
    kinds, facts = words.kinds(then, "kind"), then.get("facts") or {}
    if len(kinds) != 1:
        refuse(then, "kind", "the clock acts by one event.", "Write kind: complaint.closed.", code="bad_then")
    if any(isinstance(value, (Map, list)) for value in facts.values()):
        refuse(then, "facts", "the clock's facts are plain values.", "Write facts: {severity: A}.", code="bad_then")
    return Then(kinds[0], dict(facts))


def _instead(words: Words, item: Map) -> str:
    fact = str(item.get("instead", ""))
    if fact and fact not in words.vocabulary.instants:
        refuse(item, "instead", f'"{fact}" is no time.', near(fact, words.vocabulary.instants), code="bad_instead")
    if not fact and "cap" in item:
        refuse(item, "cap", "cap limits an agreed time.", "Give instead too, or leave cap out.", code="bad_instead")
    return fact


def _met_by(words: Words, item: Map, duty: Duty, noun: str, *, acts: bool) -> frozenset[str]:
    """What meets it. Bare verbs among a duty's defaults take the rule's noun, where such an event exists."""
    named = (verb if "." in verb else f"{noun}.{verb}" for verb in duty.met_by)
    kinds = (
        words.kinds(item, "met_by") if "met_by" in item else [kind for kind in named if kind in words.vocabulary.kinds]
    )
    if not kinds and not acts:
        remedy = f"Add met_by: {noun}.… with the event that does."
        refuse(item, "met_by" if "met_by" in item else "owe", f"nothing meets {duty.name}.", remedy, code="never_met")
    return frozenset(kinds)


def _names(item: Map, key: str) -> tuple[str, ...]:
    given = item.get(key, [])
    names = given if isinstance(given, list) else [given]
    for name in names:
        if not isinstance(name, str):
            refuse(item, key, f'"{name}" is no rule.', f"Write {key}: complaint.visit.", code="unknown_rule")
    return tuple(names)


def _steps(words: Words, item: Map, ladder: str) -> tuple[Step, ...]:
    if "escalate" in item:
        return read_steps(words, item["escalate"], item, "escalate")
    return words.ladders.get(ladder, ())
