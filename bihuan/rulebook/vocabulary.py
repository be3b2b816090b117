"""The words that rules and events may use, read from vocabulary.yaml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bihuan.rulebook.source import Map, read

FIRST_YEAR, LAST_YEAR = 1900, 2999  # what lies outside is a slip of the keyboard
_EXPECTS = {
    "any": "anything",
    "flag": "true or false",
    "count": "a whole number",
    "instant": "a time such as 2026-03-02T09:00:00+08:00",
    "text": "text",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: its type, and for codes the values it may take."""

    name: str
    type: str
    values: tuple[str, ...]
    derived: bool  # kept by the engine, never told by an event
    words: dict[str, str]

    def fault(self, value: Any) -> str:
        """What a value would have to be, or "" if it is right. Null is always right: it takes the fact back."""
        if value is None or _FITS[self.type](value):
            return "" if value is None or self.type != "code" or value in self.values else self.expects
        return self.expects

    @property
    def expects(self) -> str:
        """What values it takes, in words."""
        return f"one of {', '.join(self.values)}" if self.type == "code" else _EXPECTS[self.type]


@dataclass(frozen=True, slots=True)
class Duty:
    """What may be owed, with the defaults of its rules."""

    name: str
    met_by: tuple[str, ...]
    waived_by: tuple[str, ...]
    ladder: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words, as read from one file."""

    facts: dict[str, Fact]
    kinds: tuple[str, ...]
    cases: frozenset[str]
    required: dict[str, dict[str, tuple[Any, ...]]]
    posts: dict[str, dict[str, str]]
    duties: dict[str, Duty]
    momentary: frozenset[str]
    instants: frozenset[str]


def read_instant(text: str) -> int | None:
    """UTC seconds of an ISO time with offset, of the years 1900 to 2999, or None. Fractions of a second are cut off."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    in_range = moment.tzinfo is not None and FIRST_YEAR <= moment.year <= LAST_YEAR
    return int(moment.timestamp() // 1) if in_range else None


def load_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary in a file; it is part of the product, so its form is trusted."""
    data = read(path, name=path.name)
    facts = {name: _fact(name, entry) for name, entry in data["facts"].items()}
    groups = data["kinds"]
    kinds = tuple(f"{noun}.{verb}" for group in groups for noun in group["nouns"] for verb in group["verbs"])
    required = {
        verb: {fact: tuple(values) for fact, values in needs.items()} for verb, needs in data["required"].items()
    }
    return Vocabulary(
        facts=facts,
        kinds=kinds,
        cases=frozenset(groups[0]["nouns"]),
        required={kind: needs for kind in kinds if (needs := required.get(kind.partition(".")[2]))},
        posts={name: dict(words) for name, words in data["posts"].items()},
        duties={name: _duty(name, entry) for name, entry in data["duties"].items()},
        momentary=frozenset(name for name, entry in data["facts"].items() if entry.get("momentary")),
        instants=frozenset(name for name, fact in facts.items() if fact.type == "instant"),
    )


def _fact(name: str, entry: Map) -> Fact:
    return Fact(
        name,
        entry["type"],
        tuple(entry.get("values", ())),
        bool(entry.get("derived")),
        {"zh": entry["zh"], "en": entry["en"]},
    )


def _duty(name: str, entry: Map) -> Duty:
    words = {"zh": entry["zh"], "en": entry["en"]}
    return Duty(name, tuple(entry["met_by"]), tuple(entry.get("waived_by", ())), entry.get("ladder", ""), words)


_FITS: dict[str, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "code": lambda value: isinstance(value, str),
    "text": lambda value: isinstance(value, str),
    "flag": lambda value: isinstance(value, bool),
    "count": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "instant": lambda value: isinstance(value, str) and read_instant(value) is not None,
}
