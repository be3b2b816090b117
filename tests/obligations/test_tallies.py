"""Tallies of past months: counted once, again where something changed, and never other than what the rows say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, transaction

from bihuan.accounts.calendars import revise
from bihuan.accounts.models import Site
from bihuan.kernel import clock
from bihuan.obligations.figures import Figures, Kept, figures
from bihuan.obligations.models import MonthTally, StaleMonth, TalliedUntil
from bihuan.obligations.tallies import SETTLING, bounds, following, month_of, refresh, tallied_until
from tests import databases
from tests.console import estate as on
from tests.console.estate import HOUR, Estate
from tests.obligations.rows import NOBODYS, promise, save

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
AUGUST, SEPTEMBER, NOVEMBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 11, 1)
ANSWER = "complaint.answer.in_a_day"
DAY = timedelta(days=1)


@pytest.fixture
def estate() -> Estate:
    return on.build()


def at(month: int, day: int, hour: int = 9, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=CHINA)


def kept(rule: str, month: date, *, sites: tuple[str, ...] = ("CH",), now: datetime = NOW) -> Kept:
    held = figures(sites, now)
    return held.of([rule]).months[held.months.index(month)]


def counted_afresh(now: datetime = NOW) -> Figures:
    """The figures without any tally: every month counted from the rows."""
    with transaction.atomic():
        TalliedUntil.objects.all().delete()
        held = figures(["CH"], now)
        transaction.set_rollback(True)
    return held


def test_a_month_that_no_worker_has_tallied_is_counted_by_the_reader(estate: Estate) -> None:
    save(promise(ANSWER, due=at(8, 10), met=at(8, 10)), promise(ANSWER, due=at(8, 11)))
    assert tallied_until() is None
    assert kept(ANSWER, AUGUST) == Kept(in_time=1, overdue=1)


def test_what_is_tallied_says_the_same_as_the_rows(estate: Estate) -> None:
    rows = [promise(ANSWER, due=at(month, 10), met=at(month, day)) for month in range(1, 12) for day in (9, 10, 11)]
    rows += [promise(ANSWER, due=at(8, 20)), promise("complaint.visit", due=at(8, 21), waived="anonymous")]
    save(*rows)
    before = figures(["CH"], NOW)
    assert refresh(NOW) > 0
    assert MonthTally.objects.exists()
    assert figures(["CH"], NOW) == before == counted_afresh()
    assert kept("complaint.visit", AUGUST) == Kept(waived=1)


def test_met_exactly_at_due_is_in_time_and_a_second_later_is_late(estate: Estate) -> None:
    second = timedelta(seconds=1)
    save(promise(ANSWER, due=at(8, 10), met=at(8, 10)), promise(ANSWER, due=at(8, 10), met=at(8, 10) + second))
    refresh(NOW)
    assert kept(ANSWER, AUGUST) == Kept(in_time=1, late=1)


def test_a_month_is_tallied_once(estate: Estate) -> None:
    save(promise(ANSWER, due=at(8, 10), met=at(8, 10)))
    assert refresh(NOW) == 3 * 2  # August to October, at both sites
    assert tallied_until() == NOVEMBER
    assert refresh(NOW) == 0


@pytest.mark.parametrize(("after", "until"), [(-timedelta(seconds=1), date(2026, 10, 1)), (timedelta(), NOVEMBER)])
def test_a_month_is_tallied_when_it_has_settled(estate: Estate, after: timedelta, until: date) -> None:
    save(promise(ANSWER, due=at(9, 10), met=at(9, 10)))
    refresh(at(11, 1, 0) + SETTLING + after)
    assert tallied_until() == until


@pytest.mark.parametrize(
    ("due", "month"), [(at(9, 30, 23) + timedelta(minutes=59), SEPTEMBER), (at(10, 1, 0), date(2026, 10, 1))]
)
def test_a_promise_belongs_to_the_month_it_falls_due_in_by_the_sites_clocks(
    estate: Estate, due: datetime, month: date
) -> None:
    save(promise(ANSWER, due=due, met=due))
    refresh(NOW)
    assert kept(ANSWER, month) == Kept(in_time=1)
    assert sum(one.owed for one in figures(["CH"], NOW).of([ANSWER]).months) == 1


def test_sites_in_other_zones_have_their_own_months(estate: Estate) -> None:
    Site.objects.filter(pk="YQ").update(zone="Asia/Tokyo")
    revise()
    due = at(9, 30, 23) + timedelta(minutes=30)  # half past midnight of October in Tokyo
    save(promise(ANSWER, due=due, met=due), promise(ANSWER, due=due, met=due, site="YQ", subject=NOBODYS[:-1] + "2"))
    both = ("CH", "YQ")
    for tally in (lambda: 0, lambda: refresh(NOW)):
        tally()
        assert kept(ANSWER, SEPTEMBER, sites=both) == Kept(in_time=1)
        assert kept(ANSWER, date(2026, 10, 1), sites=both) == Kept(in_time=1)


def test_a_promise_of_a_past_month_that_is_kept_now_is_counted_again(estate: Estate) -> None:
    case = on.received(estate, at=at(8, 10))
    refresh(NOW)
    assert kept(ANSWER, AUGUST) == Kept(overdue=1)
    on.stepped(case, "answered", by=estate.agent, at=NOW, text="已答复")
    assert StaleMonth.objects.filter(site="CH", month=AUGUST).exists()
    assert refresh(NOW) == 1
    assert kept(ANSWER, AUGUST) == Kept(late=1)
    assert figures(["CH"], NOW) == counted_afresh()


def test_a_promise_that_moves_leaves_the_month_it_fell_due_in(estate: Estate) -> None:
    case = on.received(estate, at=at(9, 1))
    case = on.stepped(case, "handed_over", by=estate.agent, at=at(9, 1, 10), to=estate.chief.pk)
    wanted = {"agreed_until": at(11, 20), "text": "等配件"}
    case = on.stepped(case, "overrun_requested", by=estate.chief, at=at(9, 3), **wanted)
    resolve = "complaint.resolve.b"
    refresh(at(11, 5))
    assert kept(resolve, SEPTEMBER, now=at(11, 5)) == Kept(overdue=1)
    on.stepped(case, "overrun_approved", by=estate.manager, at=at(11, 5), text="同意")
    refresh(at(11, 5))
    assert kept(resolve, SEPTEMBER, now=at(11, 5)) == Kept()
    assert kept(resolve, NOVEMBER) == Kept(overdue=1)


def test_what_is_void_is_counted_nowhere(estate: Estate) -> None:
    case = on.received(estate, at=at(8, 10))
    refresh(NOW)
    on.stepped(case, "withdrawn", by=estate.agent, at=NOW, text="客户撤回")
    refresh(NOW)
    assert kept(ANSWER, AUGUST) == Kept()
    assert figures(["CH"], NOW) == counted_afresh()


def test_what_changes_in_the_present_month_soils_nothing(estate: Estate) -> None:
    case = on.received(estate, at=at(11, 10))
    on.stepped(case, "answered", by=estate.agent, at=at(11, 10, 10), text="已答复")
    assert not StaleMonth.objects.exists()


def test_what_is_not_yet_due_is_not_owed_yet(estate: Estate) -> None:
    save(promise(ANSWER, due=NOW, met=NOW - HOUR), promise(ANSWER, due=NOW - HOUR, met=NOW - HOUR))
    assert kept(ANSWER, NOVEMBER) == Kept(in_time=1)
    assert kept(ANSWER, NOVEMBER, now=NOW + HOUR) == Kept(in_time=2)


@pytest.mark.parametrize(
    ("month", "count", "expected"), [(12, 1, (2027, 1)), (1, -1, (2025, 12)), (11, -11, (2025, 12))]
)
def test_months_follow_each_other_over_the_year(month: int, count: int, expected: tuple[int, int]) -> None:
    assert following(date(2026, month, 1), count) == date(*expected, 1)


def test_a_month_ends_where_the_next_begins() -> None:
    start, end = bounds(date(2026, 12, 1), CHINA)
    assert (month_of(start, CHINA), month_of(end, CHINA)) == (date(2026, 12, 1), date(2027, 1, 1))
    assert month_of(end - timedelta(seconds=1), CHINA) == date(2026, 12, 1)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_is_still_writing_is_counted_when_it_is_there() -> None:
    on.build()
    save(promise(ANSWER, due=at(8, 10)))
    refresh(NOW)
    with _another() as other:
        other.execute("UPDATE obligations_obligation SET state='met', met_at=due_at, next_action_at=NULL")
        other.execute("INSERT INTO obligations_stalemonth (site, month) VALUES ('CH', '2026-08-01')")
        assert refresh(NOW) == 0
        assert kept(ANSWER, AUGUST) == Kept(overdue=1)
        other.commit()
    assert refresh(NOW) == 1
    assert kept(ANSWER, AUGUST) == Kept(in_time=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_tally_at_once() -> None:
    on.build()
    save(promise(ANSWER, due=at(8, 10)))
    with _another() as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('bihuan.obligations.tallies'))")
        assert refresh(NOW) == 0
    assert refresh(NOW) > 0


def test_without_an_instant_it_takes_the_clock(estate: Estate) -> None:
    save(promise(ANSWER, due=at(8, 10)))
    with clock.frozen(NOW):
        refresh()
    assert tallied_until() == NOVEMBER


def test_the_page_costs_no_more_with_more_history(
    estate: Estate, django_assert_num_queries: Callable[..., object]
) -> None:
    days = [at(month, 10, year=year) for year in range(2023, 2027) for month in range(1, 11)]
    save(*(promise(ANSWER, due=day, met=day) for day in days))
    refresh(NOW)
    figures(["CH"], NOW)  # rules and calendars are read once by each process
    with django_assert_num_queries(5):
        figures(["CH"], NOW)


def _another() -> psycopg.Connection:
    """Somebody else's connection to the same database, in a transaction."""
    return psycopg.connect(databases.url_of(connection.settings_dict["NAME"]))
