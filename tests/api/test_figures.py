"""GET /figures: the six monthly rates, as they are counted now or as they were closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import Post, Site, Staff
from bihuan.figures.actions import close
from bihuan.kernel import clock
from tests.api.conftest import MORNING, Program, complaint, program
from tests.world import serves

CODES = ["on_time", "correct", "visit", "satisfaction", "complaint", "valid"]


def figures(caller: Program, **asked: str) -> dict[str, Any]:
    response = caller.get("/figures", **asked)
    assert response.status_code == 200
    told: dict[str, Any] = response.json()  # type: ignore[attr-defined]
    return told


@serves("XQ-C8.2")
def test_the_six_rates_come_with_formula_numerator_and_denominator(chen: Program, home: Any) -> None:
    chen.post("/cases", complaint(severity="B", problem="03"))
    told = figures(chen)
    assert (told["month"], told["sites"], told["closed"], told["next"]) == ("2026-11", ["CH"], False, None)
    assert [one["code"] for one in told["items"]] == CODES
    rate = told["items"][4]
    assert (rate["numerator"], rate["denominator"], rate["value"], rate["unit"]) == (1, 1, 1000.0, "per_thousand")
    assert all(one["formula"] and one["label"] for one in told["items"])
    assert told["items"][0]["value"] is None


def test_a_month_and_a_site_can_be_named(chen: Program, people: dict[str, Staff]) -> None:
    Post.objects.create(staff=people["chen"], post="agent", site_id="NS", since=date(2020, 1, 1))
    chen.post("/cases", complaint(severity="B", problem="03"))
    chen.post("/cases", complaint(severity="B", problem="03", site="NS"))
    received = [
        figures(chen, **asked)["items"][4]["numerator"]
        for asked in ({}, {"site": "CH"}, {"site": "NS"}, {"month": "2026-10"}, {"month": "2031-01"})
    ]
    assert received == [2, 1, 1, 0, 0]


def test_a_closed_month_is_told_as_it_was_closed(chen: Program, people: dict[str, Staff]) -> None:
    with clock.frozen(MORNING - timedelta(days=30)):
        chen.post("/cases", complaint(severity="B", problem="03"))
    close(Site.objects.get(pk="CH"), date(2026, 10, 1), by=actor_of(people["zhou"]), at=MORNING)
    before = figures(chen, month="2026-10")
    assert before["closed"] is True
    with clock.frozen(MORNING - timedelta(days=29)):
        chen.post("/cases", complaint(severity="B", problem="03"))
    assert figures(chen, month="2026-10") == before


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "1999-12", "", "2026-10-01", "october"])
def test_what_is_no_month_is_refused(chen: Program, month: str) -> None:
    assert chen.get("/figures", month=month).status_code == 422


def test_another_site_is_not_found_and_a_technician_may_not(chen: Program, people: dict[str, Staff]) -> None:
    assert chen.get("/figures", site="NS").status_code == 404
    assert program(people["wu"]).get("/figures").status_code == 403
