"""Budgets of working time, to the boundary. 2026-03-23 is a Monday."""

from datetime import UTC, timedelta

import pytest

from .offices import at, every_day, h, office, same


@pytest.mark.parametrize(
    ("start", "budget", "due"),
    [
        ("2026-03-23 09:00", h(1), "2026-03-23 10:00"),
        ("2026-03-23 11:00", h(1), "2026-03-23 12:00"),  # used up exactly at the lunch break
        ("2026-03-23 11:00", h(1, 1), "2026-03-23 13:31"),  # a minute more is after lunch
        ("2026-03-23 12:30", h(1), "2026-03-23 14:30"),  # begun during lunch
        ("2026-03-23 17:00", h(1), "2026-03-23 18:00"),  # used up exactly at closing
        ("2026-03-23 17:00", h(1, 1), "2026-03-24 09:01"),
        ("2026-03-23 18:00", h(1), "2026-03-24 10:00"),  # begun at closing
        ("2026-03-23 05:00", h(3), "2026-03-23 12:00"),  # begun before opening
        ("2026-03-27 17:30", h(1), "2026-03-30 09:30"),  # over the weekend
        ("2026-03-28 10:00", h(7.5), "2026-03-30 18:00"),  # a whole day, begun on a Saturday
        ("2026-03-23 09:00", h(75), "2026-04-03 18:00"),  # ten whole days
    ],
)
def test_a_budget_runs_only_while_open(start, budget, due):
    assert same(office.add(at(start), budget), at(due))


@pytest.mark.parametrize(
    ("start", "budget", "began"),
    [
        ("2026-03-23 10:00", h(-1), "2026-03-23 09:00"),  # used up exactly at an opening: ends there, not on Friday
        ("2026-03-23 10:00", h(-1, -1), "2026-03-20 17:59"),
        ("2026-03-23 14:30", h(-1), "2026-03-23 13:30"),  # used up exactly at the end of the lunch break
        ("2026-03-23 14:30", h(-1, -1), "2026-03-23 11:59"),
        ("2026-03-23 18:00", h(-1), "2026-03-23 17:00"),  # begun at closing
        ("2026-03-23 09:00", h(-1), "2026-03-20 17:00"),  # begun at opening
        ("2026-03-28 10:00", h(-7.5), "2026-03-27 09:00"),
    ],
)
def test_a_negative_budget_runs_backwards(start, budget, began):
    assert same(office.add(at(start), budget), at(began))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-23 08:59:59", "2026-03-23 09:00"),
        ("2026-03-23 09:00", "2026-03-23 09:00"),  # the opening instant is open
        ("2026-03-23 10:07:03.000001", "2026-03-23 10:07:03.000001"),
        ("2026-03-23 11:59:59.999999", "2026-03-23 11:59:59.999999"),
        ("2026-03-23 12:00", "2026-03-23 13:30"),  # the closing instant is closed
        ("2026-03-27 18:00", "2026-03-30 09:00"),
    ],
)
def test_zero_is_the_start_while_open_and_else_the_next_opening(start, due):
    assert same(office.add(at(start), timedelta(0)), at(due))
    assert same(office.next_open(at(start)), at(due))


def test_a_microsecond_is_kept():
    due = office.add(at("2026-03-23 11:59:59.999999"), timedelta(microseconds=2))
    assert same(due, at("2026-03-23 13:30:00.000001"))


def test_a_microsecond_is_kept_four_centuries_away():
    start, budget = at("2026-03-23 09:00:00.000001"), timedelta(days=50_000, microseconds=7)
    assert office.between(start, office.add(start, budget)) == budget


def test_an_instant_of_another_zone_is_answered_in_the_calendars_own():
    assert same(office.add(at("2026-03-23 01:00", "UTC").astimezone(UTC), h(1)), at("2026-03-23 10:00"))


@pytest.mark.parametrize(("moment", "is_open"), [
    ("08:59:59.999999", False), ("09:00", True), ("11:59:59.999999", True), ("12:00", False),
    ("13:29:59.999999", False), ("13:30", True), ("17:59:59.999999", True), ("18:00", False),
])  # fmt: skip
def test_opening_is_open_and_closing_is_closed(moment, is_open):
    assert office.is_open(at(f"2026-03-23 {moment}")) is is_open
    assert not office.is_open(at(f"2026-03-22 {moment}"))


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        ("2026-03-23 09:00", "2026-03-23 18:00", h(7.5)),
        ("2026-03-23 12:00", "2026-03-23 13:30", h()),
        ("2026-03-23 11:59", "2026-03-23 13:31", h(minutes=2)),
        ("2026-03-27 18:00", "2026-03-30 09:00", h()),
        ("2026-03-23 00:00", "2026-03-30 00:00", h(37.5)),
        ("2028-02-28 00:00", "2028-03-02 00:00", h(22.5)),  # a leap year: Monday, Tuesday the 29th, Wednesday
        ("2027-02-28 00:00", "2027-03-02 00:00", h(7.5)),  # no leap year: only Monday, the 1st
    ],
)
def test_between_counts_open_time_and_its_sign_follows_the_direction(start, end, worked):
    assert office.between(at(start), at(end)) == worked
    assert office.between(at(end), at(start)) == -worked


def test_a_whole_day_office_counts_elapsed_time():
    assert same(every_day(("00:00", "24:00")).add(at("2026-12-31 23:00"), h(2)), at("2027-01-01 01:00"))
