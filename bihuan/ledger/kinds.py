"""The kinds of events and what each may tell. A room declares its kinds when it is loaded.

No name, no telephone number and no sentence stands in an event: those live in rows that can be corrected and erased.
So a text fact is a code, an id, an instant or a keyed hash, of a form in which nothing can be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.errors import Refused

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,79}")
_SEPARATORS = str.maketrans("", "", "+-.:_")
_OF_A_PERSON = re.compile(r"(86)?1[3-9]\d{9}|(86)?0\d{9,11}|\d{17}[\dXx]")  # mobile, landline with area code, identity


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: the facts it may tell, those it must, and the version of that schema."""

    name: str
    facts: frozenset[str]
    required: frozenset[str]
    v: int = 1


KINDS: dict[str, Kind] = {}


def declare(names: Iterable[str], *, facts: Iterable[str] = (), required: Iterable[str] = (), v: int = 1) -> None:
    """Makes kinds of events known, with the facts that each may and must tell."""
    must = frozenset(required)
    for name in names:
        if name in KINDS:
            raise ValueError(f"{name} is declared twice.")
        KINDS[name] = Kind(name, frozenset(facts) | must, must, v)


def check(name: str, facts: Mapping[str, Any]) -> Kind:
    """The kind of that name, able to hold these facts; anything else is refused."""
    kind = KINDS.get(name)
    if kind is None:
        raise Refused(f'no room declares the event "{name}".', where="ledger", code="unknown_kind")
    for fact, value in facts.items():
        if fact not in kind.facts:
            raise Refused(f'{name} does not tell "{fact}".', where="ledger", code="unknown_fact")
        if not speaks_in_codes(value):
            raise Refused(f'the fact "{fact}" of {name} would hold free text.', where="ledger", code="free_text")
    missing = sorted(kind.required - facts.keys())
    if missing:
        raise Refused(f'{name} must tell "{missing[0]}".', where="ledger", code="missing_fact")
    return kind


def speaks_in_codes(value: Any) -> bool:
    """Whether a fact's value is a code, a figure, a time or an id, or made of such."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return not _OF_A_PERSON.fullmatch(str(value))
    if isinstance(value, str):
        return bool(_TOKEN.fullmatch(value)) and not _OF_A_PERSON.fullmatch(value.translate(_SEPARATORS))
    if isinstance(value, list | tuple):
        return all(speaks_in_codes(one) for one in value)
    if isinstance(value, dict):  # with names that JSON keeps as they are
        return all(isinstance(name, str) and speaks_in_codes(name) for name in value) and all(
            speaks_in_codes(one) for one in value.values()
        )
    return False
