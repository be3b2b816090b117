"""Statutory holidays and make-up working days, from the data and never guessed."""

import pickle
from datetime import date

import pytest

from bihuan.worktime import Calendar, chinese_holidays

from .offices import FIVE_DAYS, HOURS, SHANGHAI, at, h, same

SPRING_FESTIVAL = date(2026, 2, 17)


def test_it_unpacks_into_what_a_calendar_takes():
    holidays, overrides = chinese_holidays(2026)
    calendar = Calendar(SHANGHAI, FIVE_DAYS, holidays, overrides)
    # The office closes on Saturday the 14th, a make-up day, and works again on Tuesday the 24th.
    assert same(calendar.add(at("2026-02-14 17:00"), h(2)), at("2026-02-24 10:00"))
    assert same(calendar.add_days(at("2026-02-13 10:00"), 2), at("2026-02-24 10:00"))


def test_holidays_hold_the_statutory_dates_weekends_included():
    holidays, _ = chinese_holidays(2026)
    assert {SPRING_FESTIVAL, date(2026, 10, 1), date(2026, 1, 3)} <= holidays  # the last is a Saturday
    assert date(2026, 2, 24) not in holidays
    assert date(2026, 3, 28) not in holidays  # an ordinary Saturday


def test_make_up_days_have_office_hours_unless_told_otherwise():
    assert chinese_holidays(2026).overrides[date(2026, 2, 14)] == HOURS
    assert chinese_holidays(2026, slots=[("10:00", "16:00")]).overrides[date(2026, 2, 14)] == [("10:00", "16:00")]


def test_no_date_is_both_off_and_worked():
    holidays, overrides = chinese_holidays(range(2004, 2027))
    assert not holidays & overrides.keys()
    assert all(day.weekday() >= 5 for day in overrides)


def test_only_the_years_asked_for_are_given():
    holidays, overrides = chinese_holidays([2024, 2026])
    assert {day.year for day in holidays} == {2024, 2026}
    assert {day.year for day in overrides} == {2024, 2026}


def test_a_year_without_data_is_named_and_not_guessed():
    found = chinese_holidays([2026, 2600, 1999, 2026])
    assert found.uncovered == (1999, 2600)
    assert found.covered == (2026,)
    assert {day.year for day in found.holidays} == {2026}
    assert chinese_holidays(2600) == (frozenset(), {})


def test_the_named_years_survive_pickling():
    found = pickle.loads(pickle.dumps(chinese_holidays([2026, 2600])))
    assert (found.covered, found.uncovered) == ((2026,), (2600,))


@pytest.mark.parametrize(
    ("moment", "warns"),
    [
        ("2026-12-31 23:59:59.999999", False),
        ("2027-01-01 00:00", True),
        ("2026-01-01 00:00", False),
        ("2025-12-31 23:59:59", True),
    ],
)
def test_a_calendar_warns_outside_the_confirmed_years(moment, warns):
    found = chinese_holidays([2026, 2600])
    assert Calendar(SHANGHAI, FIVE_DAYS, *found, covered=found.covered).warns(at(moment)) is warns


def test_past_the_confirmed_years_weekly_hours_hold():
    found = chinese_holidays([2026, 2600])
    calendar = Calendar(SHANGHAI, FIVE_DAYS, *found, covered=found.covered)
    assert calendar.is_open(at("2600-10-01 10:00"))  # a Wednesday


def test_a_calendar_that_was_told_no_years_does_not_warn():
    assert not Calendar(SHANGHAI, FIVE_DAYS).warns(at("2600-10-01 10:00"))
