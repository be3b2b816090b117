"""An event as the engine sees it: whole UTC seconds, and facts already read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

NO_FACTS: dict[str, Any] = {}
CLOCK = "clock"


class Event:
    """Something that happened. `at` is when, `recorded_at` when it was written; `seq` orders events of one instant."""

    __slots__ = ("actor", "at", "facts", "kind", "recorded_at", "refs", "seq", "site", "subject")

    def __init__(
        self,
        at: int,
        kind: str,
        subject: str,
        *,
        site: str = "",
        actor: str = "",
        facts: dict[str, Any] | None = None,
        refs: Sequence[str] = (),
        recorded_at: int | None = None,
        seq: int = 0,
    ) -> None:
        self.at, self.kind, self.subject, self.site, self.actor = at, kind, subject, site, actor
        self.facts = facts or NO_FACTS
        self.refs, self.recorded_at, self.seq = refs, recorded_at, seq

    @property
    def order(self) -> tuple[int, int]:
        """What sorts events: when they happened, ties in the order they were written."""
        return self.at, self.seq

    def __repr__(self) -> str:
        return f"Event({self.at}, {self.kind!r}, {self.subject!r}, facts={self.facts!r})"
