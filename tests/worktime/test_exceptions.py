"""Holidays and overrides: overrides beat holidays, and both beat the week."""

from datetime import date

import pytest

from bihuan.worktime import Calendar

from .offices import FIVE_DAYS, HOURS, SHANGHAI, at, h, same

MONDAY, SATURDAY = date(2026, 3, 23), date(2026, 3, 28)


def test_a_holiday_beats_the_week():
    closed = Calendar(SHANGHAI, FIVE_DAYS, holidays={MONDAY})
    assert not closed.is_open(at("2026-03-23 10:00"))
    assert same(closed.add(at("2026-03-20 17:00"), h(2)), at("2026-03-24 10:00"))


def test_the_days_beside_a_holiday_are_as_usual():
    closed = Calendar(SHANGHAI, FIVE_DAYS, holidays={date(2026, 3, 25)})
    assert closed.is_open(at("2026-03-24 17:59:59"))
    assert closed.is_open(at("2026-03-26 09:00"))


def test_an_override_beats_the_week():
    short = Calendar(SHANGHAI, FIVE_DAYS, overrides={MONDAY: [("09:00", "12:00")]})
    assert same(short.add(at("2026-03-23 11:00"), h(2)), at("2026-03-24 10:00"))


def test_an_override_beats_a_holiday():
    manned = Calendar(SHANGHAI, FIVE_DAYS, holidays={MONDAY}, overrides={MONDAY: [("10:00", "11:00")]})
    assert manned.between(at("2026-03-23 00:00"), at("2026-03-24 00:00")) == h(1)


def test_a_make_up_day_is_worked():
    made_up = Calendar(SHANGHAI, FIVE_DAYS, overrides={SATURDAY: HOURS})
    assert same(made_up.add(at("2026-03-27 17:30"), h(1)), at("2026-03-28 09:30"))
    assert not made_up.is_open(at("2026-03-29 10:00"))


@pytest.mark.parametrize("holidays", [set(), {MONDAY}])
def test_an_empty_override_closes_the_day(holidays):
    closed = Calendar(SHANGHAI, FIVE_DAYS, holidays, {MONDAY: []})
    assert same(closed.next_open(at("2026-03-23 09:00")), at("2026-03-24 09:00"))


def test_an_exception_on_the_last_and_first_days_of_years_counts():
    turn = Calendar(SHANGHAI, FIVE_DAYS, {date(2026, 1, 1)}, {date(2025, 12, 31): [("22:00", "02:00")]})
    assert turn.between(at("2025-12-31 00:00"), at("2026-01-02 00:00")) == h(4)


def test_an_exception_in_a_far_century_counts():
    far = Calendar(SHANGHAI, FIVE_DAYS, {date(2500, 3, 1)})  # a Monday
    assert not far.is_open(at("2500-03-01 10:00"))
    assert far.is_open(at("2500-03-02 10:00"))
    assert far.between(at("2500-02-28 00:00"), at("2500-03-08 00:00")) == h(30)


def test_overrides_alone_are_a_calendar():
    fair = Calendar(SHANGHAI, overrides={SATURDAY: [("10:00", "12:00")], date(2026, 4, 4): [("10:00", "12:00")]})
    assert same(fair.add(at("2020-01-01 00:00"), h(3)), at("2026-04-04 11:00"))
    assert same(fair.add(at("2030-01-01 00:00"), h(-3)), at("2026-03-28 11:00"))
    assert fair.between(at("2020-01-01 00:00"), at("9999-01-01 00:00")) == h(4)
    assert not fair.is_open(at("2030-01-01 10:00"))


def test_the_last_opening_of_overrides_alone_can_be_used_up_but_not_passed():
    fair = Calendar(SHANGHAI, overrides={SATURDAY: [("10:00", "12:00")]})
    assert same(fair.add(at("2026-03-28 10:00"), h(2)), at("2026-03-28 12:00"))
    assert same(fair.add(at("2026-03-28 12:00"), h(-2)), at("2026-03-28 10:00"))
    for search in (
        lambda: fair.add(at("2026-03-28 10:00"), h(2, 1)),
        lambda: fair.add(at("2026-03-28 12:00"), h(-2, -1)),
        lambda: fair.next_open(at("2026-03-28 12:00")),
        lambda: fair.add_days(at("2026-03-28 12:00"), 1),
        lambda: fair.add_days(at("2026-03-28 12:00"), -1),
    ):
        with pytest.raises(ValueError, match=r"2026-03-28.*give it weekly hours or further overrides"):
            search()
