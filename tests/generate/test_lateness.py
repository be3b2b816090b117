"""Most duties are kept, some late with a long tail, a few never."""

from collections import Counter
from datetime import timedelta

import pytest

from .stories import Event, Story, kinds, lasted, received


@pytest.mark.parametrize(
    ("start", "end", "limit", "low", "high"),
    [
        ("complaint.received", "complaint.handed_over", timedelta(hours=1), 0.85, 0.99),
        ("complaint.received", "complaint.classified", timedelta(hours=1), 0.85, 0.99),
        ("complaint.handled", "complaint.result_told", timedelta(days=2), 0.9, 0.999),
        ("complaint.handled", "visit.done", timedelta(days=3), 0.75, 0.97),
        ("suggestion.received", "suggestion.decided", timedelta(days=20), 0.85, 0.99),
        ("message.received", "message.sent", timedelta(days=1), 0.85, 0.99),
    ],
)
def test_most_duties_are_kept_and_some_are_late(
    by_subject: dict[str, Story], start: str, end: str, limit: timedelta, low: float, high: float
) -> None:
    took = [took for story in by_subject.values() if (took := lasted(story, start, end)) is not None]
    assert low < sum(time <= limit for time in took) / len(took) < high


def test_lateness_has_a_long_tail(by_subject: dict[str, Story]) -> None:
    took = [lasted(story, "work_order.finished", "visit.done") for story in by_subject.values()]
    assert max(time for time in took if time) > timedelta(days=4)


def test_some_duties_are_never_done(events: list[Event], by_subject: dict[str, Story]) -> None:
    old = [event["subject"] for event in received(events, "message") if event["at"] < "2025-07"]
    assert any("message.sent" not in kinds(by_subject[subject]) for subject in old)
    begun = Counter(event["kind"] for event in events)
    checks = Counter(event["facts"]["check"] for event in events if event["kind"] == "site.check_done")
    assert 0.93 * begun["site.day_began"] < checks["daily"] < begun["site.day_began"]
