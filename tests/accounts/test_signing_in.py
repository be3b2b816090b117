"""Signing in and out with user name and password."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bihuan.accounts.models import Staff
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.accounts.conftest import PASSWORD, person, sign_in

WRONG = "The user name or the password is not right."


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


def test_the_right_password_signs_in(client: Client, chen: Staff) -> None:
    response = sign_in(client, "chen")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").content == b"home"


def test_the_user_name_counts_whatever_its_case_and_the_spaces_around_it(client: Client, chen: Staff) -> None:
    assert sign_in(client, " CHEN ").status_code == 302


@pytest.mark.parametrize(("name", "password"), [("chen", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)])
def test_wrong_passwords_unknown_names_and_inactive_people_hear_the_same(
    english: Client, chen: Staff, name: str, password: str
) -> None:
    Staff.objects.create_user("gone", password=PASSWORD, name="Gone", is_active=False)
    response = sign_in(english, name, password)
    assert response.status_code == 200
    assert WRONG in response.content.decode()
    assert english.get("/").status_code == 302


def test_signing_out_ends_the_session_for_good(client: Client, chen: Staff) -> None:
    sign_in(client, "chen")
    kept = client.cookies["sessionid"].value
    assert client.get("/sign-out").status_code == 200  # it only asks
    assert client.get("/").status_code == 200
    assert client.post("/sign-out")["Location"] == "/sign-in"
    client.cookies["sessionid"] = kept
    assert client.get("/")["Location"] == "/sign-in?next=/"


def test_somebody_deactivated_is_out_at_once(client: Client, chen: Staff) -> None:
    sign_in(client, "chen")
    Staff.objects.filter(pk=chen.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_a_session_lives_twelve_hours_and_not_a_second_more(
    client: Client, chen: Staff, morning: time_machine.Traveller
) -> None:
    sign_in(client, "chen")
    client.get("/told")  # the choice of a site is now kept, so that nothing changes the session any more
    morning.shift(timedelta(hours=12) - timedelta(seconds=1))
    assert client.get("/").status_code == 200
    morning.shift(1)
    assert client.get("/").status_code == 302


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: Client, chen: Staff) -> None:
    cookie = sign_in(client, "chen").cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 12 * 60 * 60)


def test_signing_in_changes_the_session_so_that_nobody_can_plant_one(client: Client, chen: Staff) -> None:
    client.get("/sign-in")
    session = client.session
    session["planted"] = 1
    session.save()
    sign_in(client, "chen")
    assert client.cookies["sessionid"].value != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_signing_in_is_an_event_of_the_person_at_their_first_site(client: Client, chen: Staff) -> None:
    sign_in(client, "chen")
    event = Event.objects.get()
    assert (event.kind, event.subject, event.site) == ("staff.signed_in", chen.subject, "CH")
    assert (event.actor, event.facts) == (chen.subject, {"second_step": False})


def test_the_event_tells_neither_password_nor_address_nor_name(client: Client, chen: Staff) -> None:
    sign_in(client, "chen")
    event = Event.objects.values("kind", "subject", "site", "actor", "facts", "refs").get()
    written = json.dumps(event)
    assert not [word for word in (PASSWORD, "127.0.0.1", "chen", chen.name) if word in written]


def test_who_has_no_site_signs_in_at_head_office(client: Client, company: object) -> None:
    person("new")
    sign_in(client, "new")
    assert Event.objects.get().site == "HQ"


def test_a_failed_attempt_is_no_event(client: Client, chen: Staff) -> None:
    sign_in(client, "chen", "wrong")
    assert not Event.objects.exists()


def refuse_everything(*happened: object) -> None:
    raise Refused("the ledger is full.")


def test_without_the_event_nobody_is_signed_in(client: Client, chen: Staff, settings) -> None:  # type: ignore[no-untyped-def]
    settings.BIHUAN_RECORDER = f"{__name__}.refuse_everything"
    with pytest.raises(Refused):
        sign_in(client, "chen")
    chen.refresh_from_db()
    assert chen.last_login is None
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("page", ["/told?a=1&b=2", "/account"])
def test_one_comes_back_to_where_one_wanted_to_go(client: Client, chen: Staff, page: str) -> None:
    sent = client.get(page, follow=True)
    form = sent.redirect_chain[0][0]
    assert form.startswith("/sign-in?next=")
    assert client.post(form, {"login": "chen", "password": PASSWORD})["Location"] == page


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "///evil.example", "javascript:alert(1)", "http:evil.example"],
)
def test_nobody_is_sent_elsewhere_after_signing_in(client: Client, chen: Staff, elsewhere: str) -> None:
    assert sign_in(client, "chen", next=elsewhere)["Location"] == "/"


def test_who_is_signed_in_already_does_not_see_the_sign_in_page(client: Client, chen: Staff) -> None:
    sign_in(client, "chen")
    assert client.get("/sign-in")["Location"] == "/"


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email", "account_inactive"])
def test_nobody_signs_up_or_resets_a_password_by_mail(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_form_from_another_site_is_refused(chen: Staff) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = sign_in(strict, "chen")
    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()


def test_the_password_is_changed_with_the_old_one_and_other_sessions_end(client: Client, chen: Staff) -> None:
    elsewhere = Client()
    sign_in(client, "chen"), sign_in(elsewhere, "chen")
    new = {"oldpassword": PASSWORD, "password1": "a mountain in spring", "password2": "a mountain in spring"}
    assert client.post("/account/password", new | {"oldpassword": "wrong"}).status_code == 200
    assert (
        client.post("/account/password", new | {"password1": "1234567890", "password2": "1234567890"}).status_code
        == 200
    )
    assert client.post("/account/password", new).status_code == 302
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert sign_in(Client(), "chen").status_code == 200
    assert sign_in(Client(), "chen", "a mountain in spring").status_code == 302
