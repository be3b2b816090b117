"""The run: day after day, what begins is opened and what falls on the day is told."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import IO

import msgspec

from bihuan.ops.generate.agenda import Entry, Event, written
from bihuan.ops.generate.arrivals import arrivals
from bihuan.ops.generate.clock import day_number, months_later
from bihuan.ops.generate.complaint import complaint
from bihuan.ops.generate.demand import demand
from bihuan.ops.generate.parties import rounds
from bihuan.ops.generate.site_days import site_day
from bihuan.ops.generate.tables import DAY
from bihuan.ops.generate.world import World

FIRST_DAY = date(2025, 1, 1)
BATCH = 1000  # lines written at once


def generate(*, sites: int, homes: int, months: int, seed: int, start: str | date = FIRST_DAY) -> Iterator[Event]:
    """Yield the events of `months` from `start`, sorted by `at`, in the form of the replay; `homes` is per site.

    The same arguments give the same events everywhere. What is held is what is in flight, however long the history.
    ValueError names a number that is too small.
    """
    for name, number in (("sites", sites), ("homes", homes), ("months", months)):
        if number < 1:
            raise ValueError(f"{name} is {number}: give 1 or more")
    first = date.fromisoformat(start) if isinstance(start, str) else start
    begins, ends = day_number(first), day_number(months_later(first, months))
    world = World(sites=sites, homes=homes, seed=seed, end=ends * DAY, take_up=demand, repeat=complaint)
    return _told(world, begins, ends)


def _told(world: World, begins: int, ends: int) -> Iterator[Event]:
    for day in range(begins, ends):
        yield from map(written, one_day(world, day))


def one_day(world: World, day: int) -> list[Entry]:
    """Let one day happen; return its events in order."""
    arrivals(world, day)
    for site in world.sites:
        site_day(world, site, day)
        rounds(world, site, day)
    world.agenda.open(day, world)
    return world.agenda.take(day)


def write(stream: IO[bytes], events: Iterable[Event]) -> int:
    """Write events as lines of JSON; return how many."""
    encoder, source, number = msgspec.json.Encoder(), iter(events), 0
    while batch := list(islice(source, BATCH)):
        stream.write(encoder.encode_lines(batch))
        number += len(batch)
    return number
