"""The rulebook: what each clause says, how well it is kept, and that every number opens just the promises it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from bihuan.accounts.models import Post
from bihuan.console.clauses import percent, state
from bihuan.kernel import clock
from bihuan.obligations.tallies import refresh
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.obligations.rows import NOBODYS, promise, save

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
NOW = MORNING
ANSWER = "complaint.answer.in_a_day"  # TS-5.1
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def lines(client: Client, **asked: str) -> dict[str, dict]:  # type: ignore[type-arg]
    """The rows of the table by their clauses."""
    response = client.get("/rulebook", asked)
    assert response.status_code == 200
    return {line["code"]: line for line in response.context["lines"]}


def some_promises(estate: Estate) -> None:
    """Of TS-5.1: this month three kept, one late, one overdue; one open that is not due yet; last month one kept."""
    ago = NOW - 5 * DAY
    case = on.received(estate, kind="demand", at=NOW - 60 * DAY)
    save(
        *(promise(ANSWER, due=ago, met=ago, subject=case.subject) for _ in range(3)),
        promise(ANSWER, due=ago, met=ago + HOUR, subject=case.subject),
        promise(ANSWER, due=ago, subject=case.subject),
        promise(ANSWER, due=NOW + HOUR, subject=case.subject),
        promise(ANSWER, due=NOW - 40 * DAY, met=NOW - 40 * DAY, subject=case.subject),
    )


# ---- who may


def test_whoever_is_not_signed_in_is_led_to_signing_in(client: Client) -> None:
    assert client.get("/rulebook").status_code == 302
    assert client.get("/rulebook/TS-5.1").status_code == 302


@pytest.mark.parametrize("address", ["/rulebook", "/rulebook/TS-5.1"])
def test_a_technician_does_not_read_the_rulebook(estate: Estate, address: str) -> None:
    assert on.signed_in(estate.plumber).get(address).status_code == 403


def test_an_administrator_reads_the_rules_and_sees_no_promises(estate: Estate) -> None:
    some_promises(estate)
    admin = on.signed_in(on.person("root", "管理员", "admin", estate.site))
    response = admin.get("/rulebook")
    assert response.status_code == 200
    assert not response.context["may_see"]
    assert "show=overdue" not in response.content.decode()
    assert admin.get("/rulebook/TS-5.1").context["counted"] is False


# ---- the table


def test_the_table_begins_with_the_clauses_that_have_rules(agent: Client) -> None:
    shown, everything = lines(agent), lines(agent, show="all")
    assert len(everything) == 220
    assert 40 < len(shown) < 80
    assert all(line["rules"] or line["targets"] or line["exempts"] for line in shown.values())
    assert set(shown) < set(everything)


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"regulation": "TS", "kind": "duty"}, {"TS-10.6"}),
        ({"text": "GC-6.1.1"}, {"GC-6.1.1"}),
        ({"text": "24 小时", "regulation": "TS"}, {"TS-5.1", "TS-5.2"}),
        ({"text": "投訴辦完後三天"}, {"GC-6.1.1"}),
        ({"text": "no clause says this"}, set()),
    ],
)
def test_filters_narrow_the_table(agent: Client, asked: dict[str, str], codes: set[str]) -> None:
    found = set(lines(agent, **asked))
    assert codes <= found if codes else not found
    if "regulation" not in asked or "kind" in asked:
        assert found == codes


def test_a_rule_is_said_in_words(agent: Client) -> None:
    rule = lines(agent)["XQ-C7.4B2"]["rules"][0]
    assert (rule.when, rule.duty, rule.within) == ("complaint received (B (general))", "resolve", "3 days")
    assert (rule.by, rule.clock, rule.ours) == ("trade supervisor", "calendar time", False)
    assert "moved by: complaint overrun approved" in rule.notes


def test_a_figure_of_our_own_and_a_rule_that_gives_way_say_so(agent: Client) -> None:
    assert [rule.ours for rule in lines(agent)["GC-4.2"]["rules"]] == [True]
    assert "gives way to XQ-D2.4a" in lines(agent)["GC-6.1.2a"]["rules"][0].notes


def test_what_is_owed_this_month_over_twelve_months_and_now(estate: Estate, agent: Client) -> None:
    some_promises(estate)
    line = lines(agent)["TS-5.1"]
    assert (line["month"]["value"], line["month"]["told"], line["month"]["state"]) == ("60.0%", "3 of 5", "overdue")
    assert (line["year"]["value"], line["year"]["told"]) == ("66.6%", "4 of 6")
    assert (line["figures"].open, line["figures"].overdue) == (2, 1)


def test_each_number_opens_just_the_promises_it_counts(estate: Estate, agent: Client) -> None:
    some_promises(estate)
    line = lines(agent)["TS-5.1"]

    def rows(address: str) -> int:
        return len(agent.get(address).context["rows"])

    assert rows(line["month"]["url"]) == line["figures"].month.owed == 5
    assert rows(line["year"]["url"]) == line["figures"].year.owed == 6
    assert rows(f"{line['url']}?show=open") == 2
    assert rows(f"{line['url']}?show=overdue") == 1
    assert rows(f"{line['url']}?show=late&in=year") == 1
    assert rows(f"{line['url']}?show=kept&in=2026-10") == 1


def test_the_numbers_stay_when_the_worker_has_tallied_the_past(estate: Estate, agent: Client) -> None:
    some_promises(estate)
    before = lines(agent)["TS-5.1"]
    assert refresh(NOW) > 0
    assert lines(agent)["TS-5.1"] == before


def test_exemptions_are_counted_by_reason_and_open_their_promises(estate: Estate, agent: Client) -> None:
    ago = NOW - DAY
    case = on.received(estate, kind="demand", at=NOW - 9 * DAY)
    reasons = ["settled_on_the_spot"] * 5 + ["anonymous", "declined"]
    save(*(promise("complaint.visit", due=ago, waived=one, subject=case.subject) for one in reasons))
    line = lines(agent)["TS-10.6"]
    assert (line["exempts"]["count"], line["figures"]) == (6, None)
    assert "5" in line["exempts"]["used"]
    assert len(agent.get(line["waived_url"]).context["rows"]) == 6
    assert lines(agent)["GC-6.1.1"]["figures"].month.owed == 0


def test_a_target_counts_the_visits_of_its_kind_done_late_or_not(estate: Estate, agent: Client) -> None:
    ago = NOW - DAY
    case = on.received(estate, kind="demand", at=NOW - 9 * DAY)
    visit = "complaint.visit"
    save(
        promise(visit, due=ago, met=ago, subject=case.subject),
        promise(visit, due=ago, met=ago + HOUR, subject=case.subject),
        promise("work_order.visit", due=ago, subject=case.subject),
    )
    shown = lines(agent)
    assert shown["GC-6.2.1"]["month"]["value"] == "100%"
    assert shown["GC-6.1.1"]["month"]["value"] == "50.0%"
    assert shown["GC-6.2.2"]["month"]["value"] == "0%"
    assert len(agent.get(shown["GC-6.2.1"]["month"]["url"]).context["rows"]) == 2


def test_bars_have_words_and_no_style(estate: Estate, agent: Client) -> None:
    some_promises(estate)
    page = agent.get("/rulebook").content.decode()
    assert not re.search(r"\sstyle=", page)
    titles = re.findall(r'<svg class="spark"[^>]*role="img"[^>]*><title>([^<]*)</title>', page)
    assert any("2026/11 60.0%" in one and "2026/10 100%" in one and "2026/3 nothing due" in one for one in titles)


def test_without_a_script_the_filter_is_a_plain_form(agent: Client) -> None:
    page = agent.get("/rulebook").content.decode()
    assert re.search(r'<form class="filters"[^>]*method="get"[^>]*action="/rulebook"', page)
    assert '<button class="btn">' in page


# ---- sites


def test_other_sites_count_only_where_one_works_there_and_asks_for_all(estate: Estate) -> None:
    ago = NOW - DAY
    save(promise(ANSWER, due=ago, met=ago), promise(ANSWER, due=ago, site="YQ", subject=NOBODYS[:-1] + "2"))
    Post.objects.create(staff=estate.supervisor, post="cs_supervisor", site=estate.other, since=date(2020, 1, 1))
    agent, both = on.signed_in(estate.agent), on.signed_in(estate.supervisor)
    assert lines(agent)["TS-5.1"]["figures"].month.owed == 1
    assert lines(agent, sites="all")["TS-5.1"]["figures"].month.owed == 1
    assert lines(both)["TS-5.1"]["figures"].month.owed == 1
    line = lines(both, sites="all")["TS-5.1"]
    assert line["figures"].month.owed == 2
    assert len(both.get(line["month"]["url"]).context["rows"]) == 2


# ---- one clause


def test_a_clause_is_shown_in_full(agent: Client) -> None:
    context = agent.get("/rulebook/HF-2.5a").context
    assert [one["words"].id for one in context["rules"]] == ["party.visit.cycle", "party.visit.cycle.key"]
    assert [value["since"] for value in context["rules"][0]["values"]] == [date(2000, 1, 1)]
    assert context["ours"]
    conflict = context["conflicts"][0]
    assert conflict["wins"] == "HF-2.5a"
    assert {one["code"] for one in conflict["variants"]} >= {"HF-1.1", "HF-2.5a", "HF-3.3c"}


def test_every_clause_has_its_page(agent: Client) -> None:
    everything = lines(agent, show="all")
    shown = [agent.get(line["url"]) for line in list(everything.values())[::7]]
    assert {one.status_code for one in shown} == {200}


@pytest.mark.parametrize(
    "address",
    [
        "/rulebook/TS-99",
        "/rulebook/TS-5.1?in=2020-01",
        "/rulebook/TS-5.1?in=soon",
        "/rulebook/TS-5.1?show=void",
        "/rulebook/TS-5.1?after=x",
        "/rulebook/TS-5.1?after=12~x",
        "/rulebook/TS-5.1?after=99999999999999~1",
    ],
)
def test_what_is_not_there_is_not_found(agent: Client, address: str) -> None:
    assert agent.get(address).status_code == 404


def test_a_promise_links_to_what_it_is_about(estate: Estate, agent: Client) -> None:
    case = on.received(estate, at=NOW - 2 * HOUR)
    row = agent.get("/rulebook/TS-5.1?show=open").context["rows"][0]
    assert row["url"] == f"/cases/{case.number or case.pk}"
    assert "王丽" in row["title"]


def test_a_long_list_goes_on_page_by_page(estate: Estate, agent: Client) -> None:
    case = on.received(estate, kind="demand", at=NOW - 9 * DAY)
    same = NOW - DAY  # all due at one instant: the hardest case for a cursor
    save(*(promise(ANSWER, due=same, met=same, subject=case.subject) for _ in range(120)))
    address, seen = "/rulebook/TS-5.1?in=2026-11", 0
    while address:
        context = agent.get(address).context
        seen += len(context["rows"])
        address = f"/rulebook/TS-5.1{context['next']}" if context["next"] else ""
    assert seen == 120


# ---- what it costs


@pytest.mark.parametrize("address", ["/rulebook", "/rulebook?show=all", "/rulebook/TS-5.1"])
def test_a_page_costs_as_much_with_sixty_promises_as_with_three(estate: Estate, agent: Client, address: str) -> None:
    def add(count: int, month: int) -> None:
        for number in range(count):
            at = datetime(2026, month, 20, 9, tzinfo=CHINA) + timedelta(minutes=number)
            case = on.received(estate, kind="enquiry", at=at)
            save(promise(ANSWER, due=at, met=at, subject=case.subject))

    add(3, 11)
    refresh(NOW)
    with_three = on.queries_for(agent, address)
    add(57, 10)
    refresh(NOW)
    assert on.queries_for(agent, address) == with_three <= 20


# ---- small things that must not lie


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 3, "0%"), (3, 3, "100%"), (1, 2, "50.0%"), (999, 1000, "99.9%"), (9999, 10_000, "99.9%"), (2, 3, "66.6%")],
)
def test_a_share_is_never_rounded_up(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said


@pytest.mark.parametrize(("rate", "said"), [(1.0, "kept"), (0.999, "soon"), (0.9, "soon"), (0.899, "overdue")])
def test_colour_follows_the_target(rate: float, said: str) -> None:
    assert state(rate, 1.0) == said
