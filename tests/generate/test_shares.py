"""Who comes, when and with what: rates, mixes, hours and seasons."""

from collections import Counter

import pytest

from .stories import Event, Story, fact_share, first, instant, received


def test_cases_arrive_at_the_rates_of_the_table(events: list[Event]) -> None:
    homes_and_months = 3 * 2000 * 0.92 / 1000 * 8
    bounds = {
        "demand": (75, 105),
        "complaint": (6.5, 10),
        "enquiry": (20, 30),
        "suggestion": (2, 4.2),
        "praise": (3, 5.2),
    }
    for noun, (low, high) in bounds.items():
        assert low < len(received(events, noun)) / homes_and_months < high, noun
    assert received(events, "emergency")


def test_first_severities_are_mostly_minor(complaints: list[Story]) -> None:
    classed = [event for story in complaints if (event := first(story, "complaint.classified"))]
    counts = Counter(event["facts"]["severity"] for event in classed)
    assert 0.03 < counts["A"] / len(classed) < 0.12  # the joint ones are A too
    assert 0.27 < counts["B"] / len(classed) < 0.43
    assert 0.5 < counts["C"] / len(classed) < 0.68


def test_channels_are_mixed_and_the_telephone_leads(events: list[Event]) -> None:
    counts = Counter(event["facts"]["channel"] for event in received(events, "demand"))
    assert len(counts) >= 10
    assert 0.42 < counts["phone"] / counts.total() < 0.62


def test_problems_are_two_digits_and_skewed(events: list[Event]) -> None:
    counts = Counter(event["facts"]["problem"] for event in received(events, "demand"))
    assert counts.keys() <= {f"{number:02}" for number in range(1, 25)}
    assert sum(number for _, number in counts.most_common(6)) > 0.5 * counts.total()


@pytest.mark.parametrize(
    ("name", "value", "low", "high"),
    [
        ("anonymous", True, 0.02, 0.07),
        ("agitated", True, 0.03, 0.1),
        ("urgent", True, 0.04, 0.12),
        ("customer_class", "key", 0.02, 0.09),
        ("customer_kind", "resident", 0.75, 0.92),
    ],
)
def test_complainants_are_who_they_are(events: list[Event], name: str, value: object, low: float, high: float) -> None:
    assert low < fact_share(received(events, "complaint"), name, value) < high


def test_peaks_are_in_the_morning_and_in_the_evening(events: list[Event]) -> None:
    hours = Counter(instant(event).hour for event in received(events, "demand") if "visit" not in event["facts"])
    mean = hours.total() / 24
    for peak in (9, 10, 19, 20):
        assert hours[peak] > 1.3 * mean
    assert hours[13] < hours[10]
    assert sum(hours[hour] for hour in range(6)) < 0.05 * hours.total()


def test_sunday_evenings_are_quiet(events: list[Event]) -> None:
    late = Counter(instant(event).weekday() == 6 for event in received(events, "demand") if instant(event).hour >= 19)
    assert late[True] / late.total() < 0.11


def test_rain_brings_leaks_and_winter_brings_heating(events: list[Event]) -> None:
    months = Counter((event["facts"]["problem"], event["at"][5:7]) for event in received(events, "demand"))
    assert months["01", "07"] > 1.5 * months["01", "03"]
    assert months["07", "01"] > 1.5 * months["07", "05"]
