"""The demo company has closed its last months, each soon after it was over."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.figures.models import MonthClose
from bihuan.ops.demo.closing import close_months
from tests.world import World, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("local", "last"), [("03-02 08:59:59", 1), ("03-02 09:00:00", 2)])
def test_the_last_three_months_are_closed_once_it_is_nine_on_the_second(world: World, local: str, last: int) -> None:
    now = world.at(local)
    close_months(now)
    closes = MonthClose.objects.order_by("month")
    assert {one.site_id for one in closes} == {"CH"}  # nobody closes a month elsewhere
    assert closes[len(closes) - 1].month == date(2026, last, 1)
    assert len(closes) == last + 1
    assert all(one.closed_at <= now and one.closed_by == world.staff("quality") for one in closes)
