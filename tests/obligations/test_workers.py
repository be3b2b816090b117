"""Several escalators side by side, and one that dies or meets what it cannot reckon: nothing is lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from threading import Event as Flag

import pgtrigger
import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from bihuan.cases.models import Case
from bihuan.ledger.actions import hold
from bihuan.ledger.models import Event
from bihuan.ledger.verify import verify
from bihuan.obligations import reactions
from bihuan.obligations.escalator import sweep, sweep_once
from bihuan.obligations.models import Escalation, Notice, Obligation
from tests.world import World, at_once, sql

HAND_OVER = "XQ-C7.4B1"
together = pytest.mark.django_db(transaction=True)


def told_once() -> bool:
    """Whether every breach and every step stands in the ledger as often as in the rows."""
    breaches = Counter(Event.objects.filter(kind="obligation.breached").values_list("facts__obligation", flat=True))
    broken = Obligation.objects.exclude(breached_at=None).values_list("pk", flat=True)
    told = Event.objects.filter(kind="obligation.escalated")
    steps = Counter(told.values_list("facts__obligation", "facts__step"))
    taken = Escalation.objects.values_list("obligation", "step")
    return breaches == Counter(broken) and steps == Counter(taken) and Notice.objects.count() == len(told_people())


def told_people() -> list[int]:
    return [one for step in Escalation.objects.all() for one in step.told]


# ---- side by side


@together
def test_workers_share_what_is_due_and_nothing_is_done_twice(world: World) -> None:
    cases = [world.receive() for _ in range(12)]
    world.at("03-02 10:00:01")

    def work() -> int:
        looked_at = 0
        while taken := sweep_once(4):
            looked_at += taken
        return looked_at

    shares = at_once(work, work, work)
    while sweep_once(4):  # what one had claimed while another looked
        pass
    assert [share for share in shares if isinstance(share, Exception)] == []
    for case in cases:
        assert world.told(world.promise(case, HAND_OVER)) == [
            *((0, "cs_supervisor", ["supervisor"]), (1, "cs_supervisor", ["supervisor"])),
        ]
    assert told_once()
    assert verify().broken == ""


@together
def test_a_worker_passes_over_what_somebody_is_working_on_and_comes_back_to_it(world: World) -> None:
    busy, other = world.receive(), world.receive()
    world.at("03-02 10:00")
    held, swept = Flag(), Flag()

    def press_a_button() -> None:
        with transaction.atomic():
            hold({busy.subject: "CH"})
            held.set()
            assert swept.wait(30)

    def work() -> None:
        assert held.wait(30)
        sweep()
        swept.set()

    assert at_once(press_a_button, work) == [None, None]
    assert len(world.told(world.promise(other, HAND_OVER))) == 2
    assert world.told(world.promise(busy, HAND_OVER)) == []
    sweep()
    assert len(world.told(world.promise(busy, HAND_OVER))) == 2


@together
def test_a_button_and_the_escalator_at_the_same_moment_agree(world: World) -> None:
    cases = [world.receive() for _ in range(6)]
    world.at("03-02 10:00:01")

    def hand_over() -> None:
        for case in cases:
            world.take(case, "handed_over")

    assert [one for one in at_once(hand_over, sweep) if isinstance(one, Exception)] == []
    sweep()
    for case in cases:
        owed = world.promise(case, HAND_OVER)
        assert (owed.state, owed.late_seconds, owed.breached_at) == ("met", 1, world.time("03-02 10:00"))
    assert told_once()
    assert verify().broken == ""


# ---- a crash


@together
def test_a_worker_that_loses_its_database_half_way_has_done_nothing_and_the_next_does_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.receive()
    world.at("03-02 10:00:01")

    def cut(event: Event) -> None:
        assert Event.objects.filter(kind="obligation.breached").exists()  # written, not committed
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as while_it_fails:
        while_it_fails.setitem(reactions._on_event, "obligation.breached", [cut])
        with pytest.raises((DatabaseError, InterfaceError)):
            sweep()
        connection.close()
    assert not Event.objects.filter(kind__startswith="obligation.").exists()
    sweep()
    assert len(world.told(world.promise(case, HAND_OVER))) == 2
    assert told_once()


def test_a_worker_that_is_stopped_half_way_has_done_nothing_and_the_next_does_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.receive()
    world.at("03-02 10:00:01")

    def stop(event: Event) -> None:
        raise SystemExit

    with monkeypatch.context() as while_it_fails:
        while_it_fails.setitem(reactions._on_event, "obligation.breached", [stop])
        with pytest.raises(SystemExit):
            sweep()
    assert world.promise(case, HAND_OVER).breached_at is None
    sweep()
    assert len(world.told(world.promise(case, HAND_OVER))) == 2
    assert told_once()


# ---- what cannot be reckoned


@pytest.fixture
def poisoned(world: World) -> Case:
    """A complaint that the clock will make A at nine on 2 April, and of which the ledger tells what no rule knows."""
    case = world.take(world.receive(), "handed_over", to="trade")
    case = world.take(case, "found_valid", by="trade")
    poison(case)
    return case


def poison(case: Case) -> None:
    with pgtrigger.ignore("ledger.Event:append_only"):
        sql("UPDATE ledger_event SET kind = 'complaint.exploded' WHERE subject = %s AND position = 2", case.subject)


def heal(case: Case) -> None:
    with pgtrigger.ignore("ledger.Event:append_only"):
        kind = "complaint.handed_over"
        sql("UPDATE ledger_event SET kind = %s WHERE subject = %s AND position = 2", kind, case.subject)


def waits_until(case: Case) -> object:
    rows = Obligation.objects.filter(subject=case.subject, next_action_at__isnull=False)
    return rows.earliest("next_action_at").next_action_at


def test_one_poisoned_subject_does_not_stop_the_others(world: World, poisoned: Case) -> None:
    other = world.take(world.take(world.receive(), "handed_over", to="trade"), "found_valid", by="trade")
    world.sweep("04-02 08:00")
    world.sweep("04-02 09:00:01")
    assert Case.objects.get(pk=other.pk).severity == "A"
    assert Case.objects.get(pk=poisoned.pk).severity == "B"
    assert world.promise(other, "XQ-C7.4A1").state == "open"
    assert len(world.told(world.promise(poisoned, "XQ-C7.4B2"))) == 3  # what needs no reckoning is told all the same


def test_what_of_it_needs_no_reckoning_is_done_all_the_same(world: World, poisoned: Case) -> None:
    """The clock's own act and the steps of other promises fall due in one sweep, after the worker was away."""
    world.sweep("04-02 09:00:01")
    assert len(world.told(world.promise(poisoned, "XQ-C7.4B2"))) == 3
    assert world.promise(poisoned, "XQ-C7.4B2").breached_at == world.time("03-05 09:00")
    assert Case.objects.get(pk=poisoned.pk).severity == "B"


def test_it_is_told_on_stderr_which_one_it_is_and_when_it_is_tried_again(
    world: World, poisoned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    world.sweep("04-02 08:00")
    world.sweep("04-02 09:00:01")
    told = capsys.readouterr().err
    assert poisoned.subject in told
    assert "exploded" in told
    assert "is put off until 2026-04-02T01:01:01+00:00" in told


def test_a_full_batch_of_poisoned_subjects_does_not_stop_the_others(world: World, poisoned: Case) -> None:
    other = world.receive()
    world.at("04-02 09:00:01")
    while sweep_once(1):
        pass
    assert len(world.told(world.promise(other, HAND_OVER))) == 3


def test_it_is_tried_again_after_pauses_that_grow_up_to_an_hour(world: World, poisoned: Case) -> None:
    world.sweep("04-02 08:00")
    Obligation.objects.filter(subject=poisoned.subject).exclude(rule="complaint.reclassify").update(next_action_at=None)
    world.at("04-02 09:00:01")
    pauses = []
    for _ in range(9):
        sweep()
        until = waits_until(poisoned)
        pauses.append((until - world.now).total_seconds() / 60)  # type: ignore[operator]
        world.at(until)  # type: ignore[arg-type]
    assert pauses == [1, 1, 2, 4, 8, 16, 32, 60, 60]


def test_until_then_it_is_left_alone(world: World, poisoned: Case, capsys: pytest.CaptureFixture[str]) -> None:
    world.sweep("04-02 09:00:01")
    capsys.readouterr()
    world.sweep()
    assert capsys.readouterr().err == ""


def test_once_it_is_healed_everything_is_done_that_was_due(world: World, poisoned: Case) -> None:
    world.sweep("04-02 09:00:01")
    heal(poisoned)
    world.sweep()
    assert Case.objects.get(pk=poisoned.pk).severity == "B"  # its pause is not over
    world.sweep("04-02 11:00:00")
    case = Case.objects.get(pk=poisoned.pk)
    assert case.severity == "A"
    made = Event.objects.get(subject=case.subject, kind="complaint.classified", actor="clock")
    assert made.at == world.time("04-02 09:00")
    assert told_once()


def test_what_fails_in_another_room_puts_off_the_one_it_fails_for(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = world.receive(), world.receive()
    world.at("03-02 10:00:01")

    def react(event: Event) -> None:
        if event.subject == bad.subject:
            raise ZeroDivisionError("of all things")

    monkeypatch.setitem(reactions._on_event, "obligation.breached", [react])
    sweep()
    assert len(world.told(world.promise(good, HAND_OVER))) == 2
    assert world.told(world.promise(bad, HAND_OVER)) == []
    assert f"{bad.subject} is put off" in capsys.readouterr().err
    monkeypatch.undo()
    world.sweep("03-02 10:20")
    assert len(world.told(world.promise(bad, HAND_OVER))) == 2
