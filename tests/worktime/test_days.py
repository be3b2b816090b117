"""Working days: the date moves, the time of day stays. 2026-03-27 is a Friday."""

from datetime import UTC, date

import pytest

from bihuan.worktime import Calendar

from .offices import BERLIN, FIVE_DAYS, HOURS, SHANGHAI, at, every_day, office, same


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-26 16:20", 1, "2026-03-27 16:20"),
        ("2026-03-27 16:20", 1, "2026-03-30 16:20"),
        ("2026-03-27 16:20", 5, "2026-04-03 16:20"),
        ("2026-03-27 16:20", 6, "2026-04-06 16:20"),
        ("2026-03-27 16:20", -4, "2026-03-23 16:20"),
        ("2026-03-27 16:20", -5, "2026-03-20 16:20"),
        ("2026-03-27 23:30:00.000007", 1, "2026-03-30 23:30:00.000007"),  # outside hours, to the microsecond
        ("2026-03-28 10:00", 1, "2026-03-30 10:00"),  # from a Saturday the first working day is Monday
        ("2026-03-29 10:00", 1, "2026-03-30 10:00"),
        ("2026-03-29 10:00", 2, "2026-03-31 10:00"),
        ("2026-03-28 10:00", -1, "2026-03-27 10:00"),
        ("2028-02-28 10:00", 1, "2028-02-29 10:00"),
        ("2027-02-26 10:00", 1, "2027-03-01 10:00"),
        ("2026-12-31 10:00", 1, "2027-01-01 10:00"),
        ("2026-03-27 10:00", 2610, "2036-03-28 10:00"),  # 522 weeks
    ],
)
def test_working_days_are_counted_from_the_day_after(start, days, due):
    assert same(office.add_days(at(start), days), at(due))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-27 23:30", "2026-03-27 23:30"),  # a working day stays, hours or not
        ("2026-03-28 23:30", "2026-03-30 23:30"),
        ("2026-03-29 00:00", "2026-03-30 00:00"),
    ],
)
def test_zero_days_is_the_start_or_the_next_working_day(start, due):
    assert same(office.add_days(at(start), 0), at(due))


def test_holidays_are_skipped_and_make_up_days_count():
    made_up = Calendar(SHANGHAI, FIVE_DAYS, {date(2026, 3, 30)}, {date(2026, 3, 28): HOURS, date(2026, 3, 31): []})
    assert same(made_up.add_days(at("2026-03-27 10:00"), 1), at("2026-03-28 10:00"))
    assert same(made_up.add_days(at("2026-03-27 10:00"), 2), at("2026-04-01 10:00"))
    assert same(made_up.add_days(at("2026-04-01 10:00"), -1), at("2026-03-28 10:00"))


def test_the_date_is_that_of_the_calendars_zone():
    friday_evening = at("2026-03-26 20:00", "UTC").astimezone(UTC)  # Friday, 04:00 in Shanghai
    assert same(office.add_days(friday_evening, 1), at("2026-03-30 04:00"))


def test_the_night_after_a_shift_is_no_working_day_of_its_own():
    night = Calendar(SHANGHAI, {"fri": [("22:00", "06:00")]})
    assert same(night.add_days(at("2026-03-28 02:00"), 1), at("2026-04-03 02:00"))


def test_a_skipped_time_of_day_moves_on_and_a_repeated_one_is_the_first():
    berlin = every_day(("08:00", "17:00"), zone=BERLIN)
    assert same(berlin.add_days(at("2026-03-28 02:30", BERLIN), 1), at("2026-03-29 03:30", BERLIN))
    assert same(berlin.add_days(at("2026-03-28 02:30", BERLIN), 2), at("2026-03-30 02:30", BERLIN))
    assert same(berlin.add_days(at("2026-10-24 02:30", BERLIN), 1), at("2026-10-25 02:30", BERLIN, fold=0))
    assert same(berlin.add_days(at("2026-10-25 02:30", BERLIN, fold=1), 0), at("2026-10-25 02:30", BERLIN, fold=1))


def test_a_start_in_a_repeated_hour_does_not_carry_its_passing_to_other_days():
    berlin, second = every_day(("08:00", "17:00"), zone=BERLIN), at("2026-10-25 02:30", BERLIN, fold=1)
    assert same(berlin.add_days(second, 154), at("2027-03-28 03:30", BERLIN))  # skipped there
    assert same(berlin.add_days(second, 371), at("2027-10-31 02:30", BERLIN, fold=0))  # repeated there


def test_days_must_be_whole():
    with pytest.raises(TypeError):
        office.add_days(at("2026-03-27 10:00"), 1.5)
