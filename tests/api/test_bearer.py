"""Who may call: tokens and nothing else, within their limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from bihuan.accounts import tokens
from bihuan.accounts.models import Staff
from bihuan.api.v1 import api
from bihuan.cases.models import Case
from bihuan.kernel import clock
from tests.api.conftest import MORNING, ROOT, Program, demand, problem, program

NOWHERE = "0193523e-4a6f-7c1e-9b1f-6f2f0b8f6a11"
CALLS = [
    (method, path.replace("{key}", NOWHERE).replace("{visit}", NOWHERE))
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method in methods
]
POSTS = [path for method, path in CALLS if method == "post"]


def test_every_call_stands_in_this_test() -> None:
    assert len(CALLS) == 12
    assert len(POSTS) == 4


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "no_token"),
        ("", "no_token"),
        ("Bearer", "no_token"),
        ("Bearer ", "no_token"),
        ("Basic Y2hlbjpzZWNyZXQ=", "no_token"),
        ("Bearer bh_wrong", "bad_token"),
        ("Bearer 王女士", "bad_token"),
    ],
)
def test_without_a_valid_token_there_is_nothing(people: object, header: str | None, code: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method, path in CALLS:
        response = getattr(Client(headers=headers), method)(path, {}, content_type="application/json")
        assert problem(response) == (401, code, ""), path
        assert response["WWW-Authenticate"].startswith('Bearer realm="bihuan"')
        assert ("invalid_token" in response["WWW-Authenticate"]) == (code == "bad_token")


def test_the_scheme_may_be_written_in_any_case(chen: Program) -> None:
    assert Client(headers={"Authorization": f"bEARER  {chen.token} "}).get(f"{ROOT}/sites").status_code == 200


def test_a_token_ends_to_the_second(chen: Program) -> None:
    with clock.frozen(MORNING + timedelta(days=30, seconds=-1)):
        assert chen.get("/sites").status_code == 200
    with clock.frozen(MORNING + timedelta(days=30)):
        assert problem(chen.get("/sites")) == (401, "bad_token", "")


def test_a_revoked_token_and_that_of_somebody_who_left_are_worth_nothing(people: dict[str, Staff]) -> None:
    chen, qian = program(people["chen"]), program(people["qian"])
    tokens.revoke(people["chen"])
    Staff.objects.filter(username="qian").update(is_active=False)
    assert problem(chen.get("/sites")) == (401, "bad_token", "")
    assert problem(qian.get("/sites")) == (401, "bad_token", "")


def test_being_signed_in_in_a_browser_counts_for_nothing(people: dict[str, Staff]) -> None:
    browser = signed_in(people["chen"])
    assert browser.get("/").status_code == 200
    assert problem(browser.get(f"{ROOT}/sites")) == (401, "no_token", "")  # type: ignore[arg-type]
    assert problem(browser.post(f"{ROOT}/cases", demand(), content_type="application/json")) == (401, "no_token", "")  # type: ignore[arg-type]


def test_a_program_needs_no_cookies_and_gets_none(chen: Program) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {chen.token}"})
    response = client.post(f"{ROOT}/cases", demand(), content_type="application/json")
    assert response.status_code == 201
    assert not response.cookies


def test_answers_are_not_to_be_kept_on_the_way(chen: Program) -> None:
    for response in (chen.get("/cases"), chen.get("/nowhere"), Client().get(f"{ROOT}/cases")):
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", POSTS)
def test_a_token_that_only_reads_posts_nothing(people: dict[str, Staff], path: str) -> None:
    reader = program(people["chen"], reads_only=True)
    assert problem(reader.post(path.removeprefix(ROOT), demand())) == (403, "read_only", "")
    assert not Case.objects.exists()


def test_a_token_that_only_reads_sees_what_its_user_sees(people: dict[str, Staff]) -> None:
    pk = program(people["chen"]).post("/cases", demand()).json()["id"]  # type: ignore[attr-defined]
    reader = program(people["chen"], reads_only=True)
    for path in ("/cases", f"/cases/{pk}", "/obligations", "/visits", "/sites"):
        assert reader.get(path).status_code == 200
    assert reader.get("/customers", q="7-2").status_code == 200


def test_a_token_for_one_site_finds_nothing_of_its_users_other_sites(person: Callable[..., Staff]) -> None:
    both = person("both", ("agent", "CH"), ("agent", "NS"))
    north = program(both).post("/cases", demand(site="NS")).json()["id"]  # type: ignore[attr-defined]
    lake = program(both, sites=["CH"])
    assert problem(lake.get(f"/cases/{north}")) == (404, "not_found", "")
    assert problem(lake.get("/cases", site="NS")) == (404, "not_found", "")
    assert problem(lake.post("/cases", demand(site="NS"))) == (404, "not_found", "")
    assert _items(lake, "/cases") == []
    assert [one["code"] for one in _items(lake, "/sites")] == ["CH"]
    assert [one["code"] for one in _items(program(both), "/sites")] == ["CH", "NS"]


@pytest.mark.parametrize("path", ["/cases", "/obligations", "/visits", "/customers?q=7"])
def test_a_technician_has_no_lists(people: dict[str, Staff], path: str) -> None:
    assert problem(program(people["wu"]).get(path)) == (403, "not_allowed", "")


def test_somebody_without_posts_sees_nothing(person: Callable[..., Staff]) -> None:
    nobody = program(person("nobody"))
    assert problem(nobody.get("/cases")) == (403, "not_allowed", "")
    assert problem(nobody.get("/cases", site="CH")) == (404, "not_found", "")
    assert _items(nobody, "/sites") == []


def signed_in(staff: Staff) -> Client:
    """A browser in which somebody has signed in."""
    browser = Client()
    session = browser.session
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(staff.pk), staff.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return browser


def _items(who: Program, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(who.get(path).content)["items"]
    return found
