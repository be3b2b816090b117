"""Two people at the same moment: one success and one clear message, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Flag

import pytest
from django.db import connection, transaction

from bihuan.cases.actions import stepping
from bihuan.cases.actions.timing import check_follows
from bihuan.cases.errors import NotNow
from bihuan.cases.models import Case
from bihuan.cases.numbers import next_serial
from bihuan.customers.actions.erasing import erase
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import hold
from bihuan.ledger.models import Event
from bihuan.ledger.verify import verify
from tests.world import World, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def alive(world: World) -> Case:
    return world.take(world.receive(), "handed_over", to="trade")


def asked(world: World) -> Case:
    return world.take(alive(world), "overrun_requested", agreed_until=world.time("03-20 09:00"))


def visited(world: World) -> Case:
    case = world.handled()
    world.visit(case)
    return case


@pytest.mark.parametrize(
    ("made", "verb"),
    [
        (World.receive, "settled_on_the_spot"),
        (alive, "handled"),
        (alive, "withdrawn"),
        (asked, "overrun_approved"),
        (asked, "overrun_refused"),
        (visited, "closed"),
        (visited, "reopened"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_of_two_who_press_the_same_button_one_succeeds_and_one_is_told(
    world: World, made: Callable[[World], Case], verb: str
) -> None:
    case = made(world)
    outcomes = at_once(*(lambda who=who: world.take(case, verb, by=who) for who in ("manager", "manager")))
    assert sorted(type(one).__name__ for one in outcomes) == ["Case", "NotNow"]
    assert Event.objects.filter(subject=case.subject, kind=f"complaint.{verb}").count() == 1
    [refused] = [one for one in outcomes if isinstance(one, NotNow)]
    assert (refused.code, verb in refused.allowed) == ("not_now", False)


def test_of_one_who_approves_and_one_who_refuses_one_succeeds(world: World) -> None:
    case = asked(world)
    outcomes = at_once(
        *(lambda verb=verb: world.take(case, f"overrun_{verb}", by="manager") for verb in ("approved", "refused"))
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Case", "NotNow"]
    moved = world.promise(case, "XQ-C7.4B2").extended
    assert moved is ("complaint.overrun_approved" in world.kinds(case))


def test_of_two_who_make_the_same_visit_one_succeeds(world: World) -> None:
    case = world.handled()
    visit = world.planned(case)
    outcomes = at_once(lambda: world.visit(visit, "yes", by="agent"), lambda: world.visit(visit, "no", by="agent_2"))
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "Visit"]
    [refused] = [one for one in outcomes if isinstance(one, Refused)]
    assert refused.code == "not_now"
    assert world.kinds(case).count("visit.done") == 1


def test_a_job_and_its_case_at_the_same_moment_wait_for_each_other(world: World) -> None:
    case = world.receive("demand")
    orders = [world.issue(case) for _ in range(3)]
    outcomes = at_once(*(lambda order=order: world.do(order) for order in orders))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    case.refresh_from_db()
    assert case.state == "handled"
    assert world.kinds(case).count("demand.handled") == 1
    assert verify().broken == ""


def test_a_repetition_that_is_received_does_not_stand_in_the_way_of_who_classifies_the_first(world: World) -> None:
    """Both need the case and the next serial; who took the serial first would wait for the case, and both for ever."""
    case = world.receive(severity="", problem="")
    held, waiting = Flag(), Flag()

    def receive_again() -> object:
        assert held.wait(30)
        waiting.set()
        return world.receive(repeats=[case.subject]).serial

    def classify() -> int:
        with transaction.atomic():
            hold({case.subject: "CH"})
            held.set()
            assert waiting.wait(30)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")  # the other one has asked for the case by now
            return next_serial("CH", "complaint")

    assert sorted(at_once(receive_again, classify)) == [1, 2]


def test_words_erased_while_somebody_takes_a_step_stay_erased(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step has read the case already when the customer is forgotten, and writes it afterwards."""
    case = world.receive(party=world.party, summary="王丽家漏水", details="王丽说半夜漏水")

    def forget() -> object:
        return erase(world.party, reason="requested", by=world.actor("manager"), at=world.now)

    def forget_between(*given: object, **named: object) -> None:
        check_follows(*given, **named)  # type: ignore[arg-type]
        assert at_once(forget) == [world.party]

    monkeypatch.setattr(stepping, "check_follows", forget_between)
    world.take(case, "restated", by="agent", text="")
    case.refresh_from_db()
    assert (case.summary, case.details, case.restated_at) == ("—", "", world.now)
