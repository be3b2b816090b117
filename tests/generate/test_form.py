"""The form of the stream: keys, order, words, references."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import bihuan
from bihuan.ops.generate import generate, write

Event = dict[str, Any]
KEYS = ["at", "kind", "subject", "site", "actor", "refs", "recorded_at", "facts"]


@pytest.fixture(scope="module")
def vocabulary() -> dict[str, Any]:
    path = Path(bihuan.__path__[0]) / "rulebook" / "vocabulary.yaml"
    words: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return words


def facts(events: list[Event]) -> Iterator[tuple[str, Any]]:
    for event in events:
        yield from event.get("facts", {}).items()


def test_keys_stand_in_the_order_of_the_replay_and_are_left_out_when_empty(events: list[Event]) -> None:
    for event in events:
        assert list(event) == [key for key in KEYS if key in event]
        assert event.keys() >= {"at", "kind", "subject", "site", "actor"}
        assert all(event.values())


def test_the_stream_is_sorted_by_when_things_happened(events: list[Event]) -> None:
    assert all(before["at"] <= after["at"] for before, after in pairwise(events))


def test_times_carry_the_offset_of_the_site(events: list[Event]) -> None:
    for event in events[::97]:
        assert datetime.fromisoformat(event["at"]).utcoffset() == timedelta(hours=8)


def test_every_kind_is_in_the_vocabulary(events: list[Event], vocabulary: dict[str, Any]) -> None:
    known = {f"{noun}.{verb}" for row in vocabulary["kinds"] for noun in row["nouns"] for verb in row["verbs"]}
    assert {event["kind"] for event in events} <= known


def test_every_fact_is_in_the_vocabulary_and_has_one_of_its_values(
    events: list[Event], vocabulary: dict[str, Any]
) -> None:
    for name, value in facts(events):
        schema = vocabulary["facts"][name]
        assert not schema.get("derived")
        assert value in schema.get("values", [value])
        if schema["type"] == "flag":
            assert isinstance(value, bool)
        if schema["type"] == "instant":
            assert datetime.fromisoformat(value).tzinfo


def test_facts_an_event_cannot_do_without_are_there(events: list[Event], vocabulary: dict[str, Any]) -> None:
    seen = set()
    for event in events:
        verb = event["kind"].partition(".")[2]
        for name, allowed in vocabulary["required"].get(verb, {}).items():
            assert event["facts"][name] in allowed
            seen.add(verb)
    assert seen == vocabulary["required"].keys()


def test_what_is_referred_to_has_happened_before(events: list[Event]) -> None:
    told: set[str] = set()
    for event in events:
        assert told.issuperset(event.get("refs", []))
        told.add(event["subject"])


def test_nothing_happens_to_a_case_before_it_is_received(by_subject: dict[str, list[Event]]) -> None:
    for subject, story in by_subject.items():
        if subject.startswith("case:"):
            assert story[0]["kind"].endswith(".received")
            assert sum(event["kind"].endswith(".received") for event in story) == 1
            assert len({event["site"] for event in story}) == 1


def test_nothing_happens_after_a_complaint_was_withdrawn_or_merged(complaints: list[list[Event]]) -> None:
    ended = 0
    for story in complaints:
        kinds = [event["kind"] for event in story]
        for last in ("complaint.withdrawn", "complaint.merged"):
            if last in kinds:
                ended += 1
                assert set(kinds[kinds.index(last) + 1 :]) <= {"complaint.acknowledged"}  # in the same breath
    assert ended


def test_the_history_starts_and_ends_when_told() -> None:
    days = [event["at"][:10] for event in generate(sites=1, homes=50, months=1, seed=1, start="2024-01-31")]
    assert days[0] == "2024-01-31"
    assert days[-1] == "2024-02-28"  # a month after the 31st of January is the 29th, where it stops


def test_it_is_written_as_lines_of_json() -> None:
    stream = io.BytesIO()
    made = list(generate(sites=1, homes=100, months=1, seed=1))
    assert write(stream, iter(made)) == len(made)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == made
    assert b": " not in stream.getvalue().splitlines()[0]


@pytest.mark.parametrize("name", ["sites", "homes", "months"])
def test_a_number_too_small_is_refused_by_name(name: str) -> None:
    numbers = {"sites": 1, "homes": 1, "months": 1, name: 0}
    with pytest.raises(ValueError, match=f"{name} is 0: give 1 or more"):
        next(generate(sites=numbers["sites"], homes=numbers["homes"], months=numbers["months"], seed=1))


def test_one_home_is_enough() -> None:
    assert all(generate(sites=1, homes=1, months=3, seed=1))


def test_a_date_may_be_a_date_or_text() -> None:
    first = next(generate(sites=1, homes=5, months=1, seed=1, start=date(2026, 3, 1)))
    assert first == next(generate(sites=1, homes=5, months=1, seed=1, start="2026-03-01"))
    assert datetime.fromisoformat(first["at"]) == datetime(2026, 2, 28, 16, tzinfo=UTC)
