"""Staff and sites: the tree, days off, people and their posts, rosters; who may change them, and who only reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from bihuan.accounts.calendars import seed_holidays
from bihuan.accounts.models import Holiday, Post, Shift, Site, Staff, Unit
from bihuan.console.staffing import hours
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate

pytestmark = pytest.mark.django_db
NOW = MORNING + 8 * HOUR  # 2026-11-24 17:00 at the site
TODAY = date(2026, 11, 24)
STRONG = "a river in autumn"


@pytest.fixture(autouse=True)
def _surroundings(settings) -> Iterator[None]:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with clock.frozen(NOW):
        yield


def of(staff: Staff) -> str:
    return f"/staff/people/{staff.pk}"


# ---- who may


@pytest.mark.parametrize("address", ["/staff", "/staff/sites/CH", "/staff/people/1"])
def test_whoever_is_not_signed_in_is_led_to_signing_in(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302


def test_a_technician_sees_no_staff(estate: Estate) -> None:
    plumber = on.signed_in(estate.plumber)
    seen = [plumber.get(one).status_code for one in ("/staff", "/staff/sites/CH", of(estate.agent))]
    assert seen == [403, 403, 404]


def test_other_sites_and_their_people_are_not_found(estate: Estate, agent: Client) -> None:
    assert agent.get("/staff/sites/YQ").status_code == 404
    assert agent.get(of(estate.stranger)).status_code == 404
    assert "YQ" not in agent.get("/staff").content.decode()


def test_who_may_not_edit_reads_without_any_form(estate: Estate, agent: Client) -> None:
    for address in ("/staff", "/staff/sites/CH", of(estate.manager)):
        page = agent.get(address)
        assert page.status_code == 200
        assert 'name="act"' not in page.content.decode()


POSTED = [
    ("/staff", {"act": "add", "name": "某某", "username": "moumou"}),
    ("/staff", {"act": "holiday", "day": "2027-01-04"}),
    ("/staff", {"act": "clear", "day": "2026-10-01"}),
    ("/staff/sites/CH", {"act": "hours", "mon": "09:00-18:00"}),
]


@pytest.mark.parametrize(("address", "given"), POSTED)
def test_who_may_not_edit_changes_nothing(agent: Client, address: str, given: dict[str, str]) -> None:
    people = Staff.objects.count()
    assert agent.post(address, given).status_code == 403
    assert (Staff.objects.count(), Holiday.objects.count(), Site.objects.get(pk="CH").weekly) == (people, 0, {})


def test_who_may_not_edit_changes_no_person(estate: Estate, agent: Client) -> None:
    post = estate.chief.posts.get()
    given: list[dict[str, object]] = [
        {"act": "end", "post": post.pk, "on": "2026-11-24"},
        {"act": "password", "password": STRONG},
        {"act": "leave"},
    ]
    assert [agent.post(of(estate.chief), one).status_code for one in given] == [403, 403, 403]
    estate.chief.refresh_from_db()
    assert (estate.chief.is_active, estate.chief.posts.get().until) == (True, None)


def test_an_act_that_does_not_exist_is_not_found(root: Client) -> None:
    assert root.post("/staff", {"act": "abolish"}).status_code == 404


# ---- the tree and the days off


def test_the_tree_shows_ones_own_sites_under_their_units(estate: Estate, root: Client, agent: Client) -> None:
    company = Unit.objects.create(name="集团")
    Unit.objects.filter(pk=estate.site.unit_id).update(parent=company)
    (top,) = agent.get("/staff").context["branches"]
    assert (top.unit.name, top.sites) == ("集团", [])
    assert [one["code"] for one in top.branches[0].sites] == ["CH"]
    assert [one["code"] for one in root.get("/staff").context["branches"][0].branches[0].sites] == ["CH", "YQ"]


def test_hours_are_said_in_few_words() -> None:
    weekly = {day: [["08:30", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sun": [["09:00", "12:00"]]}
    told = hours(weekly)
    assert len(told) == 2
    assert told[0].endswith("08:30–17:30")
    assert told[1].endswith("09:00–12:00")
    assert len(hours({})) == 1


def test_the_days_of_a_year_are_shown_and_one_without_them_says_so(agent: Client) -> None:
    seed_holidays(range(2026, 2027))
    shown = agent.get("/staff").context["holidays"]
    assert (shown["year"], shown["confirmed"]) == (2026, True)
    assert {"day": date(2026, 10, 1), "worked": False} in [
        {name: one[name] for name in ("day", "worked")} for one in shown["days"]
    ]
    assert any(one["worked"] for one in shown["days"])
    unknown = agent.get("/staff?year=2031")
    assert (unknown.context["holidays"]["confirmed"], unknown.context["holidays"]["days"]) == (False, [])
    assert "not published yet" in unknown.content.decode()


@pytest.mark.parametrize("year", ["x", "", "1999", "2100", "99999999999"])
def test_a_year_that_is_none_is_this_one(agent: Client, year: str) -> None:
    assert agent.get("/staff", {"year": year}).context["holidays"]["year"] == 2026


def test_an_administrator_of_everything_enters_and_takes_away_days(root: Client) -> None:
    response = root.post("/staff", {"act": "holiday", "day": "2027-01-04", "worked": ""})
    assert (response.status_code, response.headers["Location"]) == (302, "/staff?year=2027#holidays")
    root.post("/staff", {"act": "holiday", "day": "2027-01-09", "worked": "1"})
    assert dict(Holiday.objects.values_list("day", "worked")) == {date(2027, 1, 4): False, date(2027, 1, 9): True}
    root.post("/staff", {"act": "clear", "day": "2027-01-04"})
    assert list(Holiday.objects.values_list("day", flat=True)) == [date(2027, 1, 9)]


def test_days_are_the_companys_and_not_one_sites(local: Client) -> None:
    assert local.get("/staff").context["may_everywhere"] is False
    assert local.post("/staff", {"act": "holiday", "day": "2027-01-04"}).status_code == 403


@pytest.mark.parametrize("given", [{"act": "holiday", "day": "soon"}, {"act": "holiday"}])
def test_a_day_that_is_none_is_told_at_its_field(root: Client, given: dict[str, str]) -> None:
    response = root.post("/staff", given)
    assert response.status_code == 422
    assert list(response.context["day"].errors) == ["day"]


def test_taking_away_what_is_no_day_is_not_found(root: Client) -> None:
    assert root.post("/staff", {"act": "clear", "day": "soon"}).status_code == 404


# ---- people


def test_somebody_new_is_added_and_given_a_post(root: Client) -> None:
    given = {"act": "add", "name": "林晓", "username": "linxiao", "password": STRONG, "phone": "", "email": ""}
    response = root.post("/staff", given)
    added = Staff.objects.get(username="linxiao")
    assert (response.status_code, response.headers["Location"]) == (302, of(added))
    assert added.check_password(STRONG)
    assert [one.name for one in root.get("/staff").context["idle"]] == ["林晓"]
    post = {"act": "give", "post": "agent", "place": "site:CH", "trade": "", "since": "2026-11-24", "until": ""}
    assert root.post(of(added), post).headers["Location"] == of(added)
    assert added.posts.get().site_id == "CH"
    assert root.get("/staff").context["idle"] == []
    assert Event.objects.get(kind="staff.post_changed").facts["post"] == "agent"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "LIMIN"}, "__all__"),
        ({"username": "a b"}, "username"),
        ({"password": "12345"}, "password"),
        ({"name": ""}, "name"),
        ({"email": "nowhere"}, "email"),
    ],
)
def test_what_is_wrong_with_somebody_new_is_told(root: Client, changes: dict[str, str], field: str) -> None:
    given = {"act": "add", "name": "林晓", "username": "linxiao", "password": STRONG} | changes
    response = root.post("/staff", given)
    assert response.status_code == 422
    assert list(response.context["adding"].errors) == [field]
    assert response.context["adding"]["name"].value() == given["name"]


def test_an_administrator_gives_posts_only_where_they_administrate(estate: Estate, local: Client, root: Client) -> None:
    given = {"act": "give", "post": "agent", "trade": "", "since": "2026-11-24", "until": ""}
    places = [value for value, _ in local.get(of(estate.agent)).context["post"].fields["place"].choices]
    assert places == ["site:CH"]
    assert local.post(of(estate.agent), given | {"place": "site:YQ"}).status_code == 422
    offered = [value for value, _ in root.get(of(estate.agent)).context["post"].fields["place"].choices]
    assert offered == ["site:CH", "site:YQ", f"unit:{estate.site.unit_id}"]
    given |= {"post": "branch_office", "place": f"unit:{estate.site.unit_id}"}
    assert root.post(of(estate.agent), given).status_code == 302
    assert estate.agent.posts.filter(unit=estate.site.unit_id, post="branch_office").exists()


def test_a_post_that_is_held_already_is_told(estate: Estate, root: Client) -> None:
    given = {"act": "give", "post": "agent", "place": "site:CH", "trade": "", "since": "2026-11-24", "until": ""}
    response = root.post(of(estate.agent), given)
    assert response.status_code == 422
    assert response.context["post"].errors


def test_a_post_ends_with_a_day(estate: Estate, root: Client) -> None:
    row = estate.chief.posts.get()
    root.post(of(estate.chief), {"act": "end", "post": row.pk, "on": "2026-11-30"})
    row.refresh_from_db()
    assert row.until == date(2026, 11, 30)
    assert [one.pk for one in root.get(of(estate.chief)).context["posts"]] == [row.pk]
    with clock.frozen(NOW + timedelta(days=7)):
        context = root.get(of(estate.chief)).context
        assert ([one.pk for one in context["former"]], list(context["posts"])) == ([row.pk], [])


def test_a_post_of_somebody_else_is_not_found(estate: Estate, root: Client) -> None:
    foreign = estate.manager.posts.get().pk
    assert root.post(of(estate.chief), {"act": "end", "post": foreign, "on": "2026-11-30"}).status_code == 404
    assert root.post(of(estate.chief), {"act": "end", "post": "x", "on": "2026-11-30"}).status_code == 404


def test_a_new_password_is_set_and_a_weak_one_refused(estate: Estate, root: Client) -> None:
    assert root.post(of(estate.chief), {"act": "password", "password": "123"}).status_code == 422
    assert root.post(of(estate.chief), {"act": "password", "password": STRONG}).status_code == 302
    estate.chief.refresh_from_db()
    assert estate.chief.check_password(STRONG)


def test_whoever_leaves_can_be_seen_and_does_nothing_more(estate: Estate, root: Client) -> None:
    on.received(estate)
    assert root.get(of(estate.agent)).context["may_manage"]
    assert root.post(of(estate.agent), {"act": "leave"}).status_code == 302
    estate.agent.refresh_from_db()
    assert (estate.agent.is_active, estate.agent.posts.get().until) == (False, TODAY)
    page = root.get(of(estate.agent))
    assert (page.status_code, page.context["may_manage"]) == (200, False)
    assert on.signed_in(estate.agent).get("/").status_code == 302


def test_nobody_deactivates_themselves(root: Client) -> None:
    me = Staff.objects.get(username="root")
    assert 'value="leave"' not in root.get(of(me)).content.decode()
    assert root.post(of(me), {"act": "leave"}).status_code == 409
    assert Staff.objects.get(username="root").is_active


def test_leaving_says_what_is_still_in_their_name(estate: Estate, root: Client) -> None:
    case = on.received(estate)
    on.stepped(case, "handed_over", by=estate.agent, at=MORNING + HOUR, to=estate.chief.pk)
    on.add_shift(estate, starts=NOW + HOUR)
    context = root.get(of(estate.chief)).context
    assert context["owed"] == 1
    assert root.get(of(estate.agent)).context["shifts"] == 1


# ---- what it costs


@pytest.mark.parametrize(("address", "most"), [("/staff", 18), ("/staff/sites/CH", 18)])
def test_sixty_people_cost_as_much_as_three(estate: Estate, root: Client, address: str, most: int) -> None:
    def add(first: int, count: int) -> None:
        for number in range(first, first + count):
            somebody = on.person(f"p{number}", f"员工{number}", "agent", estate.site)
            starts = NOW + timedelta(minutes=number)
            Shift.objects.create(
                staff=somebody, site=estate.site, post="agent", starts_at=starts, ends_at=starts + HOUR
            )
            Staff.objects.create_user(f"idle{number}", name=f"新人{number}")

    add(0, 3)
    with_three = on.queries_for(root, address)
    add(3, 57)
    assert on.queries_for(root, address) == with_three <= most


def test_a_person_with_many_posts_costs_as_much_as_one_with_few(estate: Estate, root: Client) -> None:
    with_one = on.queries_for(root, of(estate.agent))
    for number in range(60):
        day = date(2020, 1, 1) + timedelta(days=30 * number)
        Post.objects.create(
            staff=estate.agent, post="agent", site=estate.site, since=day, until=day + timedelta(days=9)
        )
    assert on.queries_for(root, of(estate.agent)) == with_one <= 24
