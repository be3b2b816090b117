"""The second step: setting it up, signing in with it, doing without the telephone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from bihuan.accounts.models import Post, Staff
from bihuan.ledger.models import Event
from tests.accounts.conftest import person, sign_in
from tests.accounts.telephone import code_of, read_secret, recovery_codes, set_up, wrong_code

pytestmark = pytest.mark.usefixtures("chen")
LOCKED = "Too many failed attempts"


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def secret(client: Client, morning: time_machine.Traveller) -> str:
    """The secret of chen's telephone, a little after it was set up; chen is signed out."""
    sign_in(client, "chen")
    secret = set_up(client)
    client.post("/sign-out")
    morning.shift(timedelta(minutes=5))
    return secret


def test_it_is_set_up_with_the_code_the_telephone_shows(client: Client) -> None:
    sign_in(client, "chen")
    secret = read_secret(client)
    page = client.post("/account/telephone", {"code": wrong_code(secret)}).content.decode()
    assert "The code is not right" in page
    assert secret in page  # the telephone need not read the square again
    assert client.post("/account/telephone", {"code": code_of(secret)})["Location"] == "/account/codes"
    assert len(recovery_codes(client)) == 10


def test_its_secret_is_sealed_in_the_database(client: Client, secret: str) -> None:
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept


def test_then_the_password_alone_signs_nobody_in(client: Client, secret: str) -> None:
    assert sign_in(client, "chen", next="/told")["Location"] == "/sign-in/code"
    assert client.get("/")["Location"] == "/sign-in?next=/"
    assert Event.objects.filter(kind="staff.signed_in").count() == 1


def test_the_code_signs_in_and_one_comes_to_where_one_wanted(client: Client, secret: str) -> None:
    sign_in(client, "chen", next="/told")
    assert client.post("/sign-in/code", {"code": code_of(secret)})["Location"] == "/told"
    assert client.get("/told").status_code == 200
    assert Event.objects.latest("id").facts == {"second_step": True}


@pytest.mark.parametrize(("steps", "signs_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_half_a_minute_off(client: Client, secret: str, steps: int, signs_in: bool) -> None:
    sign_in(client, "chen")
    assert (client.post("/sign-in/code", {"code": code_of(secret, steps)}).status_code == 302) is signs_in


def enter(client: Client, code: str) -> int:
    """Signs chen in with a code, in a process that has seen none before; gives the status: 302 where it did."""
    cache.clear()
    client.post("/sign-out")
    sign_in(client, "chen")
    return client.post("/sign-in/code", {"code": code}).status_code


def test_a_code_serves_once_in_whatever_process(client: Client, secret: str) -> None:
    code = code_of(secret)
    ways = [code, code, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"]
    assert [enter(client, way) for way in ways] == [302, 200, 200, 200]


def test_so_does_each_of_those_that_are_valid_at_one_time(client: Client, secret: str) -> None:
    valid = [code_of(secret, steps) for steps in (-1, 0, 1)]
    assert [enter(client, code) for code in valid] == [302, 302, 302]
    assert [enter(client, code) for code in valid] == [200, 200, 200]


def test_a_recovery_code_serves_once_in_its_place(client: Client, morning: time_machine.Traveller) -> None:
    sign_in(client, "chen")
    set_up(client)
    first, second, *others = recovery_codes(client)
    for code, signs_in in ((first, True), (first, False), (second, True)):
        client.post("/sign-out")
        sign_in(client, "chen")
        assert (client.post("/sign-in/code", {"code": code}).status_code == 302) is signs_in
    assert recovery_codes(client) == others


def test_wrong_codes_lock_as_wrong_passwords_do(client: Client, secret: str, morning: time_machine.Traveller) -> None:
    sign_in(client, "chen")
    wrong = {"code": wrong_code(secret)}
    pages = [client.post("/sign-in/code", wrong).content.decode() for _ in range(5)]
    assert LOCKED not in pages[3]
    assert LOCKED in pages[4]
    assert LOCKED in client.post("/sign-in/code", {"code": code_of(secret)}).content.decode()
    assert LOCKED in sign_in(Client(headers={"accept-language": "en"}), "chen").content.decode()
    morning.shift(timedelta(minutes=15, seconds=1))
    sign_in(client, "chen")
    assert client.post("/sign-in/code", {"code": code_of(secret)}).status_code == 302


def test_passwords_and_codes_are_counted_together(client: Client, secret: str) -> None:
    for _ in range(3):
        sign_in(client, "chen", "wrong")
    sign_in(client, "chen")
    pages = [client.post("/sign-in/code", {"code": wrong_code(secret)}).content.decode() for _ in range(2)]
    assert [LOCKED in page for page in pages] == [False, True]


def test_who_hesitates_a_quarter_of_an_hour_begins_again(
    client: Client, secret: str, morning: time_machine.Traveller
) -> None:
    sign_in(client, "chen")
    morning.shift(timedelta(minutes=15, seconds=1))
    assert client.post("/sign-in/code", {"code": code_of(secret)})["Location"] == "/sign-in"


def test_one_may_go_back_and_sign_in_as_somebody_else(client: Client, secret: str, li: Staff) -> None:
    sign_in(client, "chen")
    assert client.get("/sign-in")["Location"] == "/sign-in/code"
    client.post("/sign-out")
    assert client.get("/sign-in").status_code == 200
    assert sign_in(client, "li")["Location"] == "/"


def test_nobody_reaches_the_code_page_without_the_password(client: Client, secret: str) -> None:
    assert client.post("/sign-in/code", {"code": code_of(secret)})["Location"] == "/sign-in"


@pytest.mark.parametrize("page", ["/account/telephone/off", "/account/codes", "/account/codes/new"])
def test_after_five_minutes_changing_it_asks_who_one_is(
    client: Client, secret: str, morning: time_machine.Traveller, page: str
) -> None:
    sign_in(client, "chen")
    client.post("/sign-in/code", {"code": code_of(secret)})
    morning.shift(timedelta(minutes=4, seconds=59))
    assert client.get(page).status_code == 200
    morning.shift(2)
    asked = client.get(page)["Location"]
    assert asked.startswith("/account/confirm?next=")
    assert client.post("/account/confirm/code", {"code": code_of(secret), "next": page})["Location"] == page
    assert client.get(page).status_code == 200


def test_it_is_switched_off_with_its_recovery_codes(client: Client) -> None:
    sign_in(client, "chen")
    set_up(client)
    assert client.post("/account/telephone/off")["Location"] == "/account"
    assert not Authenticator.objects.exists()
    client.post("/sign-out")
    assert sign_in(client, "chen")["Location"] == "/"


class TestWhereItIsRequired:
    """BIHUAN_REQUIRE_MFA=1: posts that see or steer much set it up before anything else."""

    @pytest.fixture(autouse=True)
    def _required(self, settings) -> None:  # type: ignore[no-untyped-def]
        settings.BIHUAN_REQUIRE_MFA = True

    @pytest.mark.parametrize("post", ["admin", "head_office", "branch_office", "site_manager"])
    def test_they_are_led_to_set_it_up(self, client: Client, post: str) -> None:
        person("leader", (post, "CH"))
        sign_in(client, "leader")
        assert client.get("/told")["Location"] == "/account/telephone"
        assert "Your post signs in with two steps." in client.get("/account/telephone").content.decode()
        set_up(client)
        assert recovery_codes(client)
        assert client.get("/told").status_code == 200

    @pytest.mark.parametrize("post", ["agent", "cs_supervisor", "quality_supervisor", "trade_supervisor", "technician"])
    def test_others_are_not(self, client: Client, post: str) -> None:
        person("other", (post, "CH"))
        sign_in(client, "other")
        assert client.get("/told").status_code == 200

    def test_a_fragment_is_refused_meanwhile(self, client: Client, wang: Staff) -> None:
        sign_in(client, "wang")
        assert client.get("/told", headers={"hx-request": "true"}).status_code == 401

    def test_they_may_still_sign_out(self, client: Client, wang: Staff) -> None:
        sign_in(client, "wang")
        assert client.post("/sign-out")["Location"] == "/sign-in"

    def test_they_cannot_switch_it_off(self, client: Client, wang: Staff) -> None:
        sign_in(client, "wang")
        set_up(client)
        page = client.post("/account/telephone/off")
        assert "this cannot be switched off" in page.content.decode()
        assert Authenticator.objects.filter(type="totp").exists()

    def test_it_is_asked_for_as_soon_as_one_holds_such_a_post(self, client: Client, chen: Staff) -> None:
        sign_in(client, "chen")
        assert client.get("/told").status_code == 200
        Post.objects.create(staff=chen, post="site_manager", site_id="CH", since=date(2020, 1, 1))
        assert client.get("/told").status_code == 302


def test_by_default_no_post_is_asked_for_it(client: Client, zhao: Staff) -> None:
    sign_in(client, "zhao")
    assert client.get("/told").status_code == 200
