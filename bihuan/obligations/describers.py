"""How those above speak of their subjects to those below: a label, a link, and what it is about.

`config.wiring` registers one describer for each kind of subject; a work list never needs to know the case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Description:
    """A subject in words: its number, what it is about, whom it concerns, where, and where its page is."""

    label: str
    about: str = ""
    whom: str = ""
    place: str = ""
    link: str = ""
    kind: str = ""
    severity: str = ""
    case: UUID | None = None
    party: int | None = None


Describer = Callable[[list[str]], dict[str, Description]]
_describers: dict[str, Describer] = {}


def register(prefix: str, describer: Describer) -> None:
    """Settles who describes subjects that begin with `prefix:`."""
    _describers[prefix] = describer


def describe(subjects: Iterable[str]) -> dict[str, Description]:
    """The description of each subject, one query a kind; what nobody describes is called by its id."""
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for subject in dict.fromkeys(subjects):
        by_prefix[subject.partition(":")[0]].append(subject)
    found: dict[str, Description] = {}
    for prefix, some in by_prefix.items():
        describer = _describers.get(prefix)
        found |= describer(some) if describer else {}
        found |= {subject: Description(subject) for subject in some if subject not in found}
    return found
