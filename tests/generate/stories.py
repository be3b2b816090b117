"""What the tests ask of a made-up history."""

from datetime import datetime, timedelta
from typing import Any

Event = dict[str, Any]
Story = list[Event]


def kinds(story: Story) -> set[str]:
    return {event["kind"] for event in story}


def first(story: Story, kind: str) -> Event | None:
    return next((event for event in story if event["kind"] == kind), None)


def instant(event: Event) -> datetime:
    return datetime.fromisoformat(event["at"])


def lasted(story: Story, start: str, end: str) -> timedelta | None:
    one, other = first(story, start), first(story, end)
    return instant(other) - instant(one) if one and other else None


def share(stories: list[Story], kind: str) -> float:
    return sum(kind in kinds(story) for story in stories) / len(stories)


def received(events: list[Event], noun: str) -> list[Event]:
    return [event for event in events if event["kind"] == f"{noun}.received"]


def fact_share(events: list[Event], name: str, value: object = True) -> float:
    return sum(bool(event["facts"].get(name) == value) for event in events) / len(events)
