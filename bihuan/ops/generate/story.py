"""A story: what happens to one subject, told in words the agenda understands."""

from collections.abc import Mapping
from typing import Any

from bihuan.ops.generate.agenda import Facts, Origin, Refs
from bihuan.ops.generate.chance import mix
from bihuan.ops.generate.clock import weekday
from bihuan.ops.generate.tables import (
    ANONYMOUS,
    CHANNELS,
    DAY,
    HOUR,
    MINUTE,
    OPENED_LATER,
    UNREACHABLE,
)
from bihuan.ops.generate.world import Site, World, class_of, kind_of

_CHANNELS = mix(CHANNELS)
_SATURDAY, _MONDAY_MORNING = 5, 9 * HOUR


class Story:
    """One subject at one site; `say` puts an event about it into the agenda."""

    __slots__ = ("agent", "chance", "facts", "known_at", "put", "site", "subject", "world")

    def __init__(self, world: World, site: Site, subject: str) -> None:
        self.world, self.site, self.subject, self.chance = world, site, subject, world.chance
        self.put = world.agenda.put
        self.agent = world.chance.pick(site.agents)
        self.facts: dict[str, Any] = {}  # what was known when it was received
        self.known_at = 0

    def say(
        self, at: int, kind: str, actor: str, facts: Facts | None = None, refs: Refs = (), *, recorded: int = 0
    ) -> None:
        """Tell that something happened to the subject."""
        self.put(at, kind, self.subject, self.site.code, actor, facts, refs, recorded)

    def receive(self, at: int, kind: str, origin: Origin, facts: Facts, channels: tuple[str, ...] = _CHANNELS) -> None:
        """Tell how the case came in; a call is answered before, a letter of the weekend opened on Monday."""
        given = origin.facts.get("channel")
        channel = given or self.chance.pick(channels)
        refs, actor = origin.refs, self.agent
        self.facts = {"channel": channel, **self.customer(channel), **facts, **origin.facts}
        if channel == "phone" and not given:
            at, refs = self.call(at, refs)
        elif channel == "portal" and "party" in self.facts:
            actor = self.facts["party"]
        self.facts.pop("party", None)
        self.known_at = self.opened(at, channel)
        self.say(at, kind, actor, self.facts, refs, recorded=self.known_at if self.known_at > at else 0)

    def customer(self, channel: str) -> dict[str, Any]:
        """Choose who speaks: somebody who lives here, or nobody we may know."""
        if self.chance.happens(ANONYMOUS) and channel != "portal":
            return {"anonymous": True}
        home = self.world.home(self.site, lived_in=True)
        if home is None:
            return {"anonymous": True}
        party = self.site.parties[home]
        known = {"customer_kind": kind_of(party), "customer_class": class_of(party), "party": f"party:{party}"}
        return {**known, "reachable": False} if self.chance.happens(UNREACHABLE) else known

    def call(self, at: int, refs: Refs) -> tuple[int, Refs]:
        """Answer the telephone; the case is taken in while they speak."""
        call = self.world.name("call")
        self.put(at, "call.answered", call, self.site.code, self.agent, {"channel": "phone"}, (), 0)
        return at + self.chance.between(MINUTE, 4 * MINUTE), (*refs, call)

    def opened(self, at: int, channel: str) -> int:
        """Return when the site learns of it: a letter of Saturday or Sunday lies until Monday morning."""
        day = at // DAY
        if channel in OPENED_LATER and weekday(day) >= _SATURDAY:
            return (day + 7 - weekday(day)) * DAY + _MONDAY_MORNING + self.chance.between(0, HOUR)
        return at

    def appointment(self, at: int, low: int, high: int) -> int:
        """Choose a time ahead that people would agree on: in the office's hours, on the half hour."""
        half = HOUR // 2
        agreed = self.chance.office(at + self.chance.between(low, high), at + low)
        return max(-(-agreed // half) * half, -(-(at + 1) // half) * half)


def flags(story: Story, shares: Mapping[str, float]) -> dict[str, bool]:
    """Draw the flags that are raised; those that are not are not mentioned."""
    random = story.chance.random
    return {name: True for name, share in shares.items() if random() < share}
