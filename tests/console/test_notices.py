"""Notices: who was told of which promise, and when; one's own, and everybody's at the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from bihuan.kernel import clock
from bihuan.obligations.escalator import sweep
from bihuan.obligations.models import Escalation, Notice, Obligation
from bihuan.obligations.notices import notices_page, told_page
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate

pytestmark = pytest.mark.django_db
NOW = MORNING + 8 * HOUR
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def warned(estate: Estate, *, hours: int = 2) -> str:
    """A complaint that nobody hands over: after 48 minutes the supervisor is told, and again when the hour is over."""
    case = on.received(estate)
    for minutes in range(0, hours * 60, 12):
        with clock.frozen(MORNING + timedelta(minutes=minutes)):
            sweep()
    return str(case.number)


def many(estate: Estate, count: int, *, first: int = 0) -> None:
    """So many steps of which the agent and the supervisor were told, a second apart, each about a case of its own."""
    for number in range(first, first + count):
        at = MORNING + number * SECOND
        row = Obligation.objects.get(subject=on.received(estate, kind="enquiry", at=at).subject)
        told = [estate.agent.pk, estate.supervisor.pk]
        step = Escalation.objects.create(
            obligation=row, step=0, site="CH", due_at=row.due_at, told_at=at, post="agent", told=told
        )
        Notice.objects.bulk_create(Notice(staff_id=one, escalation=step) for one in told)


def rows(client: Client, address: str = "/notices") -> list[dict]:  # type: ignore[type-arg]
    response = client.get(address)
    assert response.status_code == 200
    shown: list[dict] = response.context["rows"]  # type: ignore[type-arg]
    return shown


def test_whoever_is_not_signed_in_is_led_to_signing_in(client: Client) -> None:
    assert client.get("/notices").status_code == 302


def test_whoever_owes_is_told_before_and_at_due_newest_first(estate: Estate) -> None:
    number = warned(estate)
    told = [row for row in rows(on.signed_in(estate.supervisor)) if row["clause"]["code"] == "XQ-C7.4B1"]
    assert [(row["what"], row["state"]) for row in told] == [("fell due", "overdue"), ("due in 12 minutes", "soon")]
    assert told[0]["title"] == "Hand over: 电梯异响夜间扰民"
    assert told[0]["url"] == f"/cases/{number}"
    assert all(row["unread"] for row in told)
    assert told[0]["standing"] == "overdue"


def test_nobody_sees_what_others_were_told_among_their_own(estate: Estate) -> None:
    warned(estate)
    assert rows(on.signed_in(estate.quality)) == []
    assert rows(on.signed_in(estate.stranger)) == []


def test_everybodys_are_those_of_the_site_with_their_names(estate: Estate) -> None:
    warned(estate)
    seen = rows(on.signed_in(estate.quality), "/notices?whose=everybody")
    assert {"陈岚"} <= {name for row in seen for name in row["told"]}
    assert not any(row["unread"] for row in seen)
    assert rows(on.signed_in(estate.stranger), "/notices?whose=everybody") == []


def test_a_technician_sees_only_their_own(estate: Estate) -> None:
    warned(estate)
    response = on.signed_in(estate.plumber).get("/notices?whose=everybody")
    assert (response.context["rows"], response.context["may_see_all"]) == ([], False)


def test_a_post_that_nobody_holds_says_that_nobody_was_told(estate: Estate) -> None:
    many(estate, 1)
    Escalation.objects.update(told=[])
    page = on.signed_in(estate.quality).get("/notices?whose=everybody").content.decode()
    assert "nobody could be told" in page


def test_marking_as_read_is_ones_own_and_up_to_what_was_seen(estate: Estate) -> None:
    many(estate, 3)
    first, second, third = Escalation.objects.order_by("pk")
    client = on.signed_in(estate.agent)
    response = client.post("/notices", {"upto": str(second.pk)})
    assert (response.status_code, response.headers["Location"]) == (302, "/notices")
    mine = {one.escalation_id: one.read_at for one in Notice.objects.filter(staff=estate.agent)}
    assert mine == {first.pk: NOW, second.pk: NOW, third.pk: None}
    assert not Notice.objects.filter(staff=estate.supervisor).exclude(read_at=None).exists()
    assert [row["unread"] for row in rows(client)] == [True, False, False]


def test_the_button_marks_everything_that_is_listed(estate: Estate) -> None:
    many(estate, 3)
    client = on.signed_in(estate.agent)
    upto = client.get("/notices").context["upto"]
    client.post("/notices", {"upto": str(upto)})
    assert not Notice.objects.filter(staff=estate.agent, read_at=None).exists()
    assert client.get("/notices").context["upto"] == 0


@pytest.mark.parametrize("upto", ["", "x", "-1", "9" * 30])
def test_what_is_no_number_marks_all(estate: Estate, upto: str) -> None:
    many(estate, 2)
    on.signed_in(estate.agent).post("/notices", {"upto": upto})
    assert not Notice.objects.filter(staff=estate.agent, read_at=None).exists()


@pytest.mark.parametrize("whose", ["", "everybody"])
def test_a_long_list_goes_on_page_by_page(estate: Estate, whose: str) -> None:
    many(estate, 120)
    client, address, seen = on.signed_in(estate.agent), f"/notices?whose={whose}", []
    while address:
        context = client.get(address).context
        seen += [row["id"] for row in context["rows"]]
        address = f"/notices{context['next']}" if context["next"] else ""
    assert seen == list(Escalation.objects.order_by("-pk").values_list("pk", flat=True))


@pytest.mark.parametrize("asked", ["after=x", "whose=everybody&after=x", "whose=everybody&after=1~", "after=-4"])
def test_a_cursor_that_is_none_is_not_found(estate: Estate, asked: str) -> None:
    assert on.signed_in(estate.agent).get(f"/notices?{asked}").status_code == 404


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_last_page_says_so(estate: Estate, size: int) -> None:
    many(estate, 2)
    assert bool(notices_page(estate.agent, size=size).next) == (size < 2)
    assert bool(told_page(["CH"], estate.agent, size=size).next) == (size < 2)


@pytest.mark.parametrize("address", ["/notices", "/notices?whose=everybody"])
def test_sixty_notices_cost_as_much_as_three(estate: Estate, address: str) -> None:
    client = on.signed_in(estate.agent)
    many(estate, 3)
    with_three = on.queries_for(client, address)
    many(estate, 57, first=3)
    assert on.queries_for(client, address) == with_three <= 16
