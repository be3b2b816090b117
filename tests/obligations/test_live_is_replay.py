"""What stands in the database is what replaying the same events gives, however late some of them arrive.

Many random histories share one clock, so that their events come mixed, as they do at a site. Some arrive when they
happen, some hours or weeks later, and the escalator passes between.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from bihuan.kernel import clock
from bihuan.ledger import kinds
from bihuan.ledger.actions import Happened
from bihuan.obligations import reactions
from bihuan.obligations.actions import record
from bihuan.obligations.books import books, rulebook
from bihuan.obligations.escalator import sweep
from bihuan.obligations.models import Obligation
from bihuan.rulebook import replay
from bihuan.visits.models import Visit
from tests.rulebook.random_histories import history
from tests.world import World

Line = tuple[Any, ...]
FIRST = 0 if os.environ.get("CI") else random.randrange(10**6)
TOGETHER, ALONE = 200, 20  # histories that are recorded in batches, and event by event
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _any_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind that rules may speak of, able to tell every fact; and no reaction that needs the rows of other rooms."""
    words = rulebook().vocabulary
    for kind in (one for one in words.kinds if not one.startswith("obligation.")):
        monkeypatch.setitem(kinds.KINDS, kind, kinds.Kind(kind, frozenset(words.facts), frozenset()))
    monkeypatch.setattr(reactions, "_on_event", reactions.defaultdict(list))


class Arrival:
    """An event of a history, and when it is written down."""

    def __init__(self, seed: int, event: dict[str, Any], dice: random.Random, resolve: Callable[[str], str]) -> None:
        self.at = datetime.fromisoformat(event["at"])
        late = dice.choices((timedelta(), timedelta(minutes=5), DAY / 3, 3 * DAY, 40 * DAY), (60, 10, 10, 10, 10))[0]
        self.arrives = self.at + late
        refs = list(dict.fromkeys(resolve(ref) for ref in event.get("refs", ())))
        subject = named(seed, event["subject"])
        refs = [named(seed, ref) for ref in refs if named(seed, ref) != subject]
        self.happened = Happened(event["kind"], subject, "CH", self.at, "staff:1", event["facts"], refs)

    def given(self) -> dict[str, Any]:
        """The event as replay reads it."""
        one = self.happened
        told = {"kind": one.kind, "subject": one.subject, "site": one.site, "actor": one.actor}
        return told | {"at": one.at.isoformat(), "facts": dict(one.facts), "refs": list(one.refs)}


def named(seed: int, subject: str) -> str:
    """The subject of one of many histories: the same number everywhere would be the same subject."""
    noun, _, number = subject.partition(":")
    many = seed * 1000 + int(number)
    return f"{noun}:{UUID(int=many)}" if noun in ("case", "work_order") else f"{noun}:{many}"


def arrivals(seed: int) -> list[Arrival]:
    """One history. What names a visit that found problems names what was visited, as the application writes it."""
    dice, visited, made = random.Random(seed), dict[str, str](), []
    for event in history(seed):
        made.append(Arrival(seed, event, dice, lambda ref: visited.get(ref, ref)))
        if event["facts"].get("found_problems"):
            visited[event["facts"]["visit"]] = event["subject"]
    return made


def batches(all_of_them: list[Arrival], size: int) -> Iterator[list[Arrival]]:
    """What arrives one after the other, so many at once."""
    mixed = sorted(all_of_them, key=lambda one: one.arrives)
    return (mixed[begin : begin + size] for begin in range(0, len(mixed), size))


def lived(all_of_them: list[Arrival], *, size: int, dice: random.Random) -> list[Arrival]:
    """Records everything as it arrives, sweeping now and then; gives the events in the order they were written."""
    written: list[Arrival] = []
    for batch in batches(all_of_them, size):
        clock.set_to(batch[-1].arrives)
        with transaction.atomic():
            record(*(one.happened for one in batch))
        written += batch
        if dice.random() < 0.3:
            clock.set_to(clock.now() + dice.choice((timedelta(0), timedelta(seconds=1), DAY / 2)))
            sweep()
    clock.set_to(max(clock.now(), max(one.at for one in all_of_them)) + dice.choice((timedelta(0), 45 * DAY)))
    sweep()
    return written


def stored(subjects: set[str]) -> list[Line]:
    """The rows, but those that a backdated event has shown never to have been owed."""
    rows = Obligation.objects.filter(subject__in=subjects).exclude(reason="unmade")
    return sorted(
        (
            *(one.subject, one.rule, one.start.timestamp(), one.opened_at.timestamp(), one.state),
            *(one.due_at.timestamp(), one.original_due_at.timestamp()),
            *map(repr, (one.met_at and one.met_at.timestamp(), one.late_seconds)),
            *map(repr, (one.breached_at and one.breached_at.timestamp(), one.reason, one.extended)),
        )
        for one in rows
    )


def replayed(events: list[dict[str, Any]], until: datetime) -> list[Line]:
    """The same, by replay."""
    return sorted(
        (
            *(one.subject, one.rule.id, float(one.start), float(one.opened_at), one.state),
            *(float(one.due_at), float(one.original_due_at)),
            *map(repr, (one.met_at and float(one.met_at), one.late_seconds)),
            *map(repr, (one.breached_at and float(one.breached_at), one.reason, one.extended)),
        )
        for one in replay(books().base, events, books().calendars, until)
    )


@pytest.mark.parametrize(("count", "size"), [(TOGETHER, 80), (ALONE, 1)], ids=["in batches", "one by one"])
def test_rows_are_what_replay_gives_and_a_visit_is_planned_where_one_is_owed(
    world: World, count: int, size: int
) -> None:
    histories = {seed: arrivals(seed) for seed in range(FIRST, FIRST + count)}
    written = lived([one for each in histories.values() for one in each], size=size, dice=random.Random(FIRST))
    place = {id(one): number for number, one in enumerate(written)}
    for seed, own in histories.items():
        events = [one.given() for one in sorted(own, key=lambda one: place[id(one)])]
        subjects = {event["subject"] for event in events} | {ref for event in events for ref in event["refs"]}
        there, wanted = stored(subjects), replayed(events, world.now)
        assert (seed, [one for one in there if one not in wanted], [one for one in wanted if one not in there]) == (
            *(seed, [], []),
        )
        assert len(there) == len(wanted)
    owed = Obligation.objects.filter(duty="visit", state="open").values_list("subject", flat=True)
    assert owed
    assert sorted(Visit.objects.filter(state="planned").values_list("subject", flat=True)) == sorted(set(owed))
