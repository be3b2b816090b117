"""Visiting: tried, done or declined, with what the customer said and what it led to."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bihuan.ops.generate.agenda import Facts, Origin, Refs
from bihuan.ops.generate.chance import mix
from bihuan.ops.generate.story import Story
from bihuan.ops.generate.tables import (
    DAY,
    DECLINED,
    FOUND_PROBLEMS,
    HASTE,
    HOUR,
    MINUTE,
    MOODS,
    NO_ANSWER,
    NPS,
    PLANNED,
    REST,
    STARS,
    TAKE_UP,
    Mood,
    Pace,
)

_MOODS = mix(MOODS)


class Visit(NamedTuple):
    """How a visit came out: when, and satisfied (True, "basically", False) or declined (None)."""

    at: int
    satisfied: Mood | None


def visit(
    story: Story, start: int, pace: Pace, refs: Refs = (), *, planned_at: int = 0, moods: tuple[Mood, ...] = _MOODS
) -> Visit | None:
    """Visit the story's subject some time after `start`; None where nobody ever does."""
    chance = story.chance
    at = chance.within(start, pace)
    if at is None:
        return None
    at = at if pace.limit <= HASTE else awake(at, start)
    name = story.world.name("visit")
    if chance.happens(PLANNED):
        story.say(planned_at or start, "visit.planned", story.site.cs_supervisor, {"visit": name}, refs)
    if at - start > 2 * HOUR and chance.happens(NO_ANSWER):
        story.say(at - chance.between(30 * MINUTE, 2 * HOUR), "visit.attempted", story.agent, {"visit": name}, refs)
    if chance.happens(DECLINED):
        story.say(at, "visit.declined", story.agent, {"visit": name}, refs)
        return Visit(at, None)
    mood = chance.pick(moods)
    story.say(at, "visit.done", story.agent, answers(story, at, name, mood), refs)
    return Visit(at, mood)


def awake(at: int, start: int) -> int:
    """Keep away from the rest after lunch: come before it where there is time, otherwise after it."""
    begins, ends = REST
    if not begins <= at % DAY < ends:
        return at
    before = at - (ends - begins)
    return before if before > start else at + (ends - begins)


def answers(story: Story, at: int, name: str, mood: Mood) -> Facts:
    """Fill in the answer sheet; a problem that was found becomes a demand, mostly within the day."""
    chance = story.chance
    stars, nps = STARS[mood], NPS[mood]
    scores = {"speed": chance.pick(stars), "result": chance.pick(stars), "attitude": chance.pick(stars)}
    facts: Mapping[str, Any] = {"visit": name, "satisfied": mood, "scores": {**scores, "nps": chance.pick(nps)}}
    if not chance.happens(FOUND_PROBLEMS):
        return facts
    taken_up = chance.within(at, TAKE_UP)
    if taken_up is not None:
        origin = Origin((story.subject,), {"channel": "phone", "visit": name})
        story.world.agenda.later(taken_up, story.world.take_up, story.site, origin)
    return {**facts, "found_problems": True}
