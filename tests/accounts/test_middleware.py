"""What happens to every request."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from bihuan.accounts.middleware import HEADERS
from bihuan.accounts.models import Staff
from tests.accounts.conftest import person, sign_in

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


@pytest.fixture
def signed_in(chen: Staff) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, "chen")
    return client


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("/", 200),
        ("/sign-in", 302),
        ("/account", 200),
        ("/healthz", 200),
        ("/static/a.css", 200),
        ("/api/cases", 200),
        ("/nothing-here", 404),
        ("/api/nothing-here", 404),
        ("/guarded/case.view/NS", 404),
        ("/guarded/staff.edit/CH", 403),
        ("/choose", 405),
        ("/broken", 500),
    ],
)
def test_every_answer_carries_the_headers_errors_too(signed_in: Client, page: str, status: int) -> None:
    response = signed_in.get(page)
    assert response.status_code == status
    assert response["Content-Security-Policy"] == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in response


def test_so_do_answers_to_foreign_host_names_and_forged_forms(chen: Staff) -> None:
    client = Client(enforce_csrf_checks=True)
    foreign = client.get("/", headers={"host": "evil.example"})
    forged = sign_in(client, "chen")
    assert (foreign.status_code, forged.status_code) == (400, 403)
    assert all(response.headers.items() >= HEADERS.items() for response in (foreign, forged))


def test_a_health_check_may_call_the_machine_by_any_name(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


@pytest.mark.parametrize("page", ["/sign-in", "/healthz", "/static/a.css", "/api/cases"])
def test_these_need_nobody_signed_in(client: Client, page: str) -> None:
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    "page", ["/", "/told", "/account", "/nothing-here", "/sign-inside", "/apiary", "/healthzz", "/staticky"]
)
def test_everything_else_leads_to_signing_in(client: Client, page: str) -> None:
    response = client.get(page)
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/sign-in")


def test_what_was_sent_is_not_what_one_comes_back_to(client: Client) -> None:
    assert client.post("/choose", {"site": "CH"})["Location"] == "/sign-in"


def test_a_fragment_for_nobody_is_refused_and_not_filled_with_the_sign_in_page(client: Client) -> None:
    response = client.get("/told", headers={"hx-request": "true"})
    assert (response.status_code, response.content) == (401, b"")


def test_the_public_pages_ask_the_database_nothing(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        for page in ("/healthz", "/static/a.css", "/api/cases", "/"):
            client.get(page)


def test_a_page_that_needs_no_actor_pays_for_session_and_person_alone(
    signed_in: Client, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    signed_in.get("/")
    with django_assert_num_queries(2):
        signed_in.get("/")


def test_who_works_at_a_site_costs_one_query_more_however_often_it_is_asked(
    signed_in: Client,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    signed_in.get("/")
    with django_assert_num_queries(3):
        assert signed_in.get("/twice").json() == {"sites": ["CH"], "again": ["CH"], "site": "CH"}


def test_who_works_for_a_unit_costs_two(client: Client, zhao: Staff, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    sign_in(client, "zhao")
    client.get("/")
    with django_assert_num_queries(4):
        assert client.get("/twice").json() == {"sites": ["CH", "NS"], "again": ["CH", "NS"], "site": "CH"}


def test_a_page_of_ones_own_site_is_reached_and_another_is_not_found(signed_in: Client) -> None:
    assert signed_in.get("/guarded/case.view/CH").content == b"reached"
    assert signed_in.get("/guarded/case.view/NS").status_code == 404


def test_a_site_that_is_not_there_looks_like_one_that_is_not_ones_own(signed_in: Client) -> None:
    """Below stands the form that chooses the language: it knows the address, and has a token of its own each time."""
    said = [signed_in.get(f"/guarded/case.view/{site}").content.decode().partition("<footer>") for site in ("NS", "XX")]
    assert (said[0][0], said[0][1]) == (said[1][0], "<footer>")


def test_the_chosen_site_stays_chosen_and_brings_its_time_zone(client: Client, zhao: Staff) -> None:
    sign_in(client, "zhao")
    assert client.get("/told").json() | {"language": ""} == {"language": "", "zone": "Asia/Shanghai", "site": "CH"}
    client.post("/choose", {"site": "NS"})
    assert client.get("/told").json() | {"language": ""} == {"language": "", "zone": "Asia/Urumqi", "site": "NS"}


def test_nobody_chooses_a_site_that_is_not_theirs(signed_in: Client) -> None:
    assert signed_in.post("/choose", {"site": "NS"}).status_code == 404
    assert signed_in.get("/told").json()["site"] == "CH"


def test_a_chosen_site_that_is_no_longer_ones_own_gives_way_to_the_first(client: Client, zhao: Staff) -> None:
    sign_in(client, "zhao")
    client.post("/choose", {"site": "NS"})
    zhao.posts.update(unit=None, site="CH")
    assert client.get("/told").json()["site"] == "CH"


def test_who_has_no_site_has_the_companys_time(client: Client, company: object) -> None:
    person("new")
    sign_in(client, "new")
    told = client.get("/told").json()
    assert (told["site"], told["zone"]) == ("", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("own", "cookie", "browser", "shown"),
    [
        ("en", "zh-hant", "zh-CN", "en"),
        ("", "zh-hant", "en", "zh-hant"),
        ("", "", "en-GB,en;q=0.9", "en"),
        ("", "", "zh-TW", "zh-hant"),
        ("", "", "zh-CN", "zh-hans"),
        ("", "", "fr", "zh-hans"),
        ("", "", "", "zh-hans"),
        ("xx", "", "", "zh-hans"),
    ],
)
def test_the_language_is_ones_own_else_the_cookies_else_the_browsers(
    client: Client, chen: Staff, own: str, cookie: str, browser: str, shown: str
) -> None:
    Staff.objects.filter(pk=chen.pk).update(language=own)
    sign_in(client, "chen")
    client.cookies["django_language"] = cookie
    assert client.get("/told", headers={"accept-language": browser}).json()["language"] == shown


def test_one_persons_language_does_not_reach_the_next_request(chen: Staff, li: Staff) -> None:
    Staff.objects.filter(pk=chen.pk).update(language="en")
    first, second = Client(), Client()
    sign_in(first, "chen"), sign_in(second, "li")
    assert [client.get("/told").json()["language"] for client in (first, second, first)] == ["en", "zh-hans", "en"]
    assert translation.get_language() == "zh-hans"  # nor whatever else this thread does next


def test_the_sign_in_page_changes_its_language_and_comes_back(client: Client) -> None:
    response = client.post("/sign-in/language", {"lang": "en", "next": "/sign-in?next=/told"})
    assert response["Location"] == "/sign-in?next=/told"
    assert b'<html lang="en">' in client.get("/sign-in").content


def test_ones_own_language_is_kept_with_the_person(signed_in: Client, chen: Staff) -> None:
    signed_in.post("/sign-in/language", {"lang": "zh-hant", "next": "/account"})
    chen.refresh_from_db()
    assert chen.language == "zh-hant"
    assert signed_in.get("/told").json()["language"] == "zh-hant"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", ""])
def test_changing_the_language_sends_nobody_elsewhere(client: Client, back: str) -> None:
    assert client.post("/sign-in/language", {"lang": "en", "next": back})["Location"] == "/"


def test_a_language_that_is_not_there_changes_nothing(client: Client) -> None:
    assert not client.post("/sign-in/language", {"lang": "xx", "next": "/sign-in"}).cookies
