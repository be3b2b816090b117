"""The page of figures: six rates whose numbers open their rows, charts, the statistics table, closing a month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from bihuan.accounts.models import Post
from bihuan.cases.models import Case
from bihuan.console import charts
from bihuan.figures.models import MonthClose
from bihuan.figures.parts import PARTS
from bihuan.kernel import clock
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.obligations.rows import promise, save
from tests.world import serves

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LINK = re.compile(r'href="(/figures/behind\?[^"]+)"')


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def quality(estate: Estate) -> Client:
    return on.signed_in(estate.quality)


def a_month(estate: Estate) -> None:
    """Of November: one complaint handled in time, one late, one anonymous and open; one of October."""
    for days, late in ((10, 0), (9, 1)):
        case = on.handled(estate, at=MORNING - days * DAY)
        due = MORNING - (days - 4) * DAY
        save(promise("complaint.resolve.b", due=due, met=due + late * HOUR, subject=case.subject))
        assert case.pk
    on.received(estate, at=MORNING - 2 * DAY, problem="07", severity="C", home=None, party=None, anonymous=True)
    on.received(estate, at=MORNING - 40 * DAY)


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@serves("XQ-C8.2", "XQ-C8.5")
def test_the_six_rates_stand_with_numerator_denominator_and_formula(estate: Estate, agent: Client) -> None:
    a_month(estate)
    tiles = {one["code"]: one for one in agent.get("/figures").context["tiles"]}
    assert list(tiles) == ["on_time", "correct", "visit", "satisfaction", "complaint", "valid"]
    assert (tiles["on_time"]["text"], tiles["on_time"]["above"]["text"], tiles["on_time"]["below"]["text"]) == (
        "50.0%",
        "1",
        "2",
    )
    assert tiles["complaint"]["above"]["text"] == "3"
    assert all(one["formula"] for one in tiles.values())


@serves("XQ-C8.2", "TS-11.2")
@pytest.mark.parametrize("by", ["problem", "severity", "channel", "building", "in_charge"])
def test_every_number_opens_just_the_rows_it_counts(estate: Estate, agent: Client, by: str) -> None:
    a_month(estate)
    page = text_of(agent, f"/figures?by={by}")
    numbers = re.findall(r'<a href="(/figures/behind\?[^"]+)">(\d+)</a>', page)
    assert len(numbers) > 12
    for address, number in numbers:
        rows = agent.get(unescape(address)).context["rows"]
        assert len(rows) == int(number), address


def test_bars_and_parts_beside_lead_to_their_lists(estate: Estate, agent: Client) -> None:
    a_month(estate)
    context = agent.get("/figures").context
    for one in context["ranks"]:
        assert len(agent.get(one["url"]).context["rows"]) == one["count"]
    for column in context["chart"]["months"]:
        assert len(agent.get(column["url"]).context["rows"]) == column["total"]
        assert agent.get(column["page"]).status_code == 200
    assert [column["total"] for column in context["chart"]["months"]][-2:] == [1, 3]


def test_the_page_has_no_inline_style_or_script_and_works_as_a_plain_form(estate: Estate, agent: Client) -> None:
    a_month(estate)
    page = text_of(agent, "/figures")
    assert not re.search(r"\sstyle=|<script>", page)
    assert re.search(r'<form class="filters of-month" method="get" action="/figures"', page)
    assert re.search(r'<svg class="trend"[^>]*role="img"><title>[^<]*2026/11 50.0%', page)


@pytest.mark.parametrize(
    "address",
    [
        "/figures?month=2026-12",
        "/figures?month=2026-13",
        "/figures?month=x",
        "/figures?by=home",
        "/figures/behind?what=everything",
        "/figures/behind?after=x",
        "/figures/behind?after=20261101T000000.000000Z~",
        f"/figures/behind?problem={'9' * 21}",
        "/figures/table.xlsx?month=1999-12",
    ],
)
def test_what_is_not_there_is_not_found(agent: Client, address: str) -> None:
    assert agent.get(address).status_code == 404


@pytest.mark.parametrize("what", [*PARTS, "received", "decided", "due", "visits", "answered", "content", "closed"])
def test_every_list_has_its_page_even_when_it_is_empty(agent: Client, what: str) -> None:
    assert agent.get(f"/figures/behind?what={what}").context["rows"] == []


def test_a_long_list_goes_on_page_by_page(estate: Estate, agent: Client) -> None:
    at = MORNING - 5 * DAY
    case = on.received(estate, at=at)
    due = MORNING - DAY  # all at one instant: the hardest case for a cursor
    save(*(promise("complaint.visit", due=due, met=due, subject=case.subject) for _ in range(120)))
    address, seen = "/figures/behind?what=visited", 0
    while address:
        context = agent.get(address).context
        seen += len(context["rows"])
        address = f"/figures/behind{context['next']}" if context["next"] else ""
    assert seen == 120


def test_other_sites_count_where_one_works_there_and_asks_for_all(estate: Estate) -> None:
    on.received(estate, at=MORNING - DAY)
    on.received(estate, at=MORNING - DAY, site="YQ", home=None, party=None)
    Post.objects.create(staff=estate.supervisor, post="cs_supervisor", site=estate.other, since=MORNING.date())
    agent, both = on.signed_in(estate.agent), on.signed_in(estate.supervisor)

    def received(client: Client, address: str) -> str:
        return str(client.get(address).context["tiles"][4]["above"]["text"])

    assert [received(agent, "/figures"), received(agent, "/figures?sites=all")] == ["1", "1"]
    assert [received(both, "/figures"), received(both, "/figures?sites=all")] == ["1", "2"]
    assert len(both.get("/figures/behind?what=received&sites=all").context["rows"]) == 2
    assert both.get("/figures/table.xlsx?sites=all").status_code == 200


def test_the_table_is_had_as_a_sheet_and_as_a_paper(estate: Estate, agent: Client) -> None:
    a_month(estate)
    sheet, paper = agent.get("/figures/table.xlsx"), agent.get("/figures/table.pdf")
    assert b"".join(sheet).startswith(b"PK")  # type: ignore[arg-type]
    assert "attachment" in sheet["Content-Disposition"]
    assert b"".join(paper).startswith(b"%PDF-")  # type: ignore[arg-type]
    assert paper["Content-Type"] == "application/pdf"


# ---- closing


@serves("TS-11.2")
def test_the_month_is_closed_after_being_told_what_that_does(estate: Estate, quality: Client) -> None:
    a_month(estate)
    assert quality.get("/figures").context["may_close"] is False
    assert quality.get("/figures?month=2026-10").context["may_close"] is True
    assert "Mail to head office is not set up" in text_of(quality, "/figures/close")
    answer = quality.post("/figures/close?month=2026-10")
    assert answer["Location"] == "/figures?month=2026-10"
    context = quality.get("/figures?month=2026-10").context
    assert (context["may_close"], context["kept"].closed_by) == (False, estate.quality)
    frozen = b"".join(quality.get("/figures/table.xlsx?month=2026-10"))  # type: ignore[arg-type]
    Case.objects.filter(received_at__lt=MORNING - 30 * DAY).update(severity="C")
    assert b"".join(quality.get("/figures/table.xlsx?month=2026-10")) == frozen  # type: ignore[arg-type]


def test_what_was_corrected_since_shows_beside_the_figure(estate: Estate, quality: Client) -> None:
    a_month(estate)
    quality.post("/figures/close?month=2026-10")
    assert not quality.get("/figures?month=2026-10").context["corrected"]
    on.received(estate, at=MORNING - 41 * DAY)
    page = text_of(quality, "/figures?month=2026-10")
    assert "counted now: 2000.0 (2 / 1)" in page
    assert "something in it was corrected" in page


def test_closing_twice_says_so_and_does_nothing(estate: Estate, quality: Client) -> None:
    quality.post("/figures/close?month=2026-10")
    for answer in (quality.get("/figures/close"), quality.post("/figures/close?month=2026-10")):
        assert (answer.status_code, MonthClose.objects.count()) == (409, 1)
        assert "closed already" in answer.content.decode()


@pytest.mark.parametrize(("month", "said"), [("2026-11", "not over yet"), ("2026-09", "later month is over")])
def test_only_the_month_that_ended_last_is_closed(quality: Client, month: str, said: str) -> None:
    for answer in (quality.get(f"/figures/close?month={month}"), quality.post(f"/figures/close?month={month}")):
        assert (answer.status_code, MonthClose.objects.count()) == (409, 0)
        assert said in answer.content.decode()


@pytest.mark.parametrize("who", ["agent", "supervisor", "chief"])
def test_others_do_not_close_a_month(estate: Estate, who: str) -> None:
    client = on.signed_in(getattr(estate, who))
    assert client.get("/figures/close").status_code == client.post("/figures/close").status_code == 403
    assert client.get("/figures?month=2026-10").context["may_close"] is False


# ---- what it costs


@pytest.mark.parametrize(
    "address", ["/figures", "/figures?by=in_charge", "/figures?month=2026-10", "/figures/behind?what=received"]
)
def test_a_page_costs_as_much_with_sixty_complaints_as_with_three(estate: Estate, agent: Client, address: str) -> None:
    def add(count: int, days: int) -> None:
        for number in range(count):
            on.received(estate, at=MORNING - days * DAY + number * HOUR / 60)

    add(2, 3)
    add(1, 40)
    few = on.queries_for(agent, address)
    add(40, 5)
    add(17, 41)
    assert on.queries_for(agent, address) == few <= 21


# ---- small things that must not lie


def test_bars_stand_upon_each_other_up_to_a_round_number() -> None:
    assert [charts.ceiling(counts) for counts in ([], [3], [9], [43], [500], [501])] == [4, 4, 10, 50, 500, 800]
    assert charts.stacks([[1, 0], [3, 2]], 4) == ["M2 100V75h6V100z", "M2 75V0h6V75zM12 100V50h6V100z"]


def test_a_line_is_broken_where_there_is_no_value() -> None:
    from decimal import Decimal

    values = [Decimal(80), Decimal(100), None, Decimal(90)]
    assert charts.line(values, 80, 100) == "M5 100L15 0M35 50"
    assert charts.dots(values, 80, 100) == "M5 100h0M15 0h0M35 50h0"
    assert charts.floor_of(values) == 70
