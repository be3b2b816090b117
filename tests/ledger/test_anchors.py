"""Every day's heads of chains are hashed into an anchor, once the day is over and everybody has finished writing."""

from __future__ import annotations

from datetime import UTC, date

import pytest
from django.db import transaction

from bihuan.ledger.actions import anchor_days
from bihuan.ledger.hashing import anchored
from bihuan.ledger.models import Anchor, Event
from tests.world import World, at_once


def anchored_days() -> list[str]:
    return [str(day) for day in Anchor.objects.order_by("day").values_list("day", flat=True)]


def test_a_day_is_anchored_a_quarter_of_an_hour_after_it_is_over(world: World) -> None:
    world.receive()  # on 2 March by UTC
    world.at(world.time("03-03 00:14:59", UTC))
    assert anchor_days() == []
    world.at(world.time("03-03 00:15:00", UTC))
    assert [anchor.day for anchor in anchor_days()] == [date(2026, 3, 2)]


def test_it_is_anchored_once(world: World) -> None:
    world.receive()
    world.at("03-04 12:00")
    assert len(anchor_days()) == 2
    assert anchor_days() == []
    assert anchored_days() == ["2026-03-02", "2026-03-03"]


def test_an_event_belongs_to_the_day_on_which_it_is_written_down(world: World) -> None:
    world.at(world.time("03-02 23:59:59", UTC))
    last = world.receive()
    world.at(world.time("03-03 00:00:00", UTC))
    first = world.receive()
    world.at(world.time("03-04 00:15:00", UTC))
    anchor_days()
    heads = {
        case.subject: Event.objects.filter(subject=case.subject).order_by("position").last() for case in (last, first)
    }
    before = b""
    for anchor, case in zip(Anchor.objects.order_by("day"), (last, first), strict=True):
        head = heads[case.subject]
        assert head is not None
        count, before = anchored(before, [(case.subject, head.position, bytes(head.hash))])
        assert (anchor.chains, bytes(anchor.hash)) == (count, before)


def test_a_backdated_event_belongs_to_the_day_on_which_it_is_written_down(world: World) -> None:
    case = world.receive()
    world.at(world.time("03-03 01:00", UTC))
    anchor_days()
    world.take(case, "handed_over", at=world.time("03-02 09:30"))
    world.at(world.time("03-04 01:00", UTC))
    assert [(str(one.day), one.chains) for one in anchor_days()] == [("2026-03-03", 1)]


def test_days_on_which_nothing_happened_are_anchored_too(world: World) -> None:
    world.receive()
    world.at("03-09 12:00")
    anchor_days()
    assert [one.chains for one in Anchor.objects.order_by("day")] == [1, 0, 0, 0, 0, 0, 0]


def test_where_nothing_ever_happened_nothing_is_anchored(world: World) -> None:
    world.at("03-09 12:00")
    assert anchor_days() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_anchor_a_day_once(world: World) -> None:
    world.receive()
    world.at("03-05 12:00")
    made = at_once(anchor_days, anchor_days, anchor_days)
    assert sorted(len(one) for one in made) == [0, 0, 3]
    assert anchored_days() == ["2026-03-02", "2026-03-03", "2026-03-04"]
    world.at("03-06 12:00")
    assert sorted(len(one) for one in at_once(anchor_days, anchor_days)) == [0, 1]


def test_what_fails_half_way_anchors_nothing(world: World) -> None:
    world.receive()
    world.at("03-05 12:00")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        anchor_days()
        _ = 1 / 0
    assert anchored_days() == []
    assert len(anchor_days()) == 3
