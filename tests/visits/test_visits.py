"""Visits: planned where they are owed, made by those who may, answered once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.cases.models import Case
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.visits import actions as calls
from bihuan.visits.models import AnswerSheet, Attempt, Visit
from tests.world import World, serves, sql

SECOND = timedelta(seconds=1)


@pytest.fixture
def complaint(world: World) -> Case:
    """A complaint handled on Monday at nine."""
    return world.handled(party=world.party, home=world.home)


def code(act: object) -> str:
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


# ---- planning


@serves("ZL-2.1.2", "HF-2.2")
def test_a_visit_is_planned_as_soon_as_it_is_owed_and_for_when_it_is_due(world: World, complaint: Case) -> None:
    visit = world.planned(complaint)
    assert (visit.due_at, visit.planned_at) == (world.time("03-05 09:00"), world.now)
    assert (visit.case, visit.party, visit.clauses) == (complaint, world.party, "GC-6.1.1")


def test_one_visit_is_planned_for_all_that_it_answers(world: World, complaint: Case) -> None:
    world.later(hours=1)
    world.take(complaint, "result_told", by="agent")
    visit = world.planned(complaint)
    assert (visit.due_at, visit.clauses) == (world.time("03-05 09:00"), "GC-6.1.1 XQ-C8.1")
    world.visit(visit)
    assert world.promises(complaint, state="met") >= {"GC-6.1.1", "XQ-C8.1"}
    assert not Visit.objects.filter(state="planned").exists()


def test_what_is_owed_again_after_the_first_is_planned_again(world: World) -> None:
    """XQ-D2.4c: an important job is visited once more within the month."""
    order = world.do(world.issue(world.receive("demand"), important=True))
    first = world.planned(order)
    assert (first.due_at, first.clauses) == (world.time("03-03 09:00"), "XQ-D2.4a XQ-D2.4c")
    world.later(hours=1)
    world.visit(first)
    second = world.planned(order)
    assert (second.due_at, second.clauses) == (world.time("04-02 09:00"), "XQ-D2.4c")
    assert second != first


def test_what_is_no_longer_owed_is_not_planned(world: World, complaint: Case) -> None:
    visit = world.planned(complaint)
    world.later(hours=1)
    world.take(complaint, "reopened")
    visit.refresh_from_db()
    assert (visit.state, visit.ended_at) == ("not_owed", world.now)
    with pytest.raises(Refused) as refused:
        world.visit(visit)
    assert refused.value.code == "not_now"


@serves("XQ-D2.4a")
def test_a_job_is_visited_within_a_day(world: World) -> None:
    case = world.receive("demand", party=world.party)
    visit = world.planned(world.do(world.issue(case)))
    assert (visit.due_at, visit.case, visit.party) == (world.time("03-03 09:00"), case, world.party)


# ---- making it


@serves("HF-3.5", "HF-4.2.3", "GC-6.4", "TS-10.2", "XQ-D2.4d", "ZL-2.2.3a")
def test_what_the_customer_answers_is_kept(world: World, complaint: Case) -> None:
    stars = {"intake": 5, "measures": 4, "result": 3}
    visit = world.visit(
        complaint, "basically", stars=stars, solved="partly", shortcomings="希望再快一点", signed_on_paper=True
    )
    sheet = AnswerSheet.objects.get(visit=visit)
    assert {name: getattr(sheet, name) for name in stars} == stars
    assert (sheet.satisfied, sheet.solved, sheet.shortcomings) == ("basically", "partly", "希望再快一点")
    assert (sheet.companion, sheet.signed_on_paper) == (world.staff("supervisor"), True)
    assert (visit.state, visit.ended_at) == ("done", world.now)
    told = Event.objects.get(kind="visit.done")
    assert told.facts | {"said": "-"} == {
        "visit": str(visit.pk),
        "satisfied": "basically",
        "solved": "partly",
        "scores": stars,
        "signed": True,
        "companion": world.staff("supervisor").pk,
        "said": "-",
    }
    assert "希望" not in str(told.facts)


@serves("GC-6.3.1")
def test_a_complaint_is_visited_by_two(world: World, complaint: Case) -> None:
    visit = world.planned(complaint)
    assert code(lambda: world.visit(visit, companion=None)) == "alone"
    assert code(lambda: world.visit(visit, companion="agent")) == "alone"  # with oneself
    assert code(lambda: world.visit(visit, companion="lake_agent")) == "not_theirs"
    world.visit(visit, companion="branch")  # of the branch above
    assert visit.state == "planned"
    visit.refresh_from_db()
    assert visit.state == "done"


def test_nobody_who_has_left_was_there(world: World, complaint: Case) -> None:
    world.leave("supervisor")
    assert code(lambda: world.visit(complaint, companion="supervisor")) == "not_theirs"
    gone = world.staff("trade")
    gone.is_active = False
    gone.save()
    assert code(lambda: world.visit(complaint, companion="trade")) == "not_theirs"


@serves("GC-6.3.2")
def test_a_repair_is_visited_by_one(world: World) -> None:
    order = world.do(world.issue(world.receive("demand")))
    assert world.visit(order, companion=None).state == "done"


def test_what_one_alone_visits_of_a_complaints_job_is_no_visit_of_the_complaint(world: World) -> None:
    case = world.take(world.receive(), "handed_over")
    order = world.do(world.issue(case))
    case = world.take(case, "handled")
    world.later(hours=1)
    world.visit(order, companion=None)
    assert world.promise(order, "XQ-D2.4a").state == "met"
    assert world.promise(case, "GC-6.1.1").state == "open"
    assert world.planned(case)
    with pytest.raises(Refused) as refused:
        world.take(case, "closed")
    assert refused.value.code == "no_ground"


def test_what_two_visit_of_a_complaints_job_is_its_visit_too(world: World) -> None:
    case = world.take(world.receive(), "handed_over")
    order = world.do(world.issue(case))
    case = world.take(case, "handled")
    world.later(hours=1)
    world.visit(order, companion="supervisor")
    assert world.promise(case, "GC-6.1.1").state == "met"
    assert world.take(case, "closed").state == "closed"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"satisfied": "perhaps"}, "missing"),
        ({"solved": "perhaps"}, "missing"),
        ({"satisfied": "no", "shortcomings": "  "}, "missing"),
        ({"stars": {"result": 0}}, "bad_stars"),
        ({"stars": {"result": 6}}, "bad_stars"),
        ({"stars": {"mood": 3}}, "bad_stars"),
    ],
)
def test_what_is_no_answer_is_refused(world: World, complaint: Case, given: dict[str, object], refusal: str) -> None:
    assert code(lambda: world.visit(complaint, **given)) == refusal  # type: ignore[arg-type]
    assert not AnswerSheet.objects.exists()
    assert world.planned(complaint)


@pytest.mark.parametrize("stars", [1, 5])
def test_stars_go_from_one_to_five(world: World, complaint: Case, stars: int) -> None:
    assert AnswerSheet.objects.get(visit=world.visit(complaint, stars={"result": stars})).result == stars


def test_a_second_answer_never_replaces_the_first(world: World, complaint: Case) -> None:
    visit = world.planned(complaint)
    world.visit(visit, "yes")
    assert code(lambda: world.visit(visit, "no")) == "not_now"
    assert code(lambda: calls.declined(visit, by=world.actor("agent"), at=world.now)) == "not_now"
    assert AnswerSheet.objects.get(visit=visit).satisfied == "yes"
    with pytest.raises(IntegrityError, match="attempt_one_answer"):
        sql(
            "INSERT INTO visits_attempt (visit_id, at, by_id, outcome, note) VALUES (%s, now(), %s, 'declined', '')",
            *(visit.pk, world.staff("agent").pk),
        )


def test_a_visit_does_not_happen_before_what_is_visited(world: World) -> None:
    """It would answer for nothing, and the promise would wait for a visit that nobody plans."""
    case = world.take(world.receive(), "handed_over")
    world.later(minutes=4)
    case = world.take(case, "handled")
    world.later(minutes=1)
    assert case.handled_at
    assert code(lambda: world.visit(case, at=case.handled_at - SECOND)) == "before_owed"  # type: ignore[operator]
    world.visit(case, at=case.handled_at)
    owed = world.promise(case, "GC-6.1.1")
    assert (owed.state, owed.met_at) == ("met", case.handled_at)


def test_a_visit_in_time_that_is_written_down_late_is_in_time(world: World, complaint: Case) -> None:
    world.sweep("03-05 09:30")
    assert world.promise(complaint, "GC-6.1.1").breached_at
    world.visit(complaint, at=world.time("03-05 09:00"))
    owed = world.promise(complaint, "GC-6.1.1")
    assert (owed.late_seconds, owed.breached_at) == (0, None)


def test_who_may_visit(world: World, complaint: Case) -> None:
    visit = world.planned(complaint)
    for who, refusal in (("technician", NotAllowed), ("trade", NotAllowed), ("lake_agent", NotFound)):
        with pytest.raises(refusal):
            world.visit(visit, by=who)


# ---- not reached, declined


def test_who_is_not_reached_is_tried_again_and_the_visit_stays_owed(world: World, complaint: Case) -> None:
    visit = world.planned(complaint)
    again = world.time("03-02 19:00")
    for _ in range(2):
        calls.not_reached(visit, by=world.actor("agent"), at=world.now, note="无人接听", again_at=again)
    visit.refresh_from_db()
    assert (visit.state, visit.again_at, visit.attempts.count()) == ("planned", again, 2)
    assert world.promise(complaint, "GC-6.1.1").state == "open"
    assert "无人" not in str(list(Event.objects.values()))


def test_a_time_to_try_again_lies_ahead(world: World, complaint: Case) -> None:
    visit, agent = world.planned(complaint), world.actor("agent")
    assert code(lambda: calls.not_reached(visit, by=agent, at=world.now, again_at=world.now)) == "in_the_past"
    calls.not_reached(visit, by=agent, at=world.now, again_at=world.now + SECOND)


def test_declined_is_neither_done_nor_owed(world: World, complaint: Case) -> None:
    visit = world.decline(complaint)
    assert (visit.state, visit.ended_at) == ("declined", world.now)
    owed = world.promise(complaint, "GC-6.1.1")
    assert (owed.state, owed.reason, owed.met_at) == ("waived", "declined", None)
    assert Attempt.objects.get(visit=visit).outcome == "declined"


# ---- the database


@pytest.mark.parametrize("what", ["state = 'planned'", "state = 'declined'", "state = 'not_owed'"])
def test_what_was_made_stays_made(world: World, complaint: Case, what: str) -> None:
    visit = world.visit(complaint)
    with pytest.raises(DatabaseError, match="Invalid transition"):
        sql(f"UPDATE visits_visit SET {what} WHERE id = %s", visit.pk)


def test_two_visits_are_never_planned_about_the_same(world: World, complaint: Case) -> None:
    visit = world.planned(complaint)
    visit.pk = complaint.pk
    with pytest.raises(IntegrityError, match="visit_one_planned"):
        visit.save(force_insert=True)


def test_visits_and_attempts_are_never_deleted(world: World, complaint: Case) -> None:
    with pytest.raises(DatabaseError, match="Cannot delete rows"):
        sql("DELETE FROM visits_visit")
    world.visit(complaint)
    with pytest.raises(DatabaseError, match="Cannot delete rows"):
        sql("DELETE FROM visits_attempt")
