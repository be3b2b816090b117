"""What is to come, day by day. Only what is in flight is held: a day that has been told is forgotten."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from bihuan.ops.generate.clock import iso
from bihuan.ops.generate.tables import DAY

if TYPE_CHECKING:
    from bihuan.ops.generate.world import Site, World

Facts = Mapping[str, Any]
Refs = tuple[str, ...]
Event = dict[str, Any]
# at, order of telling, kind, subject, site, actor, refs, recorded at (0: at once), facts
Entry = tuple[int, int, str, str, str, str, Refs, int, Facts | None]


class Origin(NamedTuple):
    """What a case came out of: an earlier subject, a visit, a patrol."""

    refs: Refs = ()
    facts: Facts = MappingProxyType({})


Start = Callable[["World", "Site", int, Origin], None]
Opening = tuple[int, int, Start, "Site", Origin]
NOWHERE = Origin()


class Agenda:
    """Events and openings of stories, in a bucket per day; what falls after the end is dropped."""

    __slots__ = ("_events", "_openings", "_order", "end", "pending")

    def __init__(self, end: int) -> None:
        self.end, self.pending, self._order = end, 0, 0
        self._events: dict[int, list[Entry]] = {}
        self._openings: dict[int, list[Opening]] = {}

    def put(
        self, at: int, kind: str, subject: str, site: str, actor: str, facts: Facts | None, refs: Refs, recorded: int
    ) -> None:
        """Hold an event until its day."""
        if at >= self.end:
            return
        self._order += 1
        self.pending += 1
        entry = (at, self._order, kind, subject, site, actor, refs, recorded, facts)
        bucket = self._events.get(at // DAY)
        if bucket is None:
            self._events[at // DAY] = [entry]
        else:
            bucket.append(entry)

    def later(self, at: int, start: Start, site: "Site", origin: Origin = NOWHERE) -> None:
        """Hold the opening of a story until its day, so that numbers are given in the order of time."""
        if at >= self.end:
            return
        self._order += 1
        self._openings.setdefault(at // DAY, []).append((at, self._order, start, site, origin))

    def open(self, day: int, world: "World") -> None:
        """Open the day's stories by the hour; one that another opens for the same day follows."""
        openings = self._openings.get(day, [])
        openings.sort(key=lambda opening: opening[:2])
        for at, _, start, site, origin in openings:  # grows while it runs
            start(world, site, at, origin)
        self._openings.pop(day, None)

    def take(self, day: int) -> list[Entry]:
        """Hand out the day's events in order, and forget them."""
        entries = self._events.pop(day, [])
        self.pending -= len(entries)
        entries.sort()
        return entries


def written(entry: Entry) -> Event:
    """Put an entry into the form of the replay, in the order of its keys."""
    at, _, kind, subject, site, actor, refs, recorded, facts = entry
    event: Event = {"at": iso(at), "kind": kind, "subject": subject, "site": site, "actor": actor}
    if refs:
        event["refs"] = list(refs)
    if recorded:
        event["recorded_at"] = iso(recorded)
    if facts:
        event["facts"] = dict(facts)
    return event
