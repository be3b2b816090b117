"""Days on which the clock is shifted: boundaries are wall clock, lengths are elapsed time."""

from datetime import date, timedelta

import pytest

from bihuan.worktime import Calendar

from .offices import BERLIN, NEW_YORK, SHANGHAI, at, every_day, h, same

SHIFTS = [  # zone, the night before, the shift's date, hours of that day
    (BERLIN, "2026-03-28", "2026-03-29", 23),
    (BERLIN, "2026-10-24", "2026-10-25", 25),
    (NEW_YORK, "2026-03-07", "2026-03-08", 23),
    (NEW_YORK, "2026-10-31", "2026-11-01", 25),
    (SHANGHAI, "1986-05-03", "1986-05-04", 23),
    (SHANGHAI, "1986-09-13", "1986-09-14", 25),
    (SHANGHAI, "1991-04-13", "1991-04-14", 23),
    (SHANGHAI, "1991-09-14", "1991-09-15", 25),
    (SHANGHAI, "1992-04-11", "1992-04-12", 24),  # no summer time any more
]


@pytest.mark.parametrize(("zone", "before", "day", "hours"), SHIFTS)
def test_a_day_is_as_long_as_it_lasts(zone, before, day, hours):
    whole, after = every_day(("00:00", "24:00"), zone=zone), date.fromisoformat(day) + timedelta(days=1)
    assert whole.between(at(f"{day} 00:00", zone), at(f"{after} 00:00", zone)) == h(hours)
    assert same(whole.add(at(f"{day} 00:00", zone), h(hours)), at(f"{after} 00:00", zone))


@pytest.mark.parametrize(("zone", "before", "day", "hours"), SHIFTS)
def test_a_night_shift_lasts_as_long_as_its_night(zone, before, day, hours):
    night = every_day(("22:00", "06:00"), zone=zone)
    assert night.between(at(f"{before} 12:00", zone), at(f"{day} 12:00", zone)) == h(8 + hours - 24)
    assert same(night.add(at(f"{before} 22:00", zone), h(8 + hours - 24)), at(f"{day} 06:00", zone))


@pytest.mark.parametrize(("zone", "before", "day", "hours"), SHIFTS)
def test_office_hours_away_from_the_shift_keep_their_wall_clock(zone, before, day, hours):
    desk = every_day(("09:00", "18:00"), zone=zone)
    assert same(desk.add(at(f"{before} 17:00", zone), h(2)), at(f"{day} 10:00", zone))


@pytest.mark.parametrize(
    ("slot", "opens", "worked"),
    [
        (("02:30", "05:00"), "03:00", h(2)),  # its start is skipped: it opens with the shift
        (("01:00", "02:30"), "01:00", h(1)),  # its end is skipped: it closes with the shift
        (("02:00", "04:00"), "03:00", h(1)),
        (("03:00", "04:00"), "03:00", h(1)),
        (("01:00", "02:00"), "01:00", h(1)),
    ],
)
def test_in_spring_a_skipped_boundary_is_the_instant_of_the_shift(slot, opens, worked):
    berlin = every_day(slot, zone=BERLIN)
    assert same(berlin.next_open(at("2026-03-29 00:00", BERLIN)), at(f"2026-03-29 {opens}", BERLIN))
    assert berlin.between(at("2026-03-29 00:00", BERLIN), at("2026-03-30 00:00", BERLIN)) == worked


def test_in_spring_a_slot_skipped_whole_is_not_worked():
    berlin = every_day(("02:15", "02:45"), zone=BERLIN)
    assert same(berlin.next_open(at("2026-03-29 00:00", BERLIN)), at("2026-03-30 02:15", BERLIN))


@pytest.mark.parametrize(
    ("slot", "worked"),
    [
        (("01:00", "04:00"), h(4)),  # the repeated hour is worked twice
        (("02:30", "03:00"), h(1.5)),  # from the first 02:30 on
        (("01:00", "02:30"), h(1.5)),  # up to the first 02:30
        (("01:00", "02:00"), h(1)),
        (("03:00", "04:00"), h(1)),
    ],
)
def test_in_autumn_a_repeated_boundary_is_its_first_passing(slot, worked):
    berlin = every_day(slot, zone=BERLIN)
    assert berlin.between(at("2026-10-25 00:00", BERLIN), at("2026-10-26 00:00", BERLIN)) == worked


def test_both_passings_of_a_repeated_hour_are_told_apart():
    berlin = every_day(("01:00", "04:00"), zone=BERLIN)
    first, second = at("2026-10-25 02:30", BERLIN), at("2026-10-25 02:30", BERLIN, fold=1)
    assert berlin.between(first, second) == h(1)
    assert same(berlin.add(first, h(1)), second)
    assert same(berlin.add(second, h(-1)), first)


def test_a_given_time_that_the_clock_skips_is_answered_by_one_that_exists():
    berlin = every_day(("00:00", "24:00"), zone=BERLIN)
    assert same(berlin.next_open(at("2026-03-29 02:30", BERLIN)), at("2026-03-29 03:30", BERLIN))


def test_a_clock_may_be_shifted_by_half_an_hour():
    whole = every_day(("00:00", "24:00"), zone="Australia/Lord_Howe")
    day, after = at("2026-04-05 00:00", "Australia/Lord_Howe"), at("2026-04-06 00:00", "Australia/Lord_Howe")
    assert whole.between(day, after) == h(24.5)


def test_a_date_may_be_skipped_whole():
    apia = every_day(("09:00", "17:00"), zone="Pacific/Apia")  # there was no 30 December 2011
    assert same(apia.add(at("2011-12-29 16:00", "Pacific/Apia"), h(2)), at("2011-12-31 10:00", "Pacific/Apia"))


def test_a_slot_that_only_ever_existed_in_a_skipped_hour_is_no_loop():
    never = Calendar(BERLIN, overrides={date(2026, 3, 29): [("02:15", "02:45")]})
    with pytest.raises(ValueError, match="further overrides"):
        never.next_open(at("2026-03-28 00:00", BERLIN))
