"""Events are only ever added, each chained to the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bihuan.ledger.actions import Happened, append
from bihuan.ledger.models import Anchor, Chain, Event
from tests.world import World, sql


def test_an_event_cannot_be_changed(world: World) -> None:
    case = world.receive()
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        sql("UPDATE ledger_event SET actor = 'staff:2' WHERE subject = %s", case.subject)


def test_an_event_cannot_be_deleted(world: World) -> None:
    case = world.receive()
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        sql("DELETE FROM ledger_event WHERE subject = %s", case.subject)


def test_an_anchor_cannot_be_changed_or_deleted(world: World) -> None:
    Anchor.objects.create(day="2026-03-01", chains=0, hash=b"-")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Anchor.objects.update(chains=1)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Anchor.objects.all().delete()


def test_two_events_cannot_stand_in_the_same_place(world: World) -> None:
    case = world.receive()
    first = Event.objects.filter(subject=case.subject).earliest("position")
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_each_event_is_hashed_with_all_it_says_and_with_the_one_before(world: World) -> None:
    case = world.take(world.receive(repeats=["case:0"]), "handed_over")
    before = b""
    for number, event in enumerate(Event.objects.filter(subject=case.subject).order_by("position")):
        said = {
            "at": "2026-03-02T01:00:00+00:00",
            "recorded_at": "2026-03-02T01:00:00+00:00",
            "site": "CH",
            "v": 1,
            "kind": event.kind,
            "subject": case.subject,
            "position": number,
            "refs": event.refs,
            "actor": event.actor,
            "facts": event.facts,
        }
        written = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        before = hashlib.sha256(before + written).digest()
        assert bytes(event.hash) == before
    chain = Chain.objects.get(subject=case.subject)
    assert (chain.length, bytes(chain.head)) == (number + 1, before)
    assert chain.length == 3


def test_an_event_tells_when_it_happened_and_when_it_was_written(world: World) -> None:
    case = world.receive()
    world.later(minutes=4)
    happened = world.now - timedelta(minutes=3)
    world.take(case, "restated", by="agent", at=happened)
    event = Event.objects.get(kind="complaint.restated")
    assert (event.at, event.recorded_at) == (happened, world.now)


def test_fractions_of_a_second_are_cut_off(world: World) -> None:
    with transaction.atomic():
        [event], _ = append(
            [Happened("staff.signed_in", "staff:1", "CH", world.now, "staff:1", {"second_step": False})]
        )
        late = world.now + timedelta(microseconds=999_999)
        [other], _ = append([Happened("staff.signed_in", "staff:1", "CH", late, "staff:1", {"second_step": False})])
    assert event.at == other.at == world.now


def test_what_is_said_of_several_subjects_at_once_grows_each_chain(world: World) -> None:
    told = {"second_step": True}
    subjects = ["staff:1", "staff:2", "staff:1"]
    with transaction.atomic():
        append([Happened("staff.signed_in", one, "CH", world.now, one, told) for one in subjects])
    lengths = dict(Chain.objects.filter(subject__startswith="staff:").values_list("subject", "length"))
    assert lengths == {"staff:1": 2, "staff:2": 1}
