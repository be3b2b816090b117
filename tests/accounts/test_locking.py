"""Five failures with one user name from one address lock it for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client

from bihuan.accounts.models import Staff
from tests.accounts.conftest import PASSWORD, sign_in

LOCKED = "Too many failed attempts: for this user name, signing in from here is locked for 15 minutes."
pytestmark = pytest.mark.usefixtures("chen", "li", "morning")


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def fail(client: Client, times: int, name: str = "chen") -> str:
    """The last page after so many wrong passwords."""
    return [sign_in(client, name, "wrong").content.decode() for _ in range(times)][-1]


def test_four_failures_do_not_lock(client: Client) -> None:
    assert LOCKED not in fail(client, 4)
    assert sign_in(client, "chen").status_code == 302


def test_the_fifth_failure_locks_and_says_so(client: Client) -> None:
    assert LOCKED in fail(client, 5)
    assert sign_in(client, "chen").status_code == 200


def test_locked_the_right_password_looks_like_a_wrong_one(client: Client) -> None:
    fail(client, 5)
    right, wrong = sign_in(client, "chen"), sign_in(client, "chen", "wrong")
    assert LOCKED in right.content.decode()
    assert right.status_code == wrong.status_code
    assert plain(right.content) == plain(wrong.content)
    assert set(right.cookies) == set(wrong.cookies)


def plain(page: bytes) -> list[str]:
    return [line for line in page.decode().splitlines() if "csrfmiddlewaretoken" not in line]


def test_the_lock_ends_after_fifteen_minutes(client: Client, morning: time_machine.Traveller) -> None:
    fail(client, 5)
    morning.shift(timedelta(minutes=15))
    assert sign_in(client, "chen").status_code == 200
    morning.shift(1)
    assert sign_in(client, "chen").status_code == 302


def test_trying_while_it_is_locked_does_not_prolong_it(client: Client, morning: time_machine.Traveller) -> None:
    fail(client, 5)
    morning.shift(timedelta(minutes=14))
    assert LOCKED in fail(client, 3)
    morning.shift(61)
    assert sign_in(client, "chen").status_code == 302


def test_another_way_to_write_the_name_is_no_way_around(client: Client) -> None:
    fail(client, 3)
    fail(client, 2, " CheN")
    assert sign_in(client, "chen").status_code == 200


def test_nor_is_another_browser(client: Client) -> None:
    fail(client, 3)
    other = Client(headers={"accept-language": "en", "user-agent": "another"})
    assert LOCKED in fail(other, 2)


def test_others_at_the_same_desk_still_sign_in(client: Client) -> None:
    fail(client, 5)
    assert sign_in(client, "li").status_code == 302


def test_the_same_person_still_signs_in_elsewhere(client: Client) -> None:
    fail(client, 5)
    assert sign_in(Client(REMOTE_ADDR="10.1.2.3"), "chen").status_code == 302


def test_signing_in_forgets_the_failures_before(client: Client) -> None:
    fail(client, 4)
    sign_in(client, "chen")
    client.post("/sign-out")
    assert LOCKED not in fail(client, 4)


def test_names_that_nobody_has_are_locked_alike(client: Client) -> None:
    assert LOCKED in fail(client, 5, "nobody")


def test_confirming_the_password_counts_too(client: Client, morning: time_machine.Traveller) -> None:
    sign_in(client, "chen")
    morning.shift(timedelta(minutes=6))  # fresh no more
    pages = [client.post("/account/confirm", {"password": "wrong"}).content.decode() for _ in range(5)]
    assert LOCKED in pages[4]
    assert LOCKED not in pages[3]
    assert LOCKED in client.post("/account/confirm", {"password": PASSWORD}).content.decode()


def test_no_password_is_kept_with_the_failures(client: Client) -> None:
    sign_in(client, "chen", "my secret word")
    kept = AccessAttempt.objects.values().get()
    assert "my secret word" not in str(kept)


@pytest.mark.parametrize(("proxies", "forwarded", "locked"), [(0, "203.0.113.7", True), (1, "203.0.113.7", False)])
def test_the_address_is_read_past_as_many_proxies_as_are_trusted(
    client: Client,
    settings,
    proxies: int,
    forwarded: str,
    locked: bool,  # type: ignore[no-untyped-def]
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    fail(Client(headers={"x-forwarded-for": "198.51.100.1"}), 5)
    other = Client(headers={"x-forwarded-for": forwarded})
    assert (sign_in(other, "chen").status_code == 200) is locked


def test_the_staff_table_is_not_asked_for_a_locked_name(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    fail(client, 5)
    with django_assert_max_num_queries(2) as seen:
        sign_in(client, "chen")
    assert not [query for query in seen.captured_queries if Staff._meta.db_table in query["sql"]]
