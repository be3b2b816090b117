"""The invented words of the demo company, read from words/, and chosen so that they fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "words"
TRADES = {  # of the words → of accounts.Trade
    "plumbing": "plumbing",
    "electric": "electrics",
    "lift": "lifts",
    "access": "low_voltage",
    "fire": "fire",
    "aircon": "air_conditioning",
    "general": "general",
    "cleaning": "cleaning",
    "greenery": "greening",
    "security": "security",
    "service": "stewards",
}


@cache
def read(name: str) -> Any:
    """One file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)


@cache
def by_problem(kind: str) -> dict[str, list[dict[str, Any]]]:
    """Complaints or demands by problem code."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(FOLDER.glob(f"{kind}_*.yaml")):
        for code, items in read(path.stem).items():
            found.setdefault(str(code), []).extend(items)
    return found


def fits(item: Mapping[str, Any], *, homes: Iterable[str], month: int) -> bool:
    """Whether the words fit one of these kinds of homes, and the month."""
    wanted = item.get("homes") or ["residence"]
    right = "any" in wanted or not set(wanted).isdisjoint(homes)
    return right and (not item.get("months") or month in item["months"])


def weighted(dice: Random, weights: Mapping[str, int]) -> str:
    """One of the keys, by its weight."""
    return dice.choices(list(weights), list(weights.values()))[0]


class Deck:
    """Words that are not said twice before all of them have been."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._used: dict[int, int] = {}

    def draw(self, items: Sequence[Any]) -> Any:
        """One of those that were drawn least."""
        least = min(self._used.get(id(item), 0) for item in items)
        chosen = self._dice.choice([item for item in items if self._used.get(id(item), 0) == least])
        self._used[id(chosen)] = least + 1
        return chosen
