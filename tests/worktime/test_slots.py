"""What a slot may look like, and how slots of a day and of neighbouring days join."""

from datetime import date, timedelta

import pytest

from bihuan.worktime import Calendar

from .offices import ALL_DAYS, SHANGHAI, at, every_day, h, same

night = Calendar(SHANGHAI, {"fri": [("22:00", "06:00")]})
FRIDAY, SATURDAY = date(2026, 3, 27), date(2026, 3, 28)


@pytest.mark.parametrize("end", ["23:59", "24:00", "00:00"])
def test_the_last_minute_of_the_day_belongs_to_a_slot_that_ends_at(end):
    evening = every_day(("18:00", end))
    assert evening.is_open(at("2026-03-23 23:59:59.999999"))
    assert not evening.is_open(at("2026-03-24 00:00"))
    assert same(evening.add(at("2026-03-23 23:00"), h(1)), at("2026-03-24 00:00"))
    assert evening.between(at("2026-03-23 00:00"), at("2026-03-24 00:00")) == h(6)


def test_a_minute_before_the_last_is_meant_as_written():
    assert not every_day(("18:00", "23:58")).is_open(at("2026-03-23 23:58"))


def test_a_slot_may_start_in_the_last_minute():
    assert every_day(("23:59", "24:00")).between(at("2026-03-23 00:00"), at("2026-03-24 00:00")) == h(minutes=1)


def test_days_that_touch_at_midnight_are_one_stretch():
    whole = every_day(("00:00", "23:59"))
    assert same(whole.add(at("2026-03-23 12:00"), h(24)), at("2026-03-24 12:00"))
    assert same(whole.next_open(at("2026-03-24 00:00")), at("2026-03-24 00:00"))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-27 21:59:59", False),
        ("2026-03-27 22:00", True),
        ("2026-03-28 00:00", True),
        ("2026-03-28 05:59:59", True),
        ("2026-03-28 06:00", False),
        ("2026-03-27 05:00", False),  # that would be Thursday's shift
    ],
)
def test_an_end_before_its_start_lies_in_the_next_day(moment, is_open):
    assert night.is_open(at(moment)) is is_open


def test_a_budget_crosses_midnight_in_a_shift():
    assert same(night.add(at("2026-03-27 23:00"), h(7)), at("2026-03-28 06:00"))
    assert same(night.add(at("2026-03-27 23:00"), h(7, 1)), at("2026-04-03 22:01"))


def test_a_shift_belongs_to_the_day_it_begins():
    started = Calendar(SHANGHAI, {"fri": [("22:00", "06:00")]}, holidays={FRIDAY})
    assert not started.is_open(at("2026-03-27 23:00"))
    assert not started.is_open(at("2026-03-28 05:00"))


def test_a_holiday_or_override_of_the_next_day_leaves_the_shift_alone():
    for kept in (
        Calendar(SHANGHAI, {"fri": [("22:00", "06:00")]}, holidays={SATURDAY}),
        Calendar(SHANGHAI, {"fri": [("22:00", "06:00")]}, overrides={SATURDAY: []}),
    ):
        assert kept.is_open(at("2026-03-28 05:00"))


def test_an_override_of_the_day_it_begins_removes_the_shift():
    moved = Calendar(SHANGHAI, {"fri": [("22:00", "06:00")]}, overrides={FRIDAY: [("10:00", "11:00")]})
    assert moved.is_open(at("2026-03-27 10:00"))
    assert not moved.is_open(at("2026-03-28 05:00"))


def test_an_overnight_shift_crosses_new_year():
    shift = every_day(("20:00", "08:00"))
    assert same(shift.add(at("2026-12-31 20:00"), h(12)), at("2027-01-01 08:00"))
    assert shift.between(at("2026-12-31 20:00"), at("2027-01-01 20:00")) == h(12)


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Pago_Pago", "Pacific/Kiritimati"]
)
@pytest.mark.parametrize("year", [2026, 2500])
def test_new_year_is_like_any_night_wherever_it_is(zone, year):
    long = Calendar(
        zone, overrides={date(year, 12, 30): [("23:00", "22:00")], date(year + 1, 1, 1): [("00:00", "01:00")]}
    )
    opens, closes = at(f"{year}-12-30 23:00", zone), at(f"{year}-12-31 22:00", zone)
    assert same(long.add(opens, h(23)), closes)
    assert same(long.add(closes, h(1)), at(f"{year + 1}-01-01 01:00", zone))
    assert long.between(opens, closes + h(24)) == h(24)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("far", [date(2500, 12, 31), date(2501, 1, 1)])
def test_an_exception_beside_new_year_counts_in_both_years(zone, far):
    closed = Calendar(zone, {day: [("00:00", "24:00")] for day in ALL_DAYS}, holidays={far})
    assert closed.between(at("2500-12-31 00:00", zone), at("2501-01-02 00:00", zone)) == h(24)
    assert [closed.is_open(at(f"{far} {hour}", zone)) for hour in ("00:00", "07:59", "13:00", "23:59")] == [False] * 4


@pytest.mark.parametrize(
    "slots",
    [
        [("09:00", "12:00"), ("11:00", "15:00")],  # overlapping
        [("12:00", "15:00"), ("09:00", "12:00")],  # touching, and out of order
        [("09:00", "15:00"), ("10:00", "11:00")],  # one within the other
        [("09:00", "15:00"), ("09:00", "15:00")],  # twice
    ],
)
def test_slots_that_overlap_or_touch_are_counted_once(slots):
    merged = every_day(*slots)
    assert merged.between(at("2026-03-23 00:00"), at("2026-03-24 00:00")) == h(6)
    assert merged.is_open(at("2026-03-23 12:00"))
    assert merged == every_day(("09:00", "15:00"))


def test_a_shift_that_overlaps_the_next_morning_is_counted_once():
    both = every_day(("20:00", "10:00"), ("09:00", "12:00"))
    assert both.between(at("2026-03-23 12:00"), at("2026-03-24 12:00")) == h(16)
    assert same(both.add(at("2026-03-23 20:00"), h(16)), at("2026-03-24 12:00"))


def test_shifts_of_23_hours_leave_one_hour_closed():
    long = every_day(("09:00", "08:00"))
    assert long.between(at("2026-03-23 09:00"), at("2026-03-24 09:00")) == h(23)
    assert not long.is_open(at("2026-03-24 08:59:59"))


def test_hours_may_be_written_with_one_figure_and_slots_as_lists():
    assert Calendar(SHANGHAI, {"mon": [["9:00", "12:00"]]}) == Calendar(SHANGHAI, {"mon": [("09:00", "12:00")]})


def test_dates_may_be_written_in_iso_form():
    week = {"mon": [("09:00", "12:00")]}
    written = Calendar(SHANGHAI, week, ["2026-03-23"], {"2026-03-28": [("10:00", "11:00")]})
    assert written == Calendar(SHANGHAI, week, {date(2026, 3, 23)}, {SATURDAY: [("10:00", "11:00")]})
    assert written.between(at("2026-03-23 00:00"), at("2026-03-30 00:00")) == timedelta(hours=1)
