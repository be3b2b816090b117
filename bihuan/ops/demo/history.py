"""What happened at a site: a thin year and dense last days, drawn by the event generator, as events to be played."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bihuan.ops.generate import generate

YEAR, LAST = timedelta(days=365), timedelta(days=7)
SIZES = {"CH": 1200, "LY": 700, "JX": 500}  # homes
THIN = 4  # the year is drawn for one home in so many
KEPT = {"complaint": 0.7, "demand": 0.08, "enquiry": 0.1}  # and of its cases so many are kept; of the other kinds all
ENDS = ("closed", "withdrawn")
NOUNS = ("complaint", "demand", "enquiry", "suggestion", "praise", "emergency")

Event = dict[str, Any]


def history(site: str, *, now: datetime) -> list[Event]:
    """All events of a site up to now, sorted. Every case is whole, or still under way now."""
    dense = now - LAST
    year = _drawn(site, start=now - YEAR, months=12, homes=SIZES[site] // THIN, tag="y")
    last = _drawn(site, start=dense, months=1, homes=SIZES[site], tag="d")
    dice = Random(site)
    chosen = [case for case in _cases(year) if case[0]["when"] < dense and _kept(case, dice)]
    chosen += _cases(last)
    events = [event for case in chosen for event in case if event["when"] <= now]
    return sorted(events, key=lambda event: event["when"])


def _kept(case: list[Event], dice: Random) -> bool:
    """Of the year, what came to its end: what did not would lie at the top of every list."""
    kind = case[0]["kind"].partition(".")[0]
    ended = any(event["kind"].partition(".")[2] in ENDS for event in case if event["subject"].startswith("case:"))
    return ended and dice.random() < KEPT.get(kind, 1.0)


def _drawn(site: str, *, start: datetime, months: int, homes: int, tag: str) -> Iterator[Event]:
    seed = zlib.crc32(f"{site}{tag}".encode()) % 10_000
    for event in generate(sites=1, homes=homes, months=months, seed=seed, start=start.date()):
        event["when"] = datetime.fromisoformat(event["at"])
        event["tag"] = tag
        yield event


def _cases(events: Iterable[Event]) -> list[list[Event]]:
    """The events of each case with those of its work orders and visits, in order, from its receipt on."""
    held: dict[str, list[Event]] = defaultdict(list)
    case_of: dict[str, str] = {}
    for event in events:
        subject = str(event["subject"])
        if subject.startswith("work_order:"):
            for ref in event.get("refs", ()):
                if ref.startswith("case:"):
                    case_of[subject] = ref
        case = case_of.get(subject, subject)
        if case.startswith("case:"):
            held[case].append(event)
    return [case for case in held.values() if case[0]["kind"].partition(".")[2] == "received"]
