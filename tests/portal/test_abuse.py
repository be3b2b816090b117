"""Programs, double clicks and floods: what is sent twice is one case, and nothing that a person typed is thrown away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from bihuan.cases.models import Case
from bihuan.kernel import clock
from bihuan.portal import limits
from bihuan.portal.actions import Wish, send
from bihuan.portal.models import Knock, Tracking
from tests.console import estate as on
from tests.console.estate import MORNING, Estate
from tests.portal.visitor import SAID, Visitor, photo
from tests.world import at_once

HOUR = timedelta(hours=1)


def later(span: timedelta) -> None:
    clock.set_to(clock.now() + span)


# ---- the same twice


def test_the_same_form_sent_again_is_the_same_case_and_the_same_code(visitor: Visitor) -> None:
    code = visitor.writes(photos=[photo()])
    assert visitor.sends(photos=[photo()]).status_code == 302
    assert (visitor.code(), Case.objects.count()) == (code, 1)


@pytest.mark.parametrize("other", [{"said": "车库灯坏了"}, {"kind": "demand"}, {"name": "赵敏"}, {"photos": [photo()]}])
def test_whoever_goes_back_and_changes_something_sends_something_else(visitor: Visitor, other: dict[str, Any]) -> None:
    code = visitor.writes()
    assert visitor.sends(**other).status_code == 302
    assert (visitor.code() != code, Case.objects.count()) == (True, 2)


def test_the_same_words_in_a_new_form_are_a_new_case(visitor: Visitor) -> None:
    assert visitor.writes() != visitor.writes()
    assert Case.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_that_arrive_at_the_same_moment_one_case_is_made() -> None:
    with clock.frozen(MORNING):
        on.build()
        wish = Wish(token="one-form", said=SAID, kind="complaint")
        codes = at_once(*[lambda: send("CH", wish, address="203.0.113.7", at=MORNING)] * 2)
    assert (len(set(codes)), Case.objects.count(), Tracking.objects.count()) == (1, 1, 1), codes


# ---- programs


@pytest.mark.parametrize(("seconds", "status"), [(2, 422), (3, 302)])
def test_nobody_fills_a_form_in_within_two_seconds(visitor: Visitor, seconds: int, status: int) -> None:
    visitor.opens(reading=timedelta(seconds=seconds))
    answer = visitor.sends()
    assert (answer.status_code, SAID in answer.content.decode()) == (status, status == 422)
    later(timedelta(seconds=2))
    assert visitor.sends().status_code == 302, "a person presses once more"


def test_what_only_programs_fill_in_must_be_empty(visitor: Visitor) -> None:
    visitor.opens()
    answer = visitor.sends(homepage="https://example.com")
    assert (answer.status_code, "example.com" in answer.content.decode(), Case.objects.count()) == (422, False, 0)


@pytest.mark.parametrize("mark", ["", "made up", "WyJ4IiwxXQ:x"])
def test_a_form_that_we_did_not_give_out_gets_a_mark_and_nothing_is_lost(visitor: Visitor, mark: str) -> None:
    answer = visitor.client.post("/talk/CH", {"kind": "praise", "said": SAID, "mark": mark})
    assert (answer.status_code, SAID in answer.content.decode()) == (422, True)
    assert f'name="mark" value="{mark}"' not in answer.content.decode()


# ---- floods


def test_from_one_address_so_many_are_taken_within_an_hour(visitor: Visitor, settings: Settings) -> None:
    settings.BIHUAN_TALK_PER_ADDRESS = 2
    visitor.writes()
    visitor.writes()
    visitor.opens()
    answer = visitor.sends()
    assert (answer.status_code, SAID in answer.content.decode(), Case.objects.count()) == (429, True, 2)
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert Visitor("198.51.100.1").writes(), "others may"
    since = Knock.objects.get(digest=limits._digest("send", "203.0.113.7")).since
    clock.set_to(since + HOUR - timedelta(seconds=1))
    assert visitor.sends().status_code == 429
    clock.set_to(since + HOUR)
    assert visitor.sends().status_code == 302


def test_to_one_site_so_many_are_taken_within_an_hour(estate: Estate, settings: Settings) -> None:
    settings.BIHUAN_TALK_PER_SITE = 2
    for number in range(2):
        Visitor(f"203.0.113.{number}").writes()
    third = Visitor("203.0.113.3")
    third.opens()
    assert third.sends().status_code == 429
    third.opens("/talk/YQ")
    assert third.sends("/talk/YQ").status_code == 302, "the other site takes it"


def test_what_is_the_same_again_does_not_count(visitor: Visitor, settings: Settings) -> None:
    settings.BIHUAN_TALK_PER_ADDRESS = 1
    visitor.writes()
    assert {visitor.sends().status_code for _ in range(3)} == {302}


def test_forms_are_counted_before_they_are_read_whatever_is_in_them(visitor: Visitor, settings: Settings) -> None:
    settings.BIHUAN_TALK_PER_ADDRESS = 1
    found = [visitor.client.post("/talk/CH", {"kind": "nonsense"}).status_code for _ in range(limits.TRIES + 1)]
    assert found == [422] * limits.TRIES + [429]


@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 302)])
def test_behind_a_proxy_its_word_is_taken_as_at_signing_in(
    estate: Estate, settings: Settings, proxies: int, status: int
) -> None:
    settings.BIHUAN_TALK_PER_ADDRESS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1, proxies
    for number, wanted in ((1, 302), (2, status)):
        visitor = Visitor("192.0.2.1", **{"x-forwarded-for": f"203.0.113.{number}"})
        visitor.opens()
        assert visitor.sends().status_code == wanted


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("unknown", "unknown", True),
    ],
)
def test_a_household_is_one_place(one: str, other: str, same: bool) -> None:
    assert (limits.place_of(one) == limits.place_of(other)) is same


def test_what_is_an_hour_old_is_forgotten_and_addresses_stand_nowhere(visitor: Visitor) -> None:
    visitor.writes()
    assert all(len(bytes(one.digest)) == 32 for one in Knock.objects.all())
    later(HOUR - timedelta(seconds=1))
    limits.clear()
    assert Knock.objects.count() == 3
    later(timedelta(seconds=1))
    limits.clear()
    assert not Knock.objects.exists()
