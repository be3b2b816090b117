"""The six monthly rates of complaints, each on histories made by hand, on both sides of every limit (XQ-C8.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bihuan.cases.models import Case
from bihuan.customers.models import Home
from bihuan.figures.formulas import better, difference, per_thousand, said, share
from bihuan.figures.reports import report
from tests.figures.rows import APRIL, MARCH, SECOND, complaint, count, rate, shown
from tests.obligations.rows import promise, save
from tests.world import CHINA, World, serves

pytestmark = pytest.mark.django_db
URUMQI = ZoneInfo("Asia/Urumqi")
RESOLVE, VISIT = "complaint.resolve.b", "complaint.visit"


# ---- handled on time


@serves("XQ-C8.2")
@pytest.mark.parametrize(("late", "told"), [(timedelta(), (1, 1, "100%")), (SECOND, (0, 1, "0%"))])
def test_handled_at_the_very_limit_is_on_time_and_a_second_later_is_late(
    world: World, late: timedelta, told: tuple[float, int, str]
) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")  # B: three days
    limit = world.promise(case, "XQ-C7.4B2").due_at
    world.at(limit + late)
    world.take(case, "handled", by="trade")
    world.later(hours=1)
    assert rate("on_time") == told
    assert (count("on_time"), count("late")) == (int(told[0]), 1 - int(told[0]))


@pytest.mark.parametrize(("after", "due"), [(timedelta(), 0), (SECOND, 1)])
def test_what_is_open_is_late_once_its_limit_has_passed_and_not_owed_before(
    world: World, after: timedelta, due: int
) -> None:
    case = world.receive()
    world.at(world.promise(case, "XQ-C7.4B2").due_at + after)
    assert rate("on_time") == (0, due, "0%" if due else "—")
    assert count("late") == due


@serves("XQ-C8.2")
def test_an_approved_overrun_is_shown_apart_and_not_as_on_time(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    limit = world.promise(case, "XQ-C7.4B2").due_at
    world.take(case, "overrun_requested", by="trade", agreed_until=limit + timedelta(days=2))
    world.take(case, "overrun_approved", by="manager")
    world.at(limit + timedelta(days=1))
    world.take(case, "handled", by="trade")
    world.later(days=3)
    assert rate("on_time") == (0, 1, "0%")
    assert (count("on_time"), count("extended"), count("late"), count("due")) == (0, 1, 0, 1)


def test_more_time_that_was_not_needed_does_not_count_against_it(world: World) -> None:
    case = world.take(world.receive(), "handed_over", to="trade")
    limit = world.promise(case, "XQ-C7.4B2").due_at
    world.take(case, "overrun_requested", by="trade", agreed_until=limit + timedelta(days=2))
    world.take(case, "overrun_approved", by="manager")
    world.at(limit)
    world.take(case, "handled", by="trade")
    world.later(days=3)
    assert (count("on_time"), count("extended")) == (1, 0)


def test_a_withdrawn_complaint_owes_nothing_and_was_received_all_the_same(world: World) -> None:
    case = world.receive()
    world.later(hours=1)
    world.take(case, "withdrawn", by="agent")
    world.later(days=20)
    assert (count("due"), count("visits"), count("closed"), count("open")) == (0, 0, 0, 0)
    assert count("received") == 1


def test_a_complaint_with_two_limits_in_a_month_was_on_time_only_if_it_kept_both(world: World) -> None:
    case = complaint(world, received=world.time("03-02 09:00"))
    first, second = world.time("03-05 09:00"), world.time("03-15 09:00")
    save(
        promise(RESOLVE, due=first, met=first, subject=case.subject),
        promise(RESOLVE, due=second, met=second + SECOND, subject=case.subject),
    )
    world.at("03-20 09:00")
    assert (count("due"), count("on_time"), count("late")) == (1, 0, 1)


# ---- handled correctly


def test_closed_without_reopening_was_handled_correctly(world: World) -> None:
    world.visit(world.handled(), "yes")
    case = Case.objects.get()
    world.take(case, "closed", by="agent")
    assert rate("correct") == (1, 1, "100%")


def test_a_complaint_that_was_reopened_was_not_handled_correctly(world: World) -> None:
    case = world.handled()
    world.visit(case, "no")
    assert rate("correct") == (0, 0, "—")
    world.later(hours=1)
    case = world.take(Case.objects.get(), "handled", by="trade")
    world.visit(case, "yes")
    world.take(Case.objects.get(), "closed", by="agent")
    assert rate("correct") == (0, 1, "0%")
    assert (count("right"), count("reopened")) == (0, 1)


# ---- visits


def test_a_visit_made_late_counts_as_made(world: World) -> None:
    case = world.handled()
    due = world.promise(case, "GC-6.1.1").due_at
    world.at(due + SECOND)
    assert rate("visit") == (0, 1, "0%")
    world.visit(case, "yes")
    assert rate("visit") == (1, 1, "100%")


def test_exempt_and_declined_visits_are_in_neither_side(world: World) -> None:
    quiet = world.handled(anonymous=True)
    asked = world.handled()
    world.decline(asked)
    assert {quiet.pk, asked.pk} == set(Case.objects.values_list("pk", flat=True))
    world.at("03-30 09:00")
    assert rate("visit")[:2] == (0, 0)
    assert (count("exempt"), count("declined"), count("visits")) == (1, 1, 0)


# ---- satisfaction


@pytest.mark.parametrize(("weight", "value"), [("1", "66.6%"), ("0.6", "53.3%"), ("0", "33.3%")])
def test_basically_satisfied_counts_by_its_weight_which_is_told(
    world: World, settings: Any, weight: str, value: str
) -> None:
    settings.BIHUAN_SATISFACTION_WEIGHT = Decimal(weight)
    for answer in ("yes", "basically", "no"):
        world.visit(world.handled(), answer)
    one = shown().figure("satisfaction")
    assert (one.text, one.denominator) == (value, 3)
    assert f"+ {weight} ×" in one.formula
    assert (count("satisfied"), count("basically"), count("dissatisfied"), count("content")) == (1, 1, 1, 2)


def test_the_visit_about_a_job_of_a_request_is_no_answer_about_a_complaint(world: World) -> None:
    order = world.do(world.issue(world.receive("demand")))
    world.visit(order, "yes")
    assert count("answered") == 0


# ---- complaints per thousand homes, and valid ones


def test_complaints_are_counted_for_each_thousand_occupied_homes(world: World) -> None:
    assert rate("complaint") == (0, 1, "0.0")
    for room in range(2, 401):
        world.move_in("CH", room=str(room), name="住户")
    Home.objects.filter(room__in=["2", "3"]).update(status="vacant")
    Home.objects.filter(room="4").update(kind="parking")
    Home.objects.filter(room="5").update(status="let")
    for _ in range(3):
        world.receive()
    world.receive("demand")
    assert rate("complaint") == (3, 397, "7.6")


def test_without_an_occupied_home_there_is_no_complaint_rate(world: World) -> None:
    Home.objects.update(status="unsold")
    world.receive()
    assert rate("complaint") == (1, 0, "—")


def test_valid_complaints_are_shared_among_the_decided_ones(world: World) -> None:
    for verb in ("found_valid", "found_valid", "found_invalid", ""):
        case = world.take(world.receive(), "handed_over", to="trade")
        if verb:
            world.take(case, verb, by="trade")
    assert rate("valid") == (2, 3, "66.6%")
    assert (count("valid"), count("invalid"), count("undecided"), count("received")) == (2, 1, 1, 4)


# ---- months and zones


def test_a_month_has_the_first_instant_and_not_the_first_of_the_next(world: World) -> None:
    world.at("05-01 00:00")
    for local in ("02-28 23:59:59", "03-01 00:00:00", "03-31 23:59:59", "04-01 00:00:00"):
        complaint(world, received=world.time(local))
    assert (count("received", date(2026, 2, 1)), count("received"), count("received", APRIL)) == (1, 2, 1)


def test_a_site_further_west_has_its_month_later(world: World) -> None:
    world.at("05-01 00:00")
    for at in (datetime(2026, 3, 31, 17, 59, 59, tzinfo=UTC), datetime(2026, 3, 31, 18, 0, tzinfo=UTC)):
        assert at.astimezone(CHINA).month == 4
        complaint(world, received=at, site="NS")
        case = complaint(world, received=at, site="NS", state="received")
        save(promise(RESOLVE, due=at, subject=case.subject, site="NS"))
    assert (count("received", MARCH, "NS"), count("received", APRIL, "NS")) == (2, 2)
    assert (count("late", MARCH, "NS"), count("late", APRIL, "NS")) == (1, 1)
    assert shown(MARCH, "CH", "NS").figure("on_time").denominator == 1


def test_a_promise_counts_in_the_month_of_its_limit(world: World) -> None:
    case = complaint(world, received=world.time("03-30 09:00"))
    save(promise(RESOLVE, due=world.time("04-01 00:00"), met=world.time("03-31 09:00"), subject=case.subject))
    world.at("04-02 09:00")
    assert (count("due"), count("due", APRIL)) == (0, 1)


def test_what_is_open_at_the_end_of_a_month_was_received_by_then_and_closed_later_or_not_yet(world: World) -> None:
    event = world.record("complaint.noted", "case:x").events[0]
    world.at("05-01 00:00")
    closed = {"state": "closed", "handled_at": world.now, "closing_event": event}
    complaint(world, received=world.time("03-01 00:00"))
    complaint(world, received=world.time("02-10 00:00"), closed_at=world.time("04-01 00:00"), **closed)
    complaint(world, received=world.time("02-10 00:00"), closed_at=world.time("03-31 23:59:59"), **closed)
    complaint(world, received=world.time("04-01 00:00"))
    complaint(world, received=world.time("03-10 00:00"), state="withdrawn")
    assert (count("open"), count("open", APRIL)) == (2, 2)
    assert (count("closed"), count("closed", APRIL)) == (1, 1)


@serves("XQ-C8.5")
def test_the_trend_shows_twelve_months_over_the_turn_of_the_year(world: World) -> None:
    complaint(world, received=world.time("01-05 09:00"))
    complaint(world, received=datetime(2025, 12, 5, tzinfo=UTC))
    complaint(world, received=datetime(2025, 3, 5, tzinfo=UTC))
    held = report(["CH"], MARCH, world.now)
    assert [one.month for one in held.months][::11] == [date(2025, 4, 1), MARCH]
    assert [int(one.figure("complaint").numerator) for one in held.months] == [0] * 8 + [1, 1, 0, 0]


# ---- what is said


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(0, 0, "—"), (0, 3, "0%"), (3, 3, "100%"), (2, 3, "66.6%"), (9999, 10_000, "99.9%")]
)
def test_a_share_is_cut_and_never_rounded_up(part: int, whole: int, text: str) -> None:
    assert said(share(part, whole)) == text


def test_the_complaint_rate_is_rounded() -> None:
    assert [per_thousand(42, homes) for homes in (2412, 0)] == [Decimal("17.4"), None]


def test_months_differ_in_points(world: World) -> None:
    for local, valid in (("02-05 09:00", True), ("03-01 09:00", True), ("03-01 10:00", False)):
        complaint(world, received=world.time(local), valid=valid)
    held = report(["CH"], MARCH, world.now)
    assert difference(held.month.figure("valid"), held.before.figure("valid")) == Decimal(-50)
    assert difference(held.month.figure("correct"), held.before.figure("correct")) is None
    assert (better("on_time", Decimal(1)), better("complaint", Decimal(1)), better("valid", Decimal(1))) == (
        True,
        False,
        None,
    )
