"""Tokens: whom they stand for, how far, how long."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine

from bihuan.accounts import tokens
from bihuan.accounts.access import NotAllowed, NotFound, actor_of
from bihuan.accounts.actions import deactivate
from bihuan.accounts.models import ApiToken, Post, Site, Staff
from bihuan.kernel.errors import Refused
from tests.accounts.conftest import person

pytestmark = pytest.mark.usefixtures("morning")


def test_a_token_acts_as_its_person(chen: Staff) -> None:
    actor = tokens.actor_for(tokens.issue(chen, days=1))
    assert actor is not None
    assert actor == actor_of(chen)


def test_it_is_long_and_known_by_its_beginning_and_no_two_are_alike(chen: Staff) -> None:
    first, second = tokens.issue(chen, days=1), tokens.issue(chen, days=1)
    assert re.fullmatch(r"bh_[\w-]{43}", first)
    assert first != second


def test_only_its_digest_is_kept(chen: Staff) -> None:
    token = tokens.issue(chen, days=1)
    row = ApiToken.objects.values().get()
    assert token.removeprefix("bh_") not in str(row)
    assert len(bytes(row["digest"])) == 32


@pytest.mark.parametrize("word", ["", "bh_", "bh_wrong", "wrong", "Bearer", "bh_\x00", "bh_汉"])
def test_what_is_no_token_stands_for_nobody(chen: Staff, word: str) -> None:
    tokens.issue(chen, days=1)
    assert tokens.actor_for(word) is None


def test_it_ends_to_the_second(chen: Staff, morning: time_machine.Traveller) -> None:
    token = tokens.issue(chen, days=90)
    morning.shift(timedelta(days=90) - timedelta(seconds=1))
    assert tokens.actor_for(token) is not None
    morning.shift(1)
    assert tokens.actor_for(token) is None


def test_revoked_tokens_end_at_once_and_those_of_others_do_not(chen: Staff, li: Staff) -> None:
    first, second, other = tokens.issue(chen, days=1), tokens.issue(chen, days=1), tokens.issue(li, days=1)
    assert tokens.revoke(chen) == 2
    assert tokens.revoke(chen) == 0
    assert [tokens.actor_for(one) is None for one in (first, second, other)] == [True, True, False]


def test_a_deactivated_person_has_no_tokens(chen: Staff, zhao: Staff) -> None:
    token = tokens.issue(chen, days=1)
    deactivate(chen, by=actor_of(zhao))
    assert tokens.actor_for(token) is None
    with pytest.raises(Refused) as refused:
        tokens.issue(chen, days=1)
    assert refused.value.code == "inactive"
    Staff.objects.filter(pk=chen.pk).update(is_active=True)
    assert tokens.actor_for(token) is None  # nor do they wake when the person comes back


def test_a_token_for_one_site_finds_no_other(zhao: Staff) -> None:
    Post.objects.create(staff=zhao, post="agent", unit=Site.objects.get(code="NS").unit, since=date(2020, 1, 1))
    actor = tokens.actor_for(tokens.issue(zhao, days=1, sites=["CH"]))
    assert actor is not None
    actor.must("case.view", "CH")
    with pytest.raises(NotFound):
        actor.must("case.view", "NS")


def test_a_token_that_reads_only_changes_nothing(chen: Staff) -> None:
    actor = tokens.actor_for(tokens.issue(chen, days=1, reads_only=True))
    assert actor is not None
    actor.must("case.view", "CH")
    with pytest.raises(NotAllowed):
        actor.must("case.receive", "CH")


def test_it_loses_what_its_person_loses(chen: Staff, morning: time_machine.Traveller) -> None:
    token = tokens.issue(chen, days=30)
    chen.posts.update(until=date(2026, 11, 23))
    assert _sites(token) == ["CH"]
    morning.shift(timedelta(hours=15))  # midnight in Shanghai
    assert _sites(token) == []


def _sites(token: str) -> list[str]:
    actor = tokens.actor_for(token)
    assert actor is not None
    return actor.sites


@pytest.mark.parametrize("sites", [["NS"], ["CH", "NS"], ["XX"], [], ()])
def test_none_is_issued_for_sites_where_the_person_does_not_work(chen: Staff, sites: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        tokens.issue(chen, days=1, sites=sites)
    assert refused.value.code == "foreign_site"
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("days", "issued"), [(0, False), (-1, False), (1, True), (366, True), (367, False)])
def test_it_lives_a_year_at_most(chen: Staff, days: int, issued: bool) -> None:
    if issued:
        assert tokens.issue(chen, days=days)
    else:
        with pytest.raises(Refused) as refused:
            tokens.issue(chen, days=days)
        assert refused.value.code == "bad_days"


def test_its_last_use_is_known_to_the_minute(chen: Staff, morning: time_machine.Traveller) -> None:
    token = tokens.issue(chen, days=1)
    seen = []
    for seconds in (0, 59, 1, 60):
        morning.shift(seconds)
        tokens.actor_for(token)
        seen.append(ApiToken.objects.get().last_used_at)
    first = ApiToken.objects.get().issued_at
    assert [(one - first).total_seconds() for one in seen if one] == [0, 0, 60, 120]


def test_reading_it_costs_two_queries_when_it_was_used_just_before(chen: Staff, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    token = tokens.issue(chen, days=1)
    tokens.actor_for(token)
    with django_assert_num_queries(2):
        tokens.actor_for(token)


def test_a_person_without_posts_may_have_one_for_later(company: object) -> None:
    assert _sites(tokens.issue(person("new"), days=1)) == []
