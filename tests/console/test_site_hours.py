"""A site: its hours and its roster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from bihuan.accounts.models import Shift, Site, Staff
from bihuan.console.forms.staff import spans_of
from bihuan.kernel import clock
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


# ---- a site: its hours and its roster


def test_hours_are_changed_day_by_day(root: Client) -> None:
    given = {"act": "hours", "mon": "8:30-12:00，13:30—17:30", "sat": "09:00-12:00"}
    assert root.post("/staff/sites/CH", given).status_code == 302
    assert Site.objects.get(pk="CH").weekly == {
        "mon": [["08:30", "12:00"], ["13:30", "17:30"]],
        "sat": [["09:00", "12:00"]],
    }


@pytest.mark.parametrize(
    ("given", "field"), [({"mon": "9点"}, "mon"), ({}, "__all__"), ({"mon": "09:00-12:00 x"}, "mon")]
)
def test_hours_that_are_none_are_told_at_their_day(root: Client, given: dict[str, str], field: str) -> None:
    response = root.post("/staff/sites/CH", {"act": "hours"} | given)
    assert response.status_code == 422
    assert list(response.context["hours"].errors) == [field]
    assert Site.objects.get(pk="CH").weekly == {}


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("09:00-18:00", [("09:00", "18:00")]),
        ("9:00至12:00、13:30~18:00", [("09:00", "12:00"), ("13:30", "18:00")]),
        ("22:00-06:00", [("22:00", "06:00")]),
    ],
)
def test_spans_are_read_as_people_write_them(text: str, spans: list[tuple[str, str]]) -> None:
    assert spans_of(text) == spans


def names(client: Client, week: str) -> dict[int, list[str]]:
    """Who is on duty on which day of the week that begins with Monday."""
    shown = client.get(f"/staff/sites/CH?week={week}").context["week"]
    return {number: [turn["hours"] for turn in one["turns"]] for number, one in enumerate(shown) if one["turns"]}


def test_the_roster_shows_a_week_by_the_sites_clocks(estate: Estate, agent: Client) -> None:
    on.add_shift(estate, starts=datetime(2026, 11, 22, 15, 30, tzinfo=UTC), hours=1)  # Sunday 23:30 to Monday 00:30
    on.add_shift(estate, starts=datetime(2026, 11, 25, 0, 0, tzinfo=UTC))  # Wednesday 08:00
    on.add_shift(estate, starts=datetime(2026, 11, 29, 16, 0, tzinfo=UTC))  # Monday of the next week, 00:00
    assert names(agent, "2026-11-26") == {0: ["23:30–00:30"], 2: ["08:00–16:00"]}
    assert names(agent, "2026-11-30") == {0: ["00:00–08:00"]}
    assert names(agent, "nonsense") == names(agent, "2026-11-24")


def test_somebody_is_put_on_the_roster_over_midnight_and_taken_off(estate: Estate, root: Client) -> None:
    given = {"act": "shift", "person": estate.agent.pk, "post": "agent", "day": "2026-11-27"}
    response = root.post("/staff/sites/CH", given | {"begin": "22:00", "until": "06:00"})
    assert response.headers["Location"] == "/staff/sites/CH?week=2026-11-27#roster"
    shift = Shift.objects.get()
    assert (shift.starts_at, shift.ends_at - shift.starts_at) == (datetime(2026, 11, 27, 14, tzinfo=UTC), 8 * HOUR)
    root.post("/staff/sites/CH?week=2026-11-27", {"act": "unshift", "shift": shift.pk})
    assert not Shift.objects.exists()


def test_a_turn_that_has_begun_stays(estate: Estate, root: Client) -> None:
    shift = on.add_shift(estate, starts=NOW - HOUR)
    assert 'value="unshift"' not in root.get("/staff/sites/CH").content.decode()
    assert root.post("/staff/sites/CH", {"act": "unshift", "shift": shift.pk}).status_code == 409
    assert Shift.objects.exists()


def test_a_turn_of_another_site_is_not_found(estate: Estate, root: Client) -> None:
    shift = on.add_shift(estate, starts=NOW + HOUR)
    assert root.post("/staff/sites/YQ", {"act": "unshift", "shift": shift.pk}).status_code == 404
    assert Shift.objects.exists()


@pytest.mark.parametrize("changes", [{"post": "technician"}, {"begin": "late"}, {"day": ""}, {"person": "0"}])
def test_what_is_wrong_with_a_turn_is_told(estate: Estate, root: Client, changes: dict[str, str]) -> None:
    given = {"act": "shift", "person": estate.agent.pk, "post": "agent", "day": "2026-11-27", "begin": "08:00"}
    response = root.post("/staff/sites/CH", given | {"until": "16:00"} | changes)
    assert response.status_code == 422
    assert response.context["turn"].errors
    assert not Shift.objects.exists()


def test_who_may_not_edit_changes_no_roster(estate: Estate, agent: Client) -> None:
    shift = on.add_shift(estate, starts=NOW + HOUR)
    assert agent.post("/staff/sites/CH", {"act": "unshift", "shift": shift.pk}).status_code == 403
    given = {"act": "shift", "person": estate.agent.pk, "post": "agent", "day": "2026-11-27", "begin": "08:00"}
    assert agent.post("/staff/sites/CH", given | {"until": "16:00"}).status_code == 403
    assert Shift.objects.count() == 1
