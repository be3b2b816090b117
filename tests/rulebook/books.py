"""A rulebook for tests that ask for the same policies over and over."""

from __future__ import annotations

import copy
from typing import Any

from bihuan.rulebook.load import Rulebook
from bihuan.rulebook.policy import Policy
from bihuan.rulebook.source import Map


class Book(Rulebook):
    """A rulebook that keeps its policies, and in which something can be changed."""

    def changed(self, **parts: Any) -> Book:
        """The same with other parts."""
        book = copy.copy(self)
        book.__dict__.update(parts, kept={})
        return book

    def policy(self, name: str | Map = "strict") -> Policy:
        kept: dict[str, Policy] = self.__dict__.setdefault("kept", {})
        if str(name) not in kept:
            kept[str(name)] = super().policy(name)
        return kept[str(name)]
