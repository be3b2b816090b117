"""The calendar agrees with the slow, plain reading on random offices."""

from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from .offices import same
from .random_calendars import budgets, offices
from .reference import LostError

thorough = settings(max_examples=80, deadline=None)


def expected(question, *arguments):
    try:
        return question(*arguments)
    except LostError:
        assume(False)


@thorough
@given(offices(), st.data())
def test_the_same_instants_are_open(office, data):
    calendar, reference, instants = office
    for at in data.draw(st.lists(instants, min_size=1, max_size=6)):
        assert calendar.is_open(at) == reference.is_open(at)
        assert same(calendar.next_open(at), expected(reference.next_open, at))


@thorough
@given(offices(), budgets, st.data())
def test_budgets_end_at_the_same_instant(office, budget, data):
    calendar, reference, instants = office
    start = data.draw(instants)
    assert same(calendar.add(start, budget), expected(reference.add, start, budget))


@thorough
@given(offices(), budgets, st.data())
def test_a_budget_up_to_a_boundary_ends_at_the_same_instant(office, budget, data):
    calendar, reference, instants = office
    start, end = data.draw(instants), data.draw(instants)
    worked = reference.between(start, end)
    assert calendar.between(start, end) == worked
    if worked:
        assert same(calendar.add(start, worked), expected(reference.add, start, worked))


@thorough
@given(offices(), st.integers(-6, 6), st.data())
def test_working_days_lead_to_the_same_instant(office, days, data):
    calendar, reference, instants = office
    start = data.draw(instants) + timedelta(microseconds=data.draw(st.integers(0, 90_000_000)))
    assert same(calendar.add_days(start, days), expected(reference.add_days, start, days))
