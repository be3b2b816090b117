"""The lesser stories: enquiries, suggestions, praise, messages, what a patrol finds."""

from bihuan.ops.generate.agenda import Origin
from bihuan.ops.generate.chance import mix
from bihuan.ops.generate.clock import iso
from bihuan.ops.generate.story import Story
from bihuan.ops.generate.tables import (
    AT_ONCE,
    CLOSE,
    DAY,
    DECIDE,
    DEVELOPER,
    ENQUIRY,
    HOUR,
    MESSAGE,
    MESSAGE_CHANNELS,
    MINUTE,
    PASS_ON,
    TO_DEVELOPER,
)
from bihuan.ops.generate.world import Site, World

_MESSAGE_CHANNELS = mix(MESSAGE_CHANNELS)


def enquiry(world: World, site: Site, at: int, origin: Origin) -> None:
    """Answer a question, most of them at once; the developer's own questions go to the developer."""
    story, chance = Story(world, site, world.name("case")), world.chance
    story.receive(at, "enquiry.received", origin, {})
    known = story.known_at
    if chance.happens(TO_DEVELOPER):
        answered = developer(story, known)
    elif chance.happens(AT_ONCE):
        answered = known + chance.between(MINUTE, 9 * MINUTE)
    else:
        answered = chance.within(known, ENQUIRY)
    if answered is not None:
        story.say(answered, "enquiry.answered", story.agent)
        story.say(answered + chance.between(0, 5 * MINUTE), "enquiry.closed", story.agent)


def developer(story: Story, known: int) -> int | None:
    """Put it to the developer in writing (XQ-K2.2.1b), and agree when the customer hears of it."""
    chance = story.chance
    put = chance.office(known + chance.between(20 * MINUTE, 5 * HOUR), known)
    agreed = {"agreed_at": iso(story.appointment(known, DEVELOPER.limit, DEVELOPER.limit + 2 * DAY))}
    story.say(known + MINUTE, "enquiry.time_agreed", story.agent, agreed)
    story.say(put, "enquiry.put_to_developer", story.agent)
    answered = chance.within(put, DEVELOPER)
    if answered is None:
        return None
    story.say(answered, "enquiry.developer_answered", story.agent)
    return chance.office(answered + chance.between(10 * MINUTE, 4 * HOUR), answered)


def suggestion(world: World, site: Site, at: int, origin: Origin) -> None:
    """Thank for it, decide on it, tell the decision (XQ-K2.2.1d)."""
    story, chance = Story(world, site, world.name("case")), world.chance
    story.receive(at, "suggestion.received", origin, {})
    story.say(story.known_at + chance.between(MINUTE, 4 * HOUR), "suggestion.acknowledged", story.agent)
    decided = chance.within(story.known_at, DECIDE)
    if decided is None:
        return
    decided = max(decided, story.known_at + 4 * HOUR)
    story.say(decided, "suggestion.decided", site.manager, {"reason": chance.pick(("adopted", "not_adopted"))})
    told = chance.surely(decided, CLOSE)
    story.say(told, "suggestion.decision_told", story.agent)
    story.say(told, "suggestion.closed", story.agent)


def praise(world: World, site: Site, at: int, origin: Origin) -> None:
    """Pass praise on to whom it is due."""
    story = Story(world, site, world.name("case"))
    story.receive(at, "praise.received", origin, {})
    passed_on = world.chance.within(story.known_at, PASS_ON)
    if passed_on is not None:
        story.say(passed_on, "praise.passed_on", site.cs_supervisor)
        story.say(passed_on, "praise.closed", site.cs_supervisor)


def message(world: World, site: Site, at: int, origin: Origin) -> None:
    """Answer a message that is no case (GC-4.2)."""
    story = Story(world, site, world.name("message"))
    story.receive(at, "message.received", origin, {}, _MESSAGE_CHANNELS)
    answered = world.chance.within(story.known_at, MESSAGE)
    if answered is not None:
        story.say(answered, "message.sent", story.agent)


def patrol(world: World, site: Site, at: int, origin: Origin) -> None:
    """Find something on a patrol, which opens a demand before anybody complains (TS-B4)."""
    story = Story(world, site, world.name("patrol"))
    story.say(at, "patrol.finding", world.chance.pick(site.guards))
    found = Origin((story.subject,), {"channel": "patrol"})
    world.agenda.later(at + world.chance.between(MINUTE, 40 * MINUTE), world.take_up, site, found)
