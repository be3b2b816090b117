"""What is refused, each with what is wrong and how to mend it."""

from datetime import date, datetime, timedelta

import pytest

from bihuan.worktime import Calendar

from .offices import FIVE_DAYS, SHANGHAI, at, h, office

NAIVE = datetime(2026, 3, 23, 10)


@pytest.mark.parametrize(
    "question",
    [
        lambda: office.add(NAIVE, h(1)),
        lambda: office.between(NAIVE, at("2026-03-23 10:00")),
        lambda: office.between(at("2026-03-23 10:00"), NAIVE),
        lambda: office.add_days(NAIVE, 1),
        lambda: office.is_open(NAIVE),
        lambda: office.next_open(NAIVE),
        lambda: office.warns(NAIVE),
    ],
)
def test_a_naive_datetime_is_refused(question):
    with pytest.raises(ValueError, match=r"has no zone; give an aware datetime"):
        question()


@pytest.mark.parametrize("arguments", [
    {}, {"weekly": {}}, {"weekly": {"mon": []}}, {"holidays": {date(2026, 1, 1)}},
    {"overrides": {date(2026, 1, 1): []}}, {"weekly": {"mon": []}, "overrides": {date(2026, 1, 1): []}},
])  # fmt: skip
def test_a_calendar_without_working_time_is_refused(arguments):
    with pytest.raises(ValueError, match="no working time: give at least one slot"):
        Calendar(SHANGHAI, **arguments)


@pytest.mark.parametrize("zone", ["Asia/Peking", "", "../etc/passwd", "Asia", "/etc/passwd", "CST+8", None])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ValueError, match=r'zone: .* is not known; use a name such as "Asia/Shanghai"'):
        Calendar(zone, FIVE_DAYS)


@pytest.mark.parametrize("time", [
    "9:60", "24:01", "25:00", "-1:00", "9", "0900", "", ":",
    "09:0", "009:00", "09:00:00", " 09:00", "９:００", "²:00", 9, None,
])  # fmt: skip
@pytest.mark.parametrize("place", [0, 1])
def test_a_malformed_time_is_refused(time, place):
    slot = [("08:00", time), (time, "18:00")][place]
    with pytest.raises(ValueError, match=r'weekly mon: .* is no time of day; write "HH:MM"'):
        Calendar(SHANGHAI, {"mon": [slot]})


@pytest.mark.parametrize("name", ["monday", "Mon", "周一", "", 0])
def test_an_unknown_weekday_is_refused(name):
    with pytest.raises(ValueError, match="is no weekday; use mon, tue, wed, thu, fri, sat, sun"):
        Calendar(SHANGHAI, {"mon": [("09:00", "12:00")], name: [("09:00", "12:00")]})


@pytest.mark.parametrize("time", ["09:00", "00:00", "23:59", "24:00"])
def test_a_slot_of_no_length_is_refused(time):
    with pytest.raises(ValueError, match='is empty; a whole day is \\("00:00", "24:00"\\)'):
        Calendar(SHANGHAI, {"mon": [(time, time)]})


def test_a_slot_that_starts_at_the_end_of_a_day_is_refused():
    with pytest.raises(ValueError, match='start it at "00:00" of the next day'):
        Calendar(SHANGHAI, {"mon": [("24:00", "06:00")]})


@pytest.mark.parametrize("slot", ["09", ("09:00",), ("09:00", "12:00", "13:00"), None, 9])
def test_a_slot_of_another_shape_is_refused(slot):
    with pytest.raises(ValueError, match=r"override 2026-03-23: .* is no slot; write a start and an end"):
        Calendar(SHANGHAI, FIVE_DAYS, overrides={date(2026, 3, 23): [slot]})


@pytest.mark.parametrize("slots", ["09:00-12:00", None, 9])
def test_slots_that_are_no_list_are_refused(slots):
    with pytest.raises(ValueError, match=r"is no list of slots; .* \[\] for closed"):
        Calendar(SHANGHAI, FIVE_DAYS, overrides={date(2026, 3, 23): slots})


@pytest.mark.parametrize("day", [datetime(2026, 3, 23), "23.3.2026", "", None, 20260323])
def test_a_holiday_that_is_no_date_is_refused(day):
    with pytest.raises(ValueError, match=r"holidays: .* is no date; give datetime.date"):
        Calendar(SHANGHAI, FIVE_DAYS, [day])
    with pytest.raises(ValueError, match=r"overrides: .* is no date; give datetime.date"):
        Calendar(SHANGHAI, FIVE_DAYS, overrides={day: []})


@pytest.mark.parametrize("budget", [timedelta.max, timedelta.min, timedelta(days=365 * 9000)])
def test_a_result_past_the_last_year_is_refused(budget):
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        office.add(at("2026-03-23 10:00"), budget)


def test_a_number_of_days_past_the_last_year_is_refused():
    for days in (10_000_000, -10_000_000):
        with pytest.raises(ValueError, match="outside the years 1 to 9999"):
            office.add_days(at("2026-03-23 10:00"), days)
