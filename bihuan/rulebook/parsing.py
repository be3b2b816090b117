"""Reading events: one JSON object a line. A line that cannot be read is refused with its number and a remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from bihuan.kernel.errors import Refused
from bihuan.rulebook.event import NO_FACTS, Event
from bihuan.rulebook.read_rule import near
from bihuan.rulebook.vocabulary import Fact, Vocabulary, read_instant

_PLAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
VERSION = 1  # of every event's schema, so far
_A_TIME = "Write it like 2026-03-02T09:00:00+08:00, with its offset."


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    at: str
    kind: str
    subject: str
    site: str = ""
    actor: str = ""
    facts: dict[str, Any] | None = None
    refs: list[str] = []
    recorded_at: str | None = None
    v: int = 1
    id: str = ""  # as a ledger writes it; nothing here depends on it


_KEYS = frozenset(_Line.__struct_fields__)


class Instants:
    """Reads ISO times into UTC seconds; days and times of day are read once and remembered."""

    def __init__(self) -> None:
        self._days: dict[str, int] = {}
        self._times: dict[str, int] = {}

    def __call__(self, text: str) -> int | None:
        """UTC seconds of an ISO time with its offset, or None for anything else."""
        day = self._days.get(text[:10] + text[19:])
        time = self._times.get(text[10:19])
        return self._read(text) if day is None or time is None else day + time

    def _read(self, text: str) -> int | None:
        at = read_instant(text)
        if at is not None and _PLAIN.fullmatch(text):
            hours, minutes, seconds = int(text[11:13]), int(text[14:16]), int(text[17:19])
            since_midnight = (hours * 60 + minutes) * 60 + seconds
            self._times[text[10:19]] = since_midnight
            self._days[text[:10] + text[19:]] = at - since_midnight
        return at


def _reading(fact: Fact, instants: Instants) -> Callable[[Any], Any]:
    """How a fact's value is read: raises KeyError, TypeError or ValueError where it cannot be."""
    if fact.type == "code":
        return {value: value for value in fact.values}.__getitem__

    def read(value: Any) -> Any:
        if fact.fault(value):
            raise ValueError(value)
        return instants(value) if fact.type == "instant" else value

    return _flag if fact.type == "flag" else read


def _flag(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise ValueError(value)


class Reader:
    """Turns lines (or dicts) into events; counts the facts nobody knows in `unknown`."""

    def __init__(self, vocabulary: Vocabulary, *, name: str = "events") -> None:
        self.name = name
        self.unknown: Counter[str] = Counter()
        self._vocabulary = vocabulary
        self._instants = Instants()
        self._facts = {
            name: _reading(fact, self._instants) for name, fact in vocabulary.facts.items() if not fact.derived
        }
        self._kinds = frozenset(vocabulary.kinds)
        self._required = vocabulary.required
        self._decode = msgspec.json.Decoder(_Line, strict=True).decode

    def lines(self, lines: Iterable[bytes | str]) -> Iterator[Event]:
        """The events of a JSON-lines stream; empty lines are passed over."""
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield self.line(line, number)

    def line(self, line: bytes | str, number: int) -> Event:
        """The event on one line."""
        if number == 1 and isinstance(line, bytes):
            line = line.removeprefix(b"\xef\xbb\xbf")  # what some editors put before the first line
        try:
            return self._event(self._decode(line), number)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            if "unknown field" not in str(error):
                raise self._malformed(number, *_explain(error)) from None
        try:
            return self._without_strangers(msgspec.json.decode(line), number)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise self._malformed(number, *_explain(error)) from None

    def _without_strangers(self, given: dict[str, Any], number: int) -> Event:
        """The event without the keys that nobody reads; they are counted like facts that nobody knows."""
        for name in given.keys() - _KEYS:
            self.unknown[f"{name} (not under facts)"] += 1
        return self.one({name: value for name, value in given.items() if name in _KEYS}, number)

    def dicts(self, events: Iterable[dict[str, Any]]) -> Iterator[Event]:
        """Events given as dicts of the same shape."""
        for number, given in enumerate(events, 1):
            yield self.one(given, number)

    def one(self, given: dict[str, Any], number: int) -> Event:
        """The event given as a dict; `number` is its place, for errors and ties."""
        try:
            return self._event(msgspec.convert(given, _Line), number)
        except msgspec.ValidationError as error:
            if "unknown field" in str(error):
                return self._without_strangers(given, number)
            raise self._malformed(number, *_explain(error)) from None

    def _event(self, read: _Line, number: int) -> Event:
        if read.v != VERSION:
            raise self._malformed(number, f"this event is of version {read.v}.", f"Version {VERSION} is known here.")
        if read.kind not in self._kinds:
            raise self._malformed(number, f'there is no event "{read.kind}".', near(read.kind, self._kinds))
        at = self._instant("at", read.at, number)
        recorded = None if read.recorded_at is None else self._instant("recorded_at", read.recorded_at, number)
        if not read.subject:
            raise self._malformed(number, '"subject" is empty.', "Name what it happened to, such as case:1.")
        facts = self._read_facts(read, number) if read.facts else NO_FACTS
        needs = self._required.get(read.kind)
        if needs:
            self._check_required(needs, facts, read.kind, number)
        return Event(
            at,
            read.kind,
            read.subject,
            site=read.site,
            actor=read.actor,
            facts=facts,
            refs=read.refs,
            recorded_at=recorded,
            seq=number,
        )

    def _instant(self, name: str, text: str, number: int) -> int:
        at = self._instants(text)
        if at is None:
            raise self._malformed(number, f'"{name}" cannot be {text!r}.', _A_TIME)
        return at

    def _read_facts(self, read: _Line, number: int) -> dict[str, Any]:
        facts = {}
        for name, value in (read.facts or NO_FACTS).items():
            read_fact = self._facts.get(name)
            if read_fact is None:
                self.unknown[name] += 1
                continue
            try:
                facts[name] = value if value is None else read_fact(value)
            except (KeyError, TypeError, ValueError):
                remedy = f"Write {self._vocabulary.facts[name].expects}."
                raise self._malformed(number, f'the fact "{name}" cannot be {value!r}.', remedy) from None
        return facts

    def _check_required(self, needs: dict[str, tuple[Any, ...]], facts: dict[str, Any], kind: str, number: int) -> None:
        for name, values in needs.items():
            if facts.get(name) not in values:
                wanted = " or ".join(str(value).lower() for value in values)
                raise self._malformed(number, f'{kind} needs the fact "{name}".', f'Give "{name}": {wanted}.')

    def _malformed(self, number: int, what: str, remedy: str) -> Refused:
        return Refused(what, where=f"{self.name}:{number}", remedy=remedy, code="malformed_line")


def _explain(error: Exception) -> tuple[str, str]:
    if isinstance(error, msgspec.ValidationError):
        return f"the event is incomplete: {error}.", "Give at, kind and subject; facts is an object, refs a list."
    shape = 'One event a line, as a JSON object: {"at": …, "kind": …, "subject": …}.'
    if isinstance(error, UnicodeError):
        return "this is not UTF-8 text.", "Save the file as UTF-8."
    return f"this is not JSON: {error}.", shape
