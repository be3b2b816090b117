"""Whatever is changed behind its back, the ledger shows it and names the first break."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
import pytest
from django.db import transaction

from bihuan.cases.models import Case, Note
from bihuan.customers.actions.erasing import erase
from bihuan.dispatch.models import WorkOrder
from bihuan.ledger.actions import Happened, anchor_days, append
from bihuan.ledger.models import Anchor, Chain, Event
from bihuan.ledger.verify import verify
from bihuan.visits.models import AnswerSheet, Attempt
from tests.world import World, serves, sql

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(world: World) -> tuple[Case, Case]:
    """Two complaints, one of two days ago and one of yesterday, with both days anchored, and something of today."""
    first = world.receive()
    world.at("03-03 09:00")
    second = world.take(world.receive(), "handed_over")
    world.at("03-04 09:00")
    anchor_days()
    world.take(first, "handed_over")
    return first, second


@contextmanager
def behind_its_back() -> Iterator[None]:
    with pgtrigger.ignore("ledger.Event:append_only", "ledger.Anchor:append_only"):
        yield


def change(what: str, case: Case) -> None:
    with behind_its_back():
        assert sql(f"UPDATE ledger_event SET {what} WHERE subject = %s AND position = 1", case.subject) == 1


def last_of(case: Case) -> Event:
    return Event.objects.filter(subject=case.subject).latest("position")


def cut_tail(case: Case) -> None:
    with behind_its_back():
        assert sql("DELETE FROM cases_note WHERE case_id = %s", case.pk)
        gone = last_of(case).position
        assert sql("DELETE FROM ledger_event WHERE subject = %s AND position = %s", case.subject, gone) == 1


def adapt(case: Case) -> None:
    """Makes the chain end where its last event now is."""
    last = last_of(case)
    length = last.position + 1
    assert sql("UPDATE ledger_chain SET length = %s, head = %s WHERE subject = %s", length, last.hash, case.subject)


def forget(case: Case) -> None:
    """Deletes everything that the ledger knows of a case."""
    with behind_its_back():
        sql("DELETE FROM cases_note WHERE case_id = %s", case.pk)
        assert sql("DELETE FROM ledger_event WHERE subject = %s", case.subject)
    assert sql("DELETE FROM ledger_chain WHERE subject = %s", case.subject) == 1


def test_what_nobody_touched_is_whole(world: World, told: tuple[Case, Case]) -> None:
    verdict = verify()
    assert verdict.broken == ""
    assert (verdict.chains, verdict.events) == (2, Event.objects.count())
    assert verdict.anchors == Anchor.objects.count() == 2


def test_an_empty_ledger_is_whole(world: World) -> None:
    assert (verify().broken, verify().events) == ("", 0)


def test_the_digest_stands_for_everything_recorded(world: World, told: tuple[Case, Case]) -> None:
    before = verify().digest
    assert verify().digest == before
    world.take(told[1], "restated", by="agent")
    assert verify().digest != before


@pytest.mark.parametrize(
    "what",
    [
        "at = at - interval '1 second'",
        "at = at + interval '1 microsecond'",
        "recorded_at = recorded_at - interval '1 second'",
        'facts = facts || \'{"severity": "C"}\'',
        "facts = '{}'",
        "actor = 'staff:1'",
        "refs = '{case:1}'",
        "site = 'NS'",
        "kind = 'complaint.handled'",
        "v = 2",
        "hash = ''",
    ],
)
def test_a_row_changed_behind_its_back_is_named(world: World, told: tuple[Case, Case], what: str) -> None:
    change(what, told[1])
    assert verify().broken.startswith(f"{told[1].subject}: event 1 (complaint.")


def test_an_event_taken_out_of_the_middle_is_named(world: World, told: tuple[Case, Case]) -> None:
    with behind_its_back():
        sql("DELETE FROM ledger_event WHERE subject = %s AND position = 1", told[1].subject)
    assert verify().broken == f"{told[1].subject}: event 1 is missing."


def test_two_events_that_change_places_are_named(world: World, told: tuple[Case, Case]) -> None:
    with behind_its_back():
        sql("UPDATE ledger_event SET position = -1 WHERE subject = %s AND position = 1", told[1].subject)
        sql("UPDATE ledger_event SET position = 1 WHERE subject = %s AND position = 2", told[1].subject)
        sql("UPDATE ledger_event SET position = 2 WHERE subject = %s AND position = -1", told[1].subject)
    assert verify().broken.startswith(f"{told[1].subject}: event 1 ")


def test_an_event_that_moves_to_another_chain_is_named(world: World, told: tuple[Case, Case]) -> None:
    first, second = told
    with behind_its_back():
        moved = last_of(second)
        sql("UPDATE ledger_event SET subject = %s, position = 9 WHERE id = %s", first.subject, moved.pk)
    assert verify().broken.startswith(first.subject)


def test_a_tail_that_is_cut_is_named_by_its_chain(world: World, told: tuple[Case, Case]) -> None:
    length = Chain.objects.get(subject=told[1].subject).length
    cut_tail(told[1])
    assert verify().broken == f"{told[1].subject}: {length} events are known, and the chain ends at {length - 1}."


def test_a_tail_cut_together_with_its_chain_is_named_by_the_anchor_of_its_day(
    world: World, told: tuple[Case, Case]
) -> None:
    cut_tail(told[1])
    adapt(told[1])
    assert verify().broken.startswith("2026-03-03: ")


def test_events_whose_chain_is_gone_are_named(world: World, told: tuple[Case, Case]) -> None:
    sql("DELETE FROM ledger_chain WHERE subject = %s", told[0].subject)
    assert verify().broken == f"{told[0].subject}: its chain is not known."


def test_a_chain_whose_events_are_gone_is_named(world: World, told: tuple[Case, Case]) -> None:
    for case in told:
        with behind_its_back():
            sql("DELETE FROM cases_note WHERE case_id = %s", case.pk)
            sql("DELETE FROM ledger_event WHERE subject = %s", case.subject)
    length = Chain.objects.get(subject=told[0].subject).length
    assert verify().broken == f"{told[0].subject}: the whole chain of {length} events is missing."


@pytest.mark.parametrize(("which", "day"), [(0, "2026-03-02"), (1, "2026-03-03")])
def test_a_case_forgotten_altogether_is_named_by_the_anchor_of_its_day(
    world: World, told: tuple[Case, Case], which: int, day: str
) -> None:
    forget(told[which])
    assert verify().broken.startswith(f"{day}: ")


def test_an_event_slipped_into_a_day_that_is_over_is_named_by_its_anchor(world: World, told: tuple[Case, Case]) -> None:
    world.at("03-03 12:00")
    with transaction.atomic():
        append([Happened("staff.signed_in", "staff:1", "CH", world.now, "staff:1", {"second_step": True})])
    assert verify().broken.startswith("2026-03-03: ")


def test_an_anchor_that_was_changed_is_named(world: World, told: tuple[Case, Case]) -> None:
    with behind_its_back():
        sql("UPDATE ledger_anchor SET hash = 'x' WHERE day = '2026-03-03'")
    assert verify().broken.startswith("2026-03-03: ")


def test_an_anchor_missing_between_others_is_named(world: World, told: tuple[Case, Case]) -> None:
    world.at("03-05 09:00")
    anchor_days()
    with behind_its_back():
        sql("DELETE FROM ledger_anchor WHERE day = '2026-03-03'")
    assert verify().broken == "the anchor of 2026-03-03 is missing."


def test_a_first_anchor_that_is_missing_shows_in_the_next(world: World, told: tuple[Case, Case]) -> None:
    with behind_its_back():
        sql("DELETE FROM ledger_anchor WHERE day = '2026-03-02'")
    assert verify().broken.startswith("2026-03-03: ")


@serves("HF-4.3a", "XQ-P2.1.8")
def test_erasing_a_customer_leaves_the_ledger_whole_and_no_trace_of_what_was_said(world: World) -> None:
    secret = "王丽家的水管半夜漏水"
    case = world.receive("demand", summary=secret, details=secret, party=world.party, home=world.home)
    world.take(case, "progress_told", by="agent", text=secret)
    order = world.do(world.issue(case, task=secret), result=secret)
    world.visit(order, "no", shortcomings=secret)
    world.later(hours=1)
    again = world.do(WorkOrder.objects.get(), result=secret)
    world.decline(again)
    world.at("03-03 09:00")
    anchor_days()
    before = verify()
    erase(world.party, reason="requested", by=world.actor("manager"), at=world.now)
    after = verify()
    assert (before.broken, after.broken, after.events) == ("", "", before.events + 1)
    for model in (Case, Note, WorkOrder, AnswerSheet, Attempt, Event):
        assert model.objects.exists()
        for row in model.objects.values():
            assert "王丽" not in str(row)
            assert "漏水" not in str(row)
    assert Case.objects.get(pk=case.pk).number == case.number
