"""Customers: the search box, the directory, archives, showing a number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from django.test import Client

from bihuan.customers.models import Building, Party, Phone
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.visits import actions as visits
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.world import serves

pytestmark = pytest.mark.django_db
NUMBER, MASK = "13812345521", "138****5521"
DAY = timedelta(days=1)
NOW = MORNING + 8 * HOUR


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def phone_of(party: Party) -> Phone:
    return party.phones.get()


def archive(estate: Estate) -> str:
    return f"/customers/{estate.party.pk}"


def reveal(estate: Estate) -> str:
    return f"{archive(estate)}/reveal/{phone_of(estate.party).pk}"


# ---- who may


@pytest.mark.parametrize("address", ["/search?q=王", "/customers", "/customers/1", "/customers/1/edit"])
def test_whoever_is_not_signed_in_is_led_to_signing_in(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302


def test_customers_of_other_sites_are_not_found(estate: Estate) -> None:
    stranger, phone = on.signed_in(estate.stranger), phone_of(estate.party).pk
    for rest in ("", "/edit", f"/reveal/{phone}", "?erase=1"):
        assert stranger.get(archive(estate) + rest).status_code == 404
        assert stranger.post(archive(estate) + rest, {"reason": "call"}).status_code == 404
    assert stranger.get(f"/customers?home={estate.home.pk}").status_code == 404
    assert stranger.get(f"/customers?building={estate.home.building_id}").status_code == 404


def test_a_technician_sees_no_customers(estate: Estate) -> None:
    plumber = on.signed_in(estate.plumber)
    assert [plumber.get(one).status_code for one in ("/customers", archive(estate))] == [403, 403]
    assert plumber.get("/search?q=王丽").context["found"].count == 0


def test_a_quality_supervisor_reads_and_changes_nothing(estate: Estate) -> None:
    quality = on.signed_in(estate.quality)
    page = quality.get(archive(estate))
    assert page.status_code == 200
    assert "/reveal/" not in page.content.decode()
    assert "/edit" not in page.content.decode()
    for address in (f"{archive(estate)}/edit", reveal(estate), f"{archive(estate)}?erase=1"):
        assert quality.get(address).status_code == 403
    assert quality.post(archive(estate), {"reason": "requested"}).status_code == 403


# ---- search


@pytest.mark.parametrize("asked", ["王丽", "wl", "5521", NUMBER])
def test_one_customer_leads_straight_to_the_archive(estate: Estate, agent: Client, asked: str) -> None:
    response = agent.get("/search", {"q": asked})
    assert (response.status_code, response.headers["Location"]) == (302, archive(estate))


def test_a_home_leads_to_its_page(estate: Estate, agent: Client) -> None:
    assert agent.get("/search", {"q": "7-2-1101"}).headers["Location"] == f"/customers?home={estate.home.pk}"


def test_a_number_of_a_case_or_a_job_leads_to_it(estate: Estate, agent: Client) -> None:
    order = on.issued(estate)
    assert agent.get("/search", {"q": order.number}).headers["Location"] == f"/work-orders/{order.number}"
    number = order.case.number or ""
    assert agent.get("/search", {"q": number.lower()}).headers["Location"] == f"/cases/{number}"


def test_several_are_listed_in_groups(estate: Estate, agent: Client) -> None:
    on.resident(estate.site, "王丽华", None, phone="+8613900005521")
    on.received(estate, summary="王丽家门口积水")
    found = agent.get("/search", {"q": "王丽"}).context["found"]
    assert [one["label"] for one in found.parties] == ["王丽", "王丽华"]
    assert [one["title"] for one in found.cases] == ["王丽家门口积水"]
    assert [one["label"] for one in agent.get("/search", {"q": "5521"}).context["found"].parties] == ["王丽", "王丽华"]


def test_a_list_shows_masks_only(estate: Estate, agent: Client) -> None:
    on.resident(estate.site, "王丽华", None, phone="+8613900005521")
    page = agent.get("/search", {"q": "5521"}).content.decode()
    assert MASK in page
    assert NUMBER not in page


@pytest.mark.parametrize("asked", ["", "  ", "王", "查无此人", "'; --"])
def test_nothing_is_found_in_words(estate: Estate, agent: Client, asked: str) -> None:
    response = agent.get("/search", {"q": asked})
    assert (response.status_code, response.context["found"].count) == (200, 0)
    assert '<div class="empty">' in response.content.decode()


def test_what_others_have_is_not_found(estate: Estate) -> None:
    on.received(estate)
    stranger = on.signed_in(estate.stranger)
    for asked in ("王丽", "5521", "7-2-1101", "电梯异响"):
        assert stranger.get("/search", {"q": asked}).context["found"].count == 0


# ---- the directory


def test_the_directory_begins_with_buildings(estate: Estate, agent: Client) -> None:
    on.dwelling(estate.site, "8", "1", "101")
    on.dwelling(estate.site, "10", "1", "101")
    blocks = agent.get("/customers").context["blocks"]
    assert [(one["name"], one["count"]) for one in blocks] == [("7栋", 1), ("8栋", 1), ("10栋", 1)]


def test_a_building_shows_its_homes_with_their_people(estate: Estate, agent: Client) -> None:
    on.dwelling(estate.site, "8", "1", "101")
    response = agent.get("/customers", {"building": estate.home.building_id})
    assert [home.label for home in response.context["homes"]] == ["7栋2单元1101"]
    assert f'href="/customers/{estate.party.pk}"' in response.content.decode()


def test_homes_go_on_page_by_page(estate: Estate, agent: Client) -> None:
    for floor in range(1, 61):
        on.dwelling(estate.site, "8", "1", f"{floor}01")
        on.dwelling(estate.site, "8", "1", f"{floor}02")
    for begun in ("all=1", f"building={Building.objects.get(name='8栋').pk}"):
        address, seen = f"/customers?{begun}", []
        while address:
            context = agent.get(address).context
            seen += [home.label for home in context["homes"]]
            address = f"/customers{context['next']}" if context["next"] else ""
        assert len(seen) == len(set(seen)) == (121 if begun == "all=1" else 120)
        assert seen.index("8栋1单元201") < seen.index("8栋1单元1001")


@pytest.mark.parametrize("asked", ["home=x", "home=999999", "building=x", "building=999999", "all=1&after=x"])
def test_what_is_not_there_is_not_found(estate: Estate, agent: Client, asked: str) -> None:
    assert agent.get(f"/customers?{asked}").status_code == 404


def test_a_home_shows_its_people_and_its_cases(estate: Estate, agent: Client) -> None:
    case = on.received(estate)
    context = agent.get(f"/customers?home={estate.home.pk}").context
    assert [(one["name"], one["until"]) for one in context["people"]] == [("王丽", None)]
    assert [row["number"] for row in context["rows"]] == [case.number]
    assert context["who"] == f"0-{estate.home.pk}"


def test_a_site_without_homes_offers_the_import_to_whom_it_is_for(estate: Estate) -> None:
    manager = on.person("mgr", "罗志远", "site_manager", estate.other)
    assert '<div class="empty">' in on.signed_in(estate.stranger).get("/customers").content.decode()
    assert 'class="btn btn-primary" href="/imports"' in on.signed_in(manager).get("/customers").content.decode()


# ---- the archive


def test_an_archive_tells_who_it_is_and_hides_the_number(estate: Estate, agent: Client) -> None:
    Party.objects.filter(pk=estate.party.pk).update(needs="有婴儿", customer_class="key")
    on.at_rest(estate.party, time(13), time(15))
    response = agent.get(archive(estate))
    page = response.content.decode()
    assert {"王丽", "有婴儿", MASK, "13:00–15:00", "7栋2单元1101", "Key customer"} <= {
        word for word in ("王丽", "有婴儿", MASK, "13:00–15:00", "7栋2单元1101", "Key customer") if word in page
    }
    assert NUMBER not in page
    assert f"/intake?who={estate.party.pk}-{estate.home.pk}" in page


def test_with_several_homes_the_intake_asks_which(estate: Estate, agent: Client) -> None:
    other = on.dwelling(estate.site, "8", "1", "101")
    estate.party.occupancies.create(home=other, role="owner")
    assert agent.get(archive(estate)).context["who"] == f"{estate.party.pk}-0"


def test_the_last_year_is_counted_to_the_day(estate: Estate, agent: Client) -> None:
    on.received(estate, at=NOW - 365 * DAY)
    on.received(estate, at=NOW - 365 * DAY - timedelta(seconds=1))
    on.received(estate, kind="demand", at=NOW - DAY)
    assert agent.get(archive(estate)).context["year"].kinds == {"complaint": 1, "demand": 1}


@serves("HF-1.7", "ZL-4.2a")
def test_satisfaction_is_the_average_of_all_stars(estate: Estate, agent: Client) -> None:
    assert agent.get(archive(estate)).context["year"].stars is None
    order = on.finished(estate, at=MORNING)
    stars = {"intake": 5, "measures": 4, "result": 4}
    given = visits.Answers(satisfied="yes", stars=stars, signed_on_paper=True)
    visits.done(on.visit_to(order.subject), answers=given, by=on.as_actor(estate.agent), at=NOW)
    context = agent.get(archive(estate)).context
    assert (round(context["year"].stars, 2), context["year"].answers) == (4.33, 1)
    assert len(context["visits"]) == 1
    assert "4.3 / 5" in agent.get(archive(estate)).content.decode()


def test_cases_are_chosen_by_kind_and_go_on_page_by_page(estate: Estate, agent: Client) -> None:
    for number in range(60):
        on.received(estate, kind="enquiry", at=MORNING + timedelta(seconds=number))
    on.received(estate, at=MORNING - HOUR)
    first = agent.get(archive(estate)).context
    second = agent.get(archive(estate) + first["next"]).context
    assert (len(first["rows"]), len(second["rows"]), second["next"]) == (50, 11, "")
    assert len(agent.get(archive(estate), {"kind": "complaint"}).context["rows"]) == 1
    only = agent.get(archive(estate), {"kind": "enquiry"}).context
    assert only["next"].startswith("?kind=enquiry&after=")
    assert len(agent.get(archive(estate) + only["next"]).context["rows"]) == 10


def test_a_cursor_that_is_none_is_not_found(estate: Estate, agent: Client) -> None:
    assert agent.get(archive(estate), {"after": "x"}).status_code == 404


@pytest.mark.parametrize("address", ["archive", "home", "building", "search"])
def test_sixty_rows_cost_as_much_as_three(estate: Estate, agent: Client, address: str) -> None:
    def add(first: int, count: int) -> None:
        for number in range(first, first + count):
            home = on.dwelling(estate.site, "7", "2", f"{number}05")
            on.resident(estate.site, "李雷", home, phone=f"+86139{number:08d}")
            on.received(estate, kind="demand", at=MORNING + timedelta(seconds=number), summary="李雷家漏水")

    at = {
        "archive": archive(estate),
        "home": f"/customers?home={estate.home.pk}",
        "building": f"/customers?building={estate.home.building_id}",
        "search": "/search?q=李雷",
    }[address]
    add(1, 3)
    with_three = on.queries_for(agent, at)
    add(4, 57)
    assert on.queries_for(agent, at) == with_three <= 22


# ---- showing a number


@serves("HF-4.3a", "XQ-P2.1.8")
def test_a_number_is_shown_once_to_whoever_says_why_and_that_is_recorded(estate: Estate, agent: Client) -> None:
    asked = agent.get(reveal(estate))
    assert NUMBER not in asked.content.decode()
    assert not Event.objects.filter(kind="party.phone_revealed").exists()
    shown = agent.post(reveal(estate), {"reason": "call"})
    assert f'href="tel:{NUMBER}"' in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    event = Event.objects.get(kind="party.phone_revealed")
    assert (event.actor, event.subject) == (estate.agent.subject, estate.party.subject)
    assert event.facts == {"reason": "call", "phone": phone_of(estate.party).pk}
    assert NUMBER not in agent.get(archive(estate)).content.decode()


@pytest.mark.parametrize("reason", ["", "curious"])
def test_without_a_reason_nothing_is_shown(estate: Estate, agent: Client, reason: str) -> None:
    response = agent.post(reveal(estate), {"reason": reason})
    assert response.status_code == 422
    assert NUMBER not in response.content.decode()
    assert not Event.objects.filter(kind="party.phone_revealed").exists()


def test_the_case_one_comes_from_is_recorded_and_led_back_to(estate: Estate, agent: Client) -> None:
    case = on.received(estate)
    response = agent.post(f"{reveal(estate)}?case={case.pk}", {"reason": "call"})
    assert response.context["back"] == f"/cases/{case.number}"
    assert Event.objects.get(kind="party.phone_revealed").facts["case"] == str(case.pk)


def test_a_number_of_somebody_else_and_a_foreign_case_are_not_found(estate: Estate, agent: Client) -> None:
    other = on.resident(estate.site, "李雷", None, phone="+8613900000001")
    assert agent.post(f"{archive(estate)}/reveal/{phone_of(other).pk}", {"reason": "call"}).status_code == 404
    assert agent.get(f"{archive(estate)}/reveal/{phone_of(other).pk}").status_code == 404
    foreign = on.received(estate, site="YQ", home=None, party=None)
    assert agent.post(f"{reveal(estate)}?case={foreign.pk}", {"reason": "call"}).status_code == 404


def test_the_page_is_also_the_fragment(estate: Estate, agent: Client) -> None:
    place = f'id="reveal-{phone_of(estate.party).pk}"'
    page = agent.get(archive(estate)).content.decode()
    assert f'hx-select="#{place[4:-1]}"' in page
    assert place in agent.get(reveal(estate)).content.decode()
    assert place in agent.post(reveal(estate), {"reason": "visit"}).content.decode()
