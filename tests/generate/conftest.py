"""One made-up half year of three sites, which most tests read."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from bihuan.ops.generate import generate

Event = dict[str, Any]


@pytest.fixture(scope="session")
def events() -> list[Event]:
    return list(generate(sites=3, homes=2000, months=8, seed=7, start=date(2025, 1, 1)))


@pytest.fixture(scope="session")
def by_subject(events: list[Event]) -> dict[str, list[Event]]:
    stories: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        stories[event["subject"]].append(event)
    return stories


@pytest.fixture(scope="session")
def complaints(by_subject: dict[str, list[Event]]) -> list[list[Event]]:
    return [story for story in by_subject.values() if story[0]["kind"] == "complaint.received"]
