"""Adding people, giving and taking posts, ending somebody's work: who may, and what is then so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from bihuan.accounts import actions
from bihuan.accounts.access import Actor, NotAllowed, NotFound, actor_of
from bihuan.accounts.models import Post, Staff, Unit
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from tests.accounts.conftest import PASSWORD, person, sign_in

pytestmark = pytest.mark.usefixtures("morning")
TODAY = date(2026, 11, 23)


def test_an_administrator_adds_somebody_who_can_sign_in_at_once(client: Client, wang: Staff) -> None:
    staff = actions.add_staff("new.one", name="新人", by=actor_of(wang), password=PASSWORD)
    assert actor_of(staff).sites == []
    assert sign_in(client, "new.one").status_code == 302


def test_without_a_password_they_cannot_sign_in_yet(client: Client, wang: Staff) -> None:
    actions.add_staff("new.one", name="新人", by=actor_of(wang))
    assert sign_in(client, "new.one", "").status_code == 200
    assert sign_in(client, "new.one", "anything").status_code == 200


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"username": "x"}, "bad_username"),
        ({"username": "a b"}, "bad_username"),
        ({"username": "a" * 41}, "bad_username"),
        ({"username": "new\n"}, "bad_username"),
        ({"username": "CHEN"}, "username_taken"),
        ({"name": "  "}, "no_name"),
        ({"language": "fr"}, "bad_language"),
        ({"password": "short"}, "weak_password"),
        ({"password": "password123"}, "weak_password"),
        ({"password": "98237492834"}, "weak_password"),
        ({"password": "new.person1"}, "weak_password"),
    ],
)
def test_what_cannot_be_is_refused(chen: Staff, wang: Staff, given: dict[str, str], code: str) -> None:
    before = Staff.objects.count()
    asked = {"username": "new.person", "name": "新人"} | given
    with pytest.raises(Refused) as refused:
        actions.add_staff(asked.pop("username"), by=actor_of(wang), **asked)
    assert refused.value.code == code
    assert Staff.objects.count() == before


def test_a_post_is_given_and_is_an_event_of_codes(chen: Staff, wang: Staff) -> None:
    actions.assign_post(chen, post="technician", site="CH", trade="lifts", until=date(2026, 12, 31), by=actor_of(wang))
    event = Event.objects.get()
    assert (event.kind, event.subject, event.site, event.actor) == (
        "staff.post_changed",
        chen.subject,
        "CH",
        wang.subject,
    )
    assert event.facts == {
        "change": "assigned",
        "post": "technician",
        "trade": "lifts",
        "since": "2026-11-23",
        "until": "2026-12-31",
    }
    assert actor_of(chen).posts == {"CH": {"agent", "technician"}}


def test_a_post_at_a_unit_holds_at_every_site_beneath(chen: Staff, zhao: Staff, company: Unit) -> None:
    actions.assign_post(chen, post="head_office", unit=company.pk, by=actor_of(zhao))
    assert actor_of(chen).posts == {"CH": {"agent", "head_office"}, "NS": {"head_office"}}
    event = Event.objects.get()
    assert (event.site, event.facts["unit"]) == ("HQ", company.pk)


@pytest.mark.parametrize(("first", "last", "holds"), [(0, 0, True), (1, None, False), (-2, -1, False), (-1, 0, True)])
def test_a_post_is_held_from_its_first_day_to_its_last(
    li: Staff, wang: Staff, first: int, last: int | None, holds: bool
) -> None:
    until = None if last is None else TODAY + timedelta(days=last)
    actions.assign_post(
        li, post="agent", site="CH", since=TODAY + timedelta(days=first), until=until, by=actor_of(wang)
    )
    assert ("CH" in actor_of(li).posts) is holds


def test_days_are_the_companys_and_not_greenwichs(li: Staff, wang: Staff, morning: time_machine.Traveller) -> None:
    actions.assign_post(li, post="agent", site="CH", since=TODAY + timedelta(days=1), by=actor_of(wang))
    morning.shift(timedelta(hours=14, minutes=59))  # 23:59 in Shanghai
    assert "CH" not in actor_of(li).posts
    morning.shift(60)  # midnight there, still yesterday in Greenwich
    assert "CH" in actor_of(li).posts


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"post": "king"}, "bad_post"),
        ({"trade": "magic"}, "bad_post"),
        ({"until": TODAY - timedelta(days=1)}, "bad_days"),
        ({"post": "agent"}, "held_already"),
        ({"post": "agent", "since": date(2019, 1, 1), "until": date(2020, 1, 1)}, "held_already"),
    ],
)
def test_posts_that_cannot_be_are_refused(chen: Staff, wang: Staff, given: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.assign_post(chen, **({"post": "technician", "site": "CH", "by": actor_of(wang)} | given))
    assert refused.value.code == code
    assert not Event.objects.exists()


def test_a_post_is_at_a_site_or_a_unit_and_not_at_both(chen: Staff, zhao: Staff, company: Unit) -> None:
    with pytest.raises(Refused):
        actions.assign_post(chen, post="technician", site="CH", unit=company.pk, by=actor_of(zhao))
    with pytest.raises(Refused):
        actions.assign_post(chen, post="technician", by=actor_of(zhao))


def test_one_may_hold_the_same_post_again_after_it_ended(chen: Staff, wang: Staff) -> None:
    chen.posts.update(until=TODAY - timedelta(days=1))
    actions.assign_post(chen, post="agent", site="CH", by=actor_of(wang))
    assert actor_of(chen).sites == ["CH"]


def test_ending_a_post_leaves_today_and_takes_tomorrow(
    chen: Staff, wang: Staff, morning: time_machine.Traveller
) -> None:
    actions.end_post(Post.objects.get(staff=chen), by=actor_of(wang))
    assert actor_of(chen).sites == ["CH"]
    morning.shift(timedelta(days=1))
    assert actor_of(chen).sites == []
    assert Event.objects.get().facts == {
        "change": "ended",
        "post": "agent",
        "since": "2020-01-01",
        "until": "2026-11-23",
    }


def test_ended_with_yesterday_it_is_gone_at_once(chen: Staff, wang: Staff) -> None:
    actions.end_post(Post.objects.get(staff=chen), by=actor_of(wang), on=TODAY - timedelta(days=1))
    assert actor_of(chen).sites == []


def test_a_post_given_by_mistake_is_taken_back(li: Staff, wang: Staff) -> None:
    row = actions.assign_post(li, post="agent", site="CH", by=actor_of(wang))
    actions.end_post(row, by=actor_of(wang), on=TODAY - timedelta(days=1))
    assert actor_of(li).sites == ["NS"]
    assert not Post.objects.filter(staff=li, site="CH").exists()
    assert [event.facts["change"] for event in Event.objects.order_by("id")] == ["assigned", "ended"]


def test_a_post_may_last_one_day(li: Staff, wang: Staff) -> None:
    row = actions.assign_post(li, post="agent", site="CH", by=actor_of(wang))
    actions.end_post(row, by=actor_of(wang), on=TODAY)
    assert actor_of(li).sites == ["CH", "NS"]


def test_a_post_ends_once(chen: Staff, wang: Staff) -> None:
    row = Post.objects.get(staff=chen)
    actions.end_post(row, by=actor_of(wang))
    with pytest.raises(Refused) as refused:
        actions.end_post(row, by=actor_of(wang))
    assert (refused.value.code, Event.objects.count()) == ("ended_already", 1)


def test_nobody_takes_the_administration_from_themselves(wang: Staff) -> None:
    for act in (
        lambda: actions.end_post(Post.objects.get(staff=wang), by=actor_of(wang)),
        lambda: actions.deactivate(wang, by=actor_of(wang)),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "oneself"


def test_a_deactivated_person_is_out_with_all_their_posts(client: Client, chen: Staff, wang: Staff) -> None:
    sign_in(client, "chen")
    actions.deactivate(chen, by=actor_of(wang))
    assert client.get("/").status_code == 302
    assert sign_in(client, "chen").status_code == 200
    assert Post.objects.get(staff=chen).until == TODAY
    assert Event.objects.latest("id").facts["change"] == "ended"


def test_a_new_password_signs_its_owner_out_everywhere(client: Client, chen: Staff, wang: Staff) -> None:
    sign_in(client, "chen")
    actions.set_password(chen, password="a mountain in spring", by=actor_of(wang))
    assert client.get("/").status_code == 302
    assert sign_in(client, "chen", "a mountain in spring").status_code == 302


def test_a_weak_password_is_refused_and_the_old_one_stays(client: Client, chen: Staff, wang: Staff) -> None:
    with pytest.raises(Refused) as refused:
        actions.set_password(chen, password="chen", by=actor_of(wang))
    assert refused.value.code == "weak_password"
    assert sign_in(client, "chen").status_code == 302


class TestWhoMay:
    """Only administrators, only where they administrate, and nobody rises above themselves."""

    @pytest.fixture(params=["agent", "cs_supervisor", "site_manager", "head_office"])
    def other(self, request: pytest.FixtureRequest, company: Unit) -> Actor:
        return actor_of(person("other", (request.param, "CH")))

    def test_no_other_post_changes_staff(self, other: Actor, chen: Staff) -> None:
        for act in (
            lambda: actions.add_staff("new", name="新人", by=other),
            lambda: actions.assign_post(chen, post="admin", site="CH", by=other),
            lambda: actions.end_post(Post.objects.get(staff=chen), by=other),
            lambda: actions.set_password(chen, password="a mountain in spring", by=other),
            lambda: actions.deactivate(chen, by=other),
        ):
            with pytest.raises(NotAllowed):
                act()

    def test_the_administrator_of_one_site_finds_nothing_at_another(self, wang: Staff, li: Staff) -> None:
        for act in (
            lambda: actions.assign_post(li, post="admin", site="NS", by=actor_of(wang)),
            lambda: actions.end_post(Post.objects.get(staff=li), by=actor_of(wang)),
            lambda: actions.set_password(li, password="a mountain in spring", by=actor_of(wang)),
            lambda: actions.deactivate(li, by=actor_of(wang)),
        ):
            with pytest.raises(NotFound):
                act()

    def test_nor_takes_over_somebody_who_works_there_too(self, wang: Staff, chen: Staff) -> None:
        Post.objects.create(staff=chen, post="agent", site_id="NS", since=TODAY + timedelta(days=9))
        with pytest.raises(NotFound):
            actions.set_password(chen, password="a mountain in spring", by=actor_of(wang))

    def test_nor_somebody_who_stands_above(self, wang: Staff, zhao: Staff) -> None:
        for act in (
            lambda: actions.set_password(zhao, password="a mountain in spring", by=actor_of(wang)),
            lambda: actions.deactivate(zhao, by=actor_of(wang)),
            lambda: actions.end_post(Post.objects.get(staff=zhao), by=actor_of(wang)),
        ):
            with pytest.raises(NotAllowed):
                act()

    def test_nor_gives_a_post_at_the_unit_even_where_its_only_site_is_theirs(
        self, wang: Staff, chen: Staff, south: Unit
    ) -> None:
        with pytest.raises(NotAllowed):
            actions.assign_post(chen, post="agent", unit=south.pk, by=actor_of(wang))

    def test_the_administrator_of_a_unit_administrates_all_beneath_and_nothing_above(
        self, chen: Staff, li: Staff, south: Unit, company: Unit
    ) -> None:
        by = actor_of(person("qian", ("admin", south)))
        actions.assign_post(chen, post="technician", site="CH", by=by)
        actions.assign_post(chen, post="branch_office", unit=south.pk, by=by)
        with pytest.raises(NotAllowed):
            actions.assign_post(chen, post="branch_office", unit=company.pk, by=by)
        with pytest.raises(NotFound):
            actions.assign_post(chen, post="technician", site="NS", by=by)

    def test_an_administration_that_has_ended_is_none(self, zhao: Staff, chen: Staff, company: Unit) -> None:
        by = actor_of(zhao)
        zhao.posts.update(until=TODAY - timedelta(days=1))
        with pytest.raises(NotAllowed):
            actions.assign_post(chen, post="agent", unit=company.pk, by=by)

    def test_a_token_for_some_sites_does_not_reach_the_unit_above(
        self, zhao: Staff, chen: Staff, company: Unit
    ) -> None:
        by = actor_of(zhao, only=["CH"])
        actions.assign_post(chen, post="technician", site="CH", by=by)
        with pytest.raises(NotAllowed):
            actions.assign_post(chen, post="agent", unit=company.pk, by=by)

    def test_a_token_that_reads_only_changes_nobody(self, zhao: Staff, chen: Staff, company: Unit) -> None:
        by = actor_of(zhao, reads_only=True)
        for place in ({"site": "CH"}, {"unit": company.pk}):
            with pytest.raises(NotAllowed):
                actions.assign_post(chen, post="technician", by=by, **place)
