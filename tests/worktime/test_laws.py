"""What holds for every calendar, near and far.

Instants are compared in UTC: of two datetimes in one zone, Python compares only what the clock shows.
"""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bihuan.worktime import Calendar

from .random_calendars import PLACES, _slots, _weekly, budgets, instants

ZERO = timedelta(0)
positive = st.timedeltas(timedelta(microseconds=1), timedelta(days=2_000))
often = settings(max_examples=40, deadline=None)


def utc(at):
    return at.astimezone(UTC)


@st.composite
def asked(draw, count=1):
    """Return a calendar and so many instants near the turn of its clock."""
    zone, around = draw(st.sampled_from(PLACES))
    weekly = draw(_weekly)
    overrides = draw(st.dictionaries(st.dates(around - timedelta(days=9), around + timedelta(days=9)), _slots))
    near = instants(zone, around, weekly)
    return Calendar(zone, weekly, (), overrides), *(draw(near).astimezone(UTC) for _ in range(count))


@often
@given(asked(), st.one_of(budgets, positive))
def test_between_measures_what_add_has_added(asked, budget):
    calendar, start = asked
    assert calendar.between(start, calendar.add(start, budget)) == budget


@often
@given(asked(), st.one_of(budgets.map(abs), positive), positive)
def test_two_budgets_in_turn_are_one_budget(asked, first, second):
    calendar, start = asked
    assert utc(calendar.add(calendar.add(start, first), second)) == utc(calendar.add(start, first + second))


@often
@given(asked(), positive)
def test_a_budget_can_be_walked_back_from_an_open_instant(asked, budget):
    calendar, start = asked[0], asked[0].next_open(asked[1])
    assert utc(calendar.add(calendar.add(start, budget), -budget)) == utc(start)


@often
@given(asked(count=3))
def test_between_turns_its_sign_and_adds_up(asked):
    calendar, a, b, c = asked
    assert calendar.between(a, b) == -calendar.between(b, a)
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert ZERO <= calendar.between(min(a, b), max(a, b)) <= abs(b - a)


@often
@given(asked(count=2), budgets, budgets)
def test_a_later_start_or_a_larger_budget_never_ends_earlier(asked, small, large):
    calendar, a, b = asked
    assert utc(calendar.add(min(a, b), small)) <= utc(calendar.add(max(a, b), small))
    assert utc(calendar.add(a, min(small, large))) <= utc(calendar.add(a, max(small, large)))


@often
@given(asked(), budgets)
def test_a_budget_ends_at_a_worked_instant(asked, budget):
    calendar, start = asked
    end, breath = calendar.add(start, budget), timedelta(microseconds=1)
    assert calendar.is_open(utc(end) - breath if budget > ZERO else end)


@often
@given(asked(), st.integers(0, 3000), st.integers(1, 3000))
def test_working_days_add_up(asked, first, second):
    calendar, start = asked
    assume(calendar.zone != "Pacific/Apia")  # a working day may be the one that was skipped
    noon = start.astimezone(ZoneInfo(calendar.zone)).replace(hour=12, minute=0)  # at noon no clock is shifted
    together = calendar.add_days(noon, first + second)
    if calendar.add_days(noon, 0) == noon:  # from a day off, zero days already move
        assert calendar.add_days(calendar.add_days(noon, first), second) == together
        assert calendar.add_days(together, -first - second) == noon
