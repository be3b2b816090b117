"""Closing a month: it freezes what was counted, keeps the promise to report, and sends the table to head office."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.accounts.models import Site
from bihuan.cases.models import Problem
from bihuan.figures.actions import close
from bihuan.figures.models import MonthClose, MonthCount
from bihuan.figures.queries import letter_of
from bihuan.figures.reports import recounted
from bihuan.figures.sheets import workbook
from bihuan.files import store
from bihuan.kernel.errors import Refused
from bihuan.messages.models import MessageState
from bihuan.obligations.beginnings import begin_months
from bihuan.obligations.models import Obligation
from tests.figures.rows import APRIL, MARCH, complaint, rate, shown
from tests.obligations.rows import promise, save
from tests.world import World, at_once, serves, sql

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 1)


def closed(world: World, month: date = MARCH, *, by: str = "quality", site: str = "CH") -> list[MonthClose]:
    return close(Site.objects.get(pk=site), month, by=world.actor(by), at=world.now)


def a_march(world: World) -> None:
    """Two complaints in March, one of them late."""
    for day, late in ((3, False), (5, True)):
        at = world.time(f"03-{day:02d} 09:00")
        case = complaint(world, received=at, valid=True)
        due = world.time(f"03-{day + 3:02d} 09:00")
        met = world.time(f"03-{day + (5 if late else 1):02d} 09:00")
        save(promise("complaint.resolve.b", due=due, met=met, subject=case.subject))
    world.at("04-01 08:00")


@serves("XQ-C8.2", "TS-11.2")
def test_what_is_closed_stays_as_it_was_and_corrections_show_beside_it(world: World) -> None:
    a_march(world)
    before = [(one.code, one.numerator, one.denominator, one.value) for one in shown().figures]
    (made,) = closed(world)
    complaint(world, received=world.time("03-20 09:00"), valid=False)
    world.move_in("CH", room="9", name="新住户")
    held = shown()
    assert held.closed
    assert [(one.code, one.numerator, one.denominator, one.value) for one in held.figures] == before
    assert (made.homes, made.weight, made.closed_by.username) == (1, Decimal(1), "quality")
    assert len(made.policy) == 16
    differing = recounted(held, ["CH"], world.now)
    assert [(was.code, was.denominator, now.denominator) for was, now in differing] == [
        ("complaint", 1, 1),
        ("valid", 2, 3),
    ]
    assert [(int(was.numerator), int(now.numerator)) for was, now in differing] == [(2, 3), (2, 2)]


def test_nothing_is_corrected_where_nothing_was(world: World) -> None:
    a_march(world)
    closed(world)
    assert recounted(shown(), ["CH"], world.now) == []


def test_a_closed_month_is_told_as_it_was_even_where_its_counts_would_say_otherwise(world: World) -> None:
    a_march(world)
    closed(world)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE figures_monthcount DISABLE TRIGGER USER")
    sql("DELETE FROM figures_monthcount")
    assert rate("on_time") == (1, 2, "50.0%")


def test_frozen_rows_cannot_be_changed_or_deleted(world: World) -> None:
    a_march(world)
    closed(world)
    for statement in (
        "UPDATE figures_monthclose SET homes = 5",
        "DELETE FROM figures_monthclose",
        "UPDATE figures_monthcount SET count = 0",
        "DELETE FROM figures_monthcount",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)
    assert (MonthClose.objects.count(), MonthCount.objects.exists()) == (1, True)


@serves("TS-11.2")
def test_closing_keeps_the_promise_to_report(world: World) -> None:
    begin_months()  # from now on
    world.at("04-01 00:00")
    assert begin_months() == 2  # the site further west has two hours to go
    report = Obligation.objects.get(subject="site:CH", duty="report")
    assert (report.clause, report.owed_by, report.due_at) == (
        "TS-11.2",
        "quality_supervisor",
        world.time("05-01 00:00"),
    )
    world.at("04-03 09:00")
    closed(world)
    report.refresh_from_db()
    assert (report.state, report.met_at) == ("met", world.now)
    assert "site.month_closed" in world.kinds("site:CH")


def test_a_promise_that_was_missed_is_kept_only_with_the_months_it_is_about(world: World) -> None:
    """A late report does not stand for the one that follows: all that is over is closed at once."""
    begin_months()
    closed_first = world.at("04-01 09:00")
    begin_months()
    closed(world)
    world.at("06-02 09:00")
    begin_months()
    assert Obligation.objects.filter(subject="site:CH", duty="report", state="open").count() == 2
    with pytest.raises(Refused) as refused:
        closed(world, APRIL)
    assert refused.value.code == "not_last"
    assert [one.month for one in closed(world, MAY)] == [APRIL, MAY]
    assert not Obligation.objects.filter(subject="site:CH", duty="report", state="open").exists()
    assert MonthClose.objects.get(month=MARCH).closed_at == closed_first


@pytest.mark.parametrize(("local", "over"), [("03-31 23:59:59", False), ("04-01 00:00:00", True)])
def test_a_month_can_be_closed_from_the_first_second_of_the_next(world: World, local: str, over: bool) -> None:
    world.at(local)
    if over:
        assert len(closed(world)) == 1
        return
    with pytest.raises(Refused) as refused:
        closed(world)
    assert refused.value.code == "not_over"


def test_a_month_is_closed_once(world: World) -> None:
    world.at("04-01 09:00")
    closed(world)
    with pytest.raises(Refused) as refused:
        closed(world, by="manager")
    assert refused.value.code == "closed_already"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("agent", NotAllowed), ("supervisor", NotAllowed), ("head", NotAllowed), ("north_agent", NotFound)],
)
def test_only_the_quality_supervisor_and_the_manager_close_a_month(
    world: World, who: str, refusal: type[Exception]
) -> None:
    world.at("04-01 09:00")
    with pytest.raises(refusal):
        closed(world, by=who)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_the_same_month_one_does(world: World) -> None:
    at = world.at("04-01 09:00")
    actors = [world.actor(name) for name in ("quality", "manager")]
    site = Site.objects.get(pk="CH")
    outcomes = at_once(*(lambda by=by: close(site, MARCH, by=by, at=at) for by in actors))  # type: ignore[misc]
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "list"]
    assert MonthClose.objects.count() == 1


# ---- the table goes to head office


@serves("TS-11.2")
def test_the_table_waits_in_the_outbox_for_head_office(world: World, settings: Any) -> None:
    settings.BIHUAN_HEAD_OFFICE_MAIL = "centre@example.com"
    a_march(world)
    (made,) = closed(world)
    letter = letter_of(made)
    assert letter is not None
    assert (letter.state, letter.address_mask) == (MessageState.QUEUED, "c***@example.com")
    assert "50.0%" in letter.body
    names = [one.file.name for one in letter.attachments.order_by("id")]
    assert [name.rpartition(".")[2] for name in names] == ["xlsx", "pdf"]
    assert all("2026-03" in name for name in names)


def test_without_an_address_nothing_is_sent_and_the_files_are_kept(world: World) -> None:
    world.at("04-01 09:00")
    (made,) = closed(world)
    assert letter_of(made) is None
    assert store.path_of(made.paper.digest).read_bytes().startswith(b"%PDF-")


def test_the_kept_sheet_says_what_was_counted(world: World) -> None:
    a_march(world)
    (made,) = closed(world)
    book = load_workbook(BytesIO(store.path_of(made.sheet.digest).read_bytes()))
    rows = list(book.worksheets[0].iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows] == ["03", ""]
    assert [row[2:7] for row in rows] == [(0, 2, 0, 0, 2)] * 2  # A, B, C, not graded, in all
    rates = {row[0]: row[1] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert 50 in rates.values()


@pytest.mark.parametrize("typed", ["=1+1", '=HYPERLINK("http://example.com")', "+1", "@SUM(A1)", "https://example.com"])
def test_what_people_typed_never_becomes_a_formula_or_a_link(world: World, typed: str) -> None:
    Problem.objects.filter(pk="03").update(name=typed)
    complaint(world, received=world.now)
    book = load_workbook(BytesIO(workbook(shown(), title=typed, period="")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(typed in str(cell.value) for cell in cells)
    assert all(cell.data_type in ("s", "n") and cell.hyperlink is None for cell in cells)


def test_several_sites_are_closed_when_each_of_them_is(world: World) -> None:
    world.at("04-01 09:00")
    complaint(world, received=world.time("03-05 09:00"), site="LH")
    closed(world)
    held = shown(MARCH, "CH", "LH")
    assert (held.closed, len(held.closes)) == (False, 1)
    assert held.figure("complaint").numerator == 1


def test_closed_months_cost_one_query_more_and_no_count(world: World, django_assert_num_queries: Any) -> None:
    world.at(datetime(2027, 1, 2, 9, tzinfo=world.now.tzinfo))
    closed(world, date(2026, 12, 1))
    shown(date(2026, 12, 1))
    with django_assert_num_queries(6):  # the rules' revision twice, closed months, homes, frozen counts, the open ones
        shown(date(2026, 12, 1))
