"""A calendar is a value: same content, same version, same calendar; and cheap enough to ask at every turn."""

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from time import perf_counter

import pytest

from bihuan.worktime import Calendar

from .offices import BERLIN, FIVE_DAYS, HOURS, SHANGHAI, at, office

NEW_YEAR = date(2026, 1, 1)


def test_the_version_does_not_depend_on_how_the_hours_were_written():
    written = {name: [("13:30", "18:00"), ("9:00", "11:00"), ("11:00", "12:00")] for name in reversed(FIVE_DAYS)}
    again = Calendar(SHANGHAI, written | {"sun": []})
    assert again == office
    assert again.version == office.version
    assert {again, office} == {office}


@pytest.mark.parametrize(
    "other",
    [
        Calendar(BERLIN, FIVE_DAYS),
        Calendar(SHANGHAI, FIVE_DAYS | {"sat": HOURS}),
        Calendar(SHANGHAI, FIVE_DAYS, {NEW_YEAR}),
        Calendar(SHANGHAI, FIVE_DAYS, overrides={NEW_YEAR: []}),
        Calendar(SHANGHAI, FIVE_DAYS, overrides={NEW_YEAR: HOURS}),
    ],
)
def test_the_version_changes_with_every_part_of_the_content(other):
    assert other != office
    assert other.version != office.version


def test_the_version_is_the_same_in_every_process():
    assert Calendar(SHANGHAI, {"mon": [("09:00", "12:00")]}, {NEW_YEAR}).version == "aee3cd1800b1"


def test_confirmed_years_are_no_part_of_the_version():
    confirmed = Calendar(SHANGHAI, FIVE_DAYS, covered=[2026])
    assert confirmed.version == office.version
    assert confirmed != office


def test_a_calendar_survives_pickling():
    given = Calendar(SHANGHAI, FIVE_DAYS, {NEW_YEAR}, {date(2026, 3, 28): [("20:00", "19:00")]}, covered=[2026])
    given.is_open(at("2026-01-01 10:00"))
    again = pickle.loads(pickle.dumps(given))
    assert again == given
    assert again.warns(at("2027-01-01 00:00"))
    assert again.between(at("2026-01-01 00:00"), at("2027-01-01 00:00")) == given.between(
        at("2026-01-01 00:00"), at("2027-01-01 00:00")
    )


def test_a_calendar_does_not_follow_what_it_was_made_from():
    week = {"mon": [("09:00", "12:00")]}
    made = Calendar(SHANGHAI, week)
    week["mon"].append(("13:00", "14:00"))
    assert not made.is_open(at("2026-03-23 13:00"))
    with pytest.raises(AttributeError):
        made.zone = BERLIN


def test_it_shows_its_zone_and_version():
    assert repr(office) == f"<Calendar Asia/Shanghai {office.version}>"


def test_threads_may_share_a_new_calendar():
    fresh, days = Calendar(SHANGHAI, FIVE_DAYS), range(-40_000, 40_000, 1_600)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda days: fresh.add_days(at("2026-03-27 10:00"), days), days))
    assert found == [office.add_days(at("2026-03-27 10:00"), days) for days in days]


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN, "America/Santiago", "Africa/Casablanca", "Asia/Kathmandu"])
@pytest.mark.parametrize("year", [2104, 2300, 9996, 1100])
def test_far_years_are_as_exact_as_near_ones(zone, year):
    week = {"mon": [("09:00", "12:00")], "sat": [("22:00", "03:30")], "sun": [("01:30", "02:30")]}
    near = Calendar(zone, week, overrides={date(year, month, 20): [("09:00", "10:00")] for month in range(1, 13)})
    far, start = Calendar(zone, week), at(f"{year}-01-01 00:00", zone)  # the overrides make `near` build this very year
    for days in range(0, 364, 7):
        first, last = start + timedelta(days=days), start + timedelta(days=days + 7)
        if not any((first + timedelta(days=day)).day == 20 for day in range(-2, 9)):
            assert near.between(first, last) == far.between(first, last)


def test_a_far_date_costs_little_more_than_a_near_one():
    office.between(at("2026-01-01 00:00"), at("9999-12-31 00:00"))
    began = perf_counter()
    for _ in range(1000):
        office.between(at("2026-01-01 00:00"), at("9999-12-31 00:00"))
        office.add(at("2026-01-01 00:00"), timedelta(days=300_000))
    assert perf_counter() - began < 0.2  # about 0.012 in practice


def test_importing_it_loads_no_holiday_data():
    code = "import sys, bihuan.worktime; print('chinese_calendar' in sys.modules, 'typing' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert told.split() == ["False", "False"]
