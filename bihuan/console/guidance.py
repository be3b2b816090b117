"""Guidance while a complaint is taken (TS-1, TS-2): short steps with a sentence to say, from guidance.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bihuan.cases.models import Channel
from bihuan.console import words
from bihuan.obligations.books import books
from bihuan.obligations.spans import Span, span
from bihuan.rulebook.source import read

TEXTS = Path(__file__).with_name("guidance.yaml")
HAND_UP = "complaint.hand_up"
SPOKEN = (Channel.WALK_IN, Channel.PHONE)  # in writing there is nobody to be spoken to


@dataclass(frozen=True, slots=True)
class Advice:
    """One step: what to do, what to say ("" where nothing is), and the clause."""

    do: str
    say: str
    clause: str


def advice(channel: str, mood: str, *, site: str, at: datetime) -> list[Advice]:
    """The steps for a channel and a mood (calm, agitated, handed_up), in the reader's language; none for letters."""
    if channel not in SPOKEN:
        return []
    figures = _figures(site, at)
    return [_told(one, figures) for one in texts()[f"{channel}.{mood}"]]


@cache
def texts() -> Mapping[str, list[dict[str, Any]]]:
    """The texts, by channel and mood."""
    found: Mapping[str, list[dict[str, Any]]] = read(TEXTS, name=TEXTS.name)
    return found


def time_to_hand_up(site: str, start: datetime) -> Span | None:
    """TS-1b: how long one may go on with somebody agitated before the supervisor is called."""
    return span(HAND_UP, site=site, start=start)


def _told(one: dict[str, Any], figures: dict[str, str]) -> Advice:
    say = words.word(one["say"]) if "say" in one else ""
    return Advice(words.word(one["do"]).format(**figures), say, one["clause"])


def _figures(site: str, at: datetime) -> dict[str, str]:
    """The figures of the clauses, in words; "—" where this site has no such rule."""
    time = time_to_hand_up(site, at)
    rings = next((one.value for one in books().policy(site, at).targets if one.figure == "rings"), None)
    return {
        "target": words.duration(time.target) if time and time.target else "—",
        "limit": words.duration(time.value) if time else "—",
        "rings": "—" if rings is None else f"{rings:.0f}",
    }
