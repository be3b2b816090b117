"""Days, weeks and months begin at each site's own midnight, each once, and after a standstill too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from bihuan.accounts.calendars import revise
from bihuan.accounts.models import Site
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.obligations.beginnings import begin_days, begin_months, begin_weeks
from bihuan.obligations.models import Beginning, Obligation
from tests.world import World, at_once

pytestmark = pytest.mark.django_db


def told(kind: str, site: str = "CH") -> list[datetime]:
    rows = Event.objects.filter(kind=kind, subject=f"site:{site}").order_by("id")
    return list(rows.values_list("at", flat=True))


@pytest.mark.parametrize(
    ("begin", "kind", "before", "at"),
    [
        (begin_days, "site.day_began", "03-02 23:59:59", "03-03 00:00:00"),
        (begin_weeks, "site.week_began", "03-08 23:59:59", "03-09 00:00:00"),
        (begin_months, "site.month_began", "03-31 23:59:59", "04-01 00:00:00"),
    ],
)
def test_it_begins_at_midnight_and_not_a_second_before(
    world: World, begin: Callable[[], int], kind: str, before: str, at: str
) -> None:
    assert begin() == 0  # a site that is new owes nothing for what has begun already
    world.at(before)
    assert begin() == 0
    world.at(at)
    assert begin() == 2  # CH and LH; the one further west has two hours to go
    assert begin() == 0
    assert (told(kind), told(kind, "NS")) == ([world.now], [])
    world.later(hours=2)
    assert begin() == 1
    assert told(kind, "NS") == [world.now]


def test_after_a_standstill_everything_that_was_missed_is_told_in_its_order(world: World) -> None:
    begin_months()
    world.at("06-15 09:00")
    assert begin_months() == 9
    assert told("site.month_began") == [world.time(f"{month:02d}-01 00:00") for month in (4, 5, 6)]
    assert Obligation.objects.filter(subject="site:CH", duty="report").count() == 3


def test_a_site_that_comes_later_begins_with_what_begins_next(world: World) -> None:
    begin_months()
    world.at("04-20 09:00")
    begin_months()
    Site.objects.create(code="QX", name="Quay", unit=world.south)
    revise()
    begin_months()
    world.at("05-01 00:00")
    begin_months()
    assert told("site.month_began", "QX") == [world.now]


def test_a_site_whose_clocks_change_has_each_day_once(world: World) -> None:
    begin_days()
    Site.objects.filter(pk="CH").update(zone="Asia/Tokyo")
    revise()
    world.at("03-06 09:00")
    begin_days()
    days = [at.astimezone(UTC) for at in told("site.day_began")]
    assert len(days) == len(set(days)) == 4
    assert days == sorted(days)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_each_tells_it_once_between_them(world: World) -> None:
    begin_months()
    world.at("04-01 09:00")
    counts = at_once(begin_months, begin_months)
    assert sum(counts) == 3
    assert len(told("site.month_began")) == 1


def test_nothing_is_told_where_the_ledger_refuses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_months()
    world.at("04-01 09:00")
    monkeypatch.setattr("bihuan.obligations.beginnings.record", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        begin_months()
    assert set(Beginning.objects.filter(period="month").values_list("next_day__month", flat=True)) == {4}
    assert clock.now() == world.now
    assert not connection.needs_rollback
