"""Lists of cases, work orders and visits: who sees what, what filters find, and what a page costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Post, Staff
from bihuan.cases.listing import Wanted, cases_page, cursor, next_promises
from bihuan.cases.models import Case, Problem
from bihuan.kernel import clock
from bihuan.visits import actions as visits
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate

pytestmark = pytest.mark.django_db
LISTS = ("/complaints", "/requests", "/cases", "/work-orders", "/visits")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    """It is five in the afternoon, eight hours after the cases came in."""
    with clock.frozen(MORNING + 8 * HOUR):
        yield


def names(client: Client, address: str) -> list[str]:
    """The titles on a list, from the top."""
    response = client.get(address)
    assert response.status_code == 200
    return [row["title"] for row in response.context["rows"]]


@pytest.mark.parametrize("address", LISTS)
def test_whoever_is_not_signed_in_is_led_to_signing_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.url) == (302, f"/sign-in?next={address}")  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/complaints", "/requests", "/cases", "/visits"])
def test_a_technician_has_no_lists_of_cases_and_visits(estate: Estate, address: str) -> None:
    assert on.signed_in(estate.plumber).get(address).status_code == 403


@pytest.mark.parametrize("address", LISTS)
def test_somebody_without_a_post_finds_no_list(estate: Estate, address: str) -> None:
    Post.objects.filter(staff=estate.agent).delete()
    assert on.signed_in(estate.agent).get(address).status_code == 404


def test_cases_of_another_site_do_not_show(estate: Estate, agent: Client) -> None:
    on.received(estate, site="YQ", home=None, party=None, summary="园区道路破损")
    on.received(estate)
    assert names(agent, "/complaints?state=all") == ["电梯异响夜间扰民"]
    assert names(on.signed_in(estate.stranger), "/complaints?state=all") == ["园区道路破损"]


def test_who_works_at_two_sites_sees_the_chosen_one(estate: Estate, agent: Client) -> None:
    Post.objects.create(staff=estate.agent, post="agent", site=estate.other, since=MORNING.date())
    on.received(estate, site="YQ", home=None, party=None, summary="园区道路破损")
    on.received(estate)
    assert names(agent, "/complaints") == ["电梯异响夜间扰民"]
    agent.post("/site", {"site": "YQ"})
    assert names(agent, "/complaints") == ["园区道路破损"]


def test_each_list_shows_its_own_kinds(estate: Estate, agent: Client) -> None:
    for kind in ("complaint", "demand", "enquiry", "suggestion", "praise", "emergency"):
        on.received(estate, kind=kind, summary=f"一件{kind}")
    assert names(agent, "/complaints") == ["一件complaint"]
    assert names(agent, "/requests") == ["一件demand"]
    assert set(names(agent, "/cases")) == {"一件enquiry", "一件suggestion", "一件praise", "一件emergency"}
    assert names(agent, "/cases?kind=praise") == ["一件praise"]


def test_a_line_says_whose_it_is_where_how_it_stands_and_what_is_owed_next(estate: Estate, agent: Client) -> None:
    on.handled(estate)
    line = agent.get("/complaints").context["rows"][0]
    assert (line["number"], line["severity"], line["who"]) == ("CH-B-03-0001", "B", "王丽")
    assert (line["home"], line["state"], line["person"]) == ("7栋2单元1101", "Handled", "周强")
    assert line["promise"]["duty"] == "visit"


def test_the_promise_of_a_line_is_the_one_that_is_due_first(estate: Estate, agent: Client) -> None:
    case = on.received(estate)
    line = agent.get("/complaints").context["rows"][0]
    owed = next_promises([case.subject])[case.subject]
    assert line["promise"]["due_at"] == owed.due_at
    assert (owed.duty, line["promise"]["state"]) == ("agree_time", "overdue")


def test_a_promise_about_a_job_shows_on_the_line_of_its_request(estate: Estate, agent: Client) -> None:
    on.finished(estate)
    line = agent.get("/requests").context["rows"][0]
    assert line["promise"]["duty"] == "visit"


def test_of_two_jobs_the_visit_that_is_due_first_shows(estate: Estate, agent: Client) -> None:
    first = on.issued(estate, to=estate.plumber)
    with clock.frozen(MORNING + HOUR):
        by = on.as_actor(estate.agent)
        second = on.dispatch.issue(
            first.case, task="修墙面", trade="general", technician=estate.plumber, by=by, at=MORNING + HOUR
        )
    for order, hours in ((second, 3), (first, 5)):
        at = MORNING + hours * HOUR
        with clock.frozen(at):
            for act in (on.dispatch.pick_up, on.dispatch.arrive):
                act(order, by=by, at=at)
            on.dispatch.finish(order, result="好了", by=by, at=at)
    assert agent.get("/requests").context["rows"][0]["promise"]["due_at"] == MORNING + 27 * HOUR


def test_states_narrow_the_list(estate: Estate, agent: Client) -> None:
    on.received(estate, summary="新的一件")
    on.handled(estate, summary="处理好的一件")
    gone = on.received(estate, summary="撤回的一件")
    on.stepped(gone, "withdrawn", by=estate.agent, at=MORNING + HOUR, text="已自行解决")
    assert set(names(agent, "/complaints")) == {"新的一件", "处理好的一件"}
    assert names(agent, "/complaints?state=handled") == ["处理好的一件"]
    assert names(agent, "/complaints?state=closed") == ["撤回的一件"]
    assert len(names(agent, "/complaints?state=all")) == 3


@pytest.mark.parametrize(("language", "shown"), [("en", "11 Public lighting"), ("zh-hans", "11 公共照明")])
def test_problems_are_named_in_the_language_of_who_reads(
    estate: Estate, agent: Client, language: str, shown: str
) -> None:
    Problem.objects.filter(pk="11").update(name_en="Public lighting")
    Staff.objects.update(language=language)
    case = on.received(estate, problem="11")
    for address in ("/complaints", f"/cases/{case.number}", f"/cases/{case.number}/classified", "/intake"):
        assert shown in agent.get(address).content.decode()


def test_a_problem_without_an_english_name_keeps_its_own(estate: Estate, agent: Client) -> None:
    assert "11 公共照明" in agent.get("/complaints").content.decode()


def test_severity_problem_and_person_in_charge_narrow_the_list(estate: Estate, agent: Client) -> None:
    on.received(estate, summary="轻微照明", severity="C", problem="11")
    on.received(estate, summary="一般渗水", severity="B", problem="07")
    on.handled(estate, summary="一般电梯")
    assert names(agent, "/complaints?severity=C") == ["轻微照明"]
    assert names(agent, "/complaints?problem=07") == ["一般渗水"]
    assert names(agent, f"/complaints?in_charge={estate.chief.pk}") == ["一般电梯"]


def test_mine_are_those_in_my_charge_and_those_i_took_in_that_nobody_has_yet(estate: Estate) -> None:
    on.received(estate, summary="没有人负责")
    on.handled(estate, summary="周强负责")
    assert names(on.signed_in(estate.agent), "/complaints?mine=on") == ["没有人负责"]
    assert names(on.signed_in(estate.chief), "/complaints?mine=on") == ["周强负责"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("异响", True),
        ("電梯", True),
        ("响", True),
        ("1101", True),
        ("7-2-1101", True),
        ("CH-B", True),
        ("1", True),
        ("漏水", False),
        ("1102", False),
        ("CH-A", False),
        ("2", False),
    ],
)
def test_text_is_looked_for_in_numbers_summaries_and_homes(
    estate: Estate, agent: Client, asked: str, found: bool
) -> None:
    on.received(estate)
    assert bool(names(agent, f"/complaints?q={asked}")) is found


@pytest.mark.parametrize("asked", ["CH-B-03-0001", "ch-b-03-0001", "CH-A-03-0001"])
def test_a_whole_number_leads_straight_to_the_case_former_numbers_too(
    estate: Estate, agent: Client, asked: str
) -> None:
    case = on.received(estate)
    on.stepped(case, "classified", by=estate.agent, at=MORNING + HOUR, severity="A", problem="03")
    response = agent.get(f"/complaints?q={asked}")
    assert (response.status_code, response.url) == (302, "/cases/CH-A-03-0001")  # type: ignore[attr-defined]


def test_a_number_of_another_site_leads_nowhere(estate: Estate, agent: Client) -> None:
    on.received(estate, site="YQ", home=None, party=None)
    assert names(agent, "/complaints?q=YQ-B-03-0001") == []


@pytest.mark.parametrize(
    "asked", ["state=none", "severity=Z", "problem=99", "in_charge=0", "in_charge=x", "kind=demand"]
)
def test_a_filter_that_is_none_counts_as_not_said(estate: Estate, agent: Client, asked: str) -> None:
    on.received(estate)
    assert names(agent, f"/complaints?{asked}") == ["电梯异响夜间扰民"]


def test_pages_follow_one_another_without_gap_or_repetition(estate: Estate, agent: Client) -> None:
    for number in range(103):
        on.received(estate, kind="enquiry", at=MORNING + (number // 3) * MINUTE, summary=f"第{number}件")
    seen: list[str] = []
    address = "/cases"
    pages = 0
    while address:
        response = agent.get(address)
        seen += [row["id"] for row in response.context["rows"]]
        address = f"/cases{response.context['next_url']}" if response.context["next_url"] else ""
        pages += 1
    assert (pages, len(seen), len(set(seen))) == (3, 103, 103)
    newest = Case.objects.order_by("-received_at", "-id").values_list("pk", flat=True)
    assert seen == [f"case-{pk}" for pk in newest]


def test_the_next_page_keeps_what_was_asked_for(estate: Estate, agent: Client) -> None:
    for number in range(52):
        on.received(estate, at=MORNING + number * MINUTE, severity="B" if number % 26 else "C")
    first = agent.get("/complaints?severity=B")
    assert (len(first.context["rows"]), first.context["next_url"]) == (50, "")
    assert len(agent.get("/complaints").context["rows"]) == 50
    following = agent.get("/complaints?state=all").context["next_url"]
    assert "state=all" in following
    assert len(agent.get(f"/complaints{following}").context["rows"]) == 2


def test_a_page_of_exactly_its_size_is_the_last(estate: Estate) -> None:
    for number in range(3):
        on.received(estate, at=MORNING + number * MINUTE)
    wanted = Wanted(kinds=["complaint"], sites=["CH"])
    assert cases_page(wanted, size=3).next == ""
    first = cases_page(wanted, size=2)
    assert first.next == cursor(first.rows[1].received_at, first.rows[1].pk)
    assert len(cases_page(wanted, first.next, size=2).rows) == 1


@pytest.mark.parametrize("after", ["x", "20261124T010000.000000Z~", "20261124T010000.000000Z~x", "~" * 80])
def test_an_address_that_no_page_gave_is_not_found(agent: Client, after: str) -> None:
    assert agent.get("/complaints", {"after": after}).status_code == 404
    assert agent.get("/visits", {"after": after}).status_code == 404
    with pytest.raises(NotFound):
        cases_page(Wanted(kinds=["complaint"], sites=["CH"]), after)


def test_an_empty_list_says_what_to_do(estate: Estate, agent: Client) -> None:
    assert b"/intake?kind=complaint" in agent.get("/complaints").content
    narrowed = agent.get("/complaints?severity=A").content
    assert b"Nothing fits." in narrowed
    assert b'href="/complaints"' in narrowed


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/complaints", 16),
        ("/requests", 16),
        ("/cases", 15),
        ("/work-orders", 16),
        ("/work-orders?state=done", 11),
        ("/visits", 13),
        ("/visits?state=done", 13),
    ],
)
def test_a_list_costs_as_many_queries_for_sixty_lines_as_for_three(
    estate: Estate, agent: Client, address: str, most: int
) -> None:
    for number in range(3):
        _another(estate, number, address)
    few = on.queries_for(agent, address)
    for number in range(3, 60):
        _another(estate, number, address)
    assert on.queries_for(agent, address) == few <= most


def _another(estate: Estate, number: int, address: str) -> None:
    """A line of the list, with a home and a customer of its own; the first three also have a story."""
    at = MORNING + number * MINUTE
    home = on.dwelling(estate.site, "9", "1", str(number))
    party = on.resident(estate.site, f"客户{number}", home)
    theirs = {"at": at, "home": home, "party": party}
    if number < 3:
        on.handled(estate, **theirs)
        on.finished(estate, **theirs)
        on.issued(estate, to=estate.lifter, **theirs)
    if address.startswith("/visits"):
        on.moved_in(estate, party, at=at)
    if address == "/visits?state=done":
        visit = on.visit_to(party.subject)
        visits.done(visit, answers=visits.Answers(satisfied="yes"), by=on.as_actor(estate.agent), at=clock.now())
    elif address == "/work-orders?state=done":
        order = on.issued(estate, **theirs)
        with clock.frozen(at + HOUR):
            on.dispatch.cancel(order, reason="不需要", by=on.as_actor(estate.agent), at=at + HOUR)
    elif address == "/work-orders":
        on.issued(estate, to=estate.plumber if number % 2 else None, **theirs)
    else:
        kind = {"/complaints": "complaint", "/cases": "enquiry"}.get(address, "demand")
        on.received(estate, kind=kind, **theirs)


def test_the_day_shows_what_waits_and_who_has_what(estate: Estate, agent: Client) -> None:
    on.received(estate, kind="demand", summary="门锁打不开")
    on.received(estate, kind="emergency", summary="水管爆裂", home=None, party=None)
    on.issued(estate, summary="没有人的活")
    on.issued(estate, to=estate.plumber, summary="张伟的活")
    on.finished(estate, summary="今天做完的活")
    context = agent.get("/work-orders").context
    assert [row["title"] for row in context["waiting"]] == ["水管爆裂", "门锁打不开", "没有人的活"]
    assert [row["action"]["label"] for row in context["waiting"]] == ["Dispatch", "Dispatch", "Assign"]
    lanes = {lane["name"]: [row["title"] for row in lane["rows"]] for lane in context["lanes"]}
    assert lanes == {"张伟": ["张伟的活", "今天做完的活"], "刘洋": []}


def test_a_job_finished_yesterday_is_not_of_the_day(estate: Estate, agent: Client) -> None:
    on.finished(estate, at=MORNING - 24 * HOUR, summary="昨天的活")
    assert agent.get("/work-orders").context["counts"]["finished"] == 0
    assert names(agent, "/work-orders?state=done") == ["昨天的活"]


def test_a_request_whose_only_job_was_cancelled_waits_again(estate: Estate, agent: Client) -> None:
    order = on.issued(estate, to=estate.plumber)
    with clock.frozen(MORNING + HOUR):
        on.dispatch.cancel(order, reason="派错", by=on.as_actor(estate.agent), at=MORNING + HOUR)
    assert [row["title"] for row in agent.get("/work-orders").context["waiting"]] == ["厨房下水堵塞"]


def test_a_trade_narrows_the_day_to_its_people_and_jobs(estate: Estate, agent: Client) -> None:
    on.issued(estate, to=estate.plumber)
    lifts = agent.get("/work-orders?trade=lifts").context
    assert [(lane["name"], lane["rows"]) for lane in lifts["lanes"]] == [("刘洋", [])]
    assert len(agent.get("/work-orders?trade=plumbing").context["lanes"][0]["rows"]) == 1


def test_a_technician_sees_the_own_jobs_and_nothing_else(estate: Estate) -> None:
    on.issued(estate, to=estate.plumber, summary="张伟的活")
    on.issued(estate, to=estate.lifter, summary="刘洋的活")
    on.received(estate, kind="demand", summary="门锁打不开")
    response = on.signed_in(estate.plumber).get("/work-orders")
    assert [[row["title"] for row in lane["rows"]] for lane in response.context["lanes"]] == [["张伟的活"]]
    assert response.context["waiting"] == []
    assert "刘洋的活" not in response.content.decode()


def test_the_number_of_a_work_order_leads_to_it(estate: Estate, agent: Client) -> None:
    order = on.issued(estate)
    response = agent.get(f"/work-orders?q={order.number.lower()}")
    assert (response.status_code, response.url) == (302, f"/work-orders/{order.number}")  # type: ignore[attr-defined]


def test_visits_stand_by_the_time_they_are_due(estate: Estate, agent: Client) -> None:
    on.handled(estate)  # within three days
    on.finished(estate, at=MORNING + HOUR)  # within a day
    assert [row["kind"] for row in agent.get("/visits").context["rows"]] == ["Repair visit", "Complaint visit"]


def test_overdue_visits_are_those_whose_time_is_over_to_the_second(estate: Estate, agent: Client) -> None:
    on.finished(estate)
    due = MORNING + 27 * HOUR
    with clock.frozen(due):
        assert names(agent, "/visits?state=overdue") == []
    with clock.frozen(due + timedelta(seconds=1)):
        assert names(agent, "/visits?state=overdue") == ["王丽"]


def test_a_visit_that_was_made_shows_how_it_came_out(estate: Estate, agent: Client) -> None:
    order = on.finished(estate)
    visits.done(
        on.visit_to(order.subject),
        answers=visits.Answers(satisfied="basically"),
        by=on.as_actor(estate.agent),
        at=clock.now(),
    )
    assert names(agent, "/visits") == []
    line = agent.get("/visits?state=done").context["rows"][0]
    assert (line["outcome"], line["late"]) == ("Basically satisfied", False)


def test_visits_page_like_cases(estate: Estate, agent: Client) -> None:
    for number in range(53):
        on.moved_in(estate, on.resident(estate.site, f"客户{number}", None), at=MORNING + number // 3 * MINUTE)
    first = agent.get("/visits").context
    second = agent.get(f"/visits{first['next_url']}").context
    assert (len(first["rows"]), len(second["rows"]), second["next_url"]) == (50, 3, "")
    assert not {row["id"] for row in first["rows"]} & {row["id"] for row in second["rows"]}


def test_lists_need_no_script(estate: Estate, agent: Client) -> None:
    on.received(estate)
    page = agent.get("/complaints?severity=B").content.decode()
    assert '<form class="filters" role="search" method="get" action="/complaints"' in page
    assert '<option value="B" selected>' in page
    assert "data-row>" in page
    assert "data-open>电梯异响夜间扰民</a>" in page
