"""Customers: correcting what is known of one, and erasing one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from django.test import Client

from bihuan.customers.models import Party, Phone
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.world import serves

pytestmark = pytest.mark.django_db
NUMBER, MASK = "13812345521", "138****5521"
DAY = timedelta(days=1)
NOW = MORNING + 8 * HOUR


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def phone_of(party: Party) -> Phone:
    return party.phones.get()


def archive(estate: Estate) -> str:
    return f"/customers/{estate.party.pk}"


def reveal(estate: Estate) -> str:
    return f"{archive(estate)}/reveal/{phone_of(estate.party).pk}"


# ---- correcting


def corrected(estate: Estate, **changes: object) -> dict[str, object]:
    usual = {
        "name": "王丽",
        "kind": "resident",
        "customer_class": "normal",
        "gender": "f",
        "needs": "",
        "new_phones": "",
    }
    return usual | changes


@serves("GC-1.1")
def test_what_is_known_can_be_corrected(estate: Estate, agent: Client) -> None:
    changes = corrected(
        estate, name="王莉", customer_class="key", needs="午睡", rest_from="13:00", rest_until="15:00", gender=""
    )
    response = agent.post(f"{archive(estate)}/edit", changes)
    assert (response.status_code, response.headers["Location"]) == (302, archive(estate))
    party = Party.objects.get(pk=estate.party.pk)
    assert (party.name, party.customer_class, party.needs, party.gender) == ("王莉", "key", "午睡", "")
    assert (party.rest_from, party.rest_until) == (time(13), time(15))
    assert agent.get("/search", {"q": "王莉"}).status_code == 302
    assert Event.objects.get(kind="party.care_plan_set").facts["customer_class"] == "key"


def test_numbers_are_added_and_taken_away(estate: Estate, agent: Client) -> None:
    old = phone_of(estate.party).pk
    agent.post(f"{archive(estate)}/edit", corrected(estate, new_phones="13900000001\n 0755-26731234 \n", first="on"))
    assert set(estate.party.phones.values_list("mask", "primary")) == {
        (MASK, False), ("139****0001", True), ("0755-****1234", False)
    }  # fmt: skip
    agent.post(f"{archive(estate)}/edit", corrected(estate, remove=[old]))
    assert set(estate.party.phones.values_list("mask", flat=True)) == {"139****0001", "0755-****1234"}


def test_what_is_wrong_keeps_what_was_typed_and_changes_nothing(estate: Estate, agent: Client) -> None:
    response = agent.post(f"{archive(estate)}/edit", corrected(estate, name="王莉", new_phones="13900000001\n123"))
    assert response.status_code == 422
    form = response.context["form"]
    assert "new_phones" in form.errors
    assert (form["name"].value(), form["new_phones"].value()) == ("王莉", "13900000001\n123")
    assert Party.objects.get(pk=estate.party.pk).name == "王丽"
    assert estate.party.phones.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"rest_from": "13:00"}, "rest_until"),
        ({"rest_until": "13:00"}, "rest_from"),
        ({"customer_class": "golden"}, "customer_class"),
        ({"needs": "午" * 201}, "needs"),
        ({"new_phones": "13800000000"}, "new_phones"),
    ],
)
def test_each_mistake_is_told_at_its_field(estate: Estate, agent: Client, changes: dict[str, str], field: str) -> None:
    response = agent.post(f"{archive(estate)}/edit", corrected(estate, **changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_somebody_elses_number_cannot_be_taken_away(estate: Estate, agent: Client) -> None:
    other = on.resident(estate.site, "李雷", None, phone="+8613900000001")
    assert agent.post(f"{archive(estate)}/edit", corrected(estate, remove=[phone_of(other).pk])).status_code == 422
    assert other.phones.count() == 1


# ---- erasing


def test_before_erasing_the_page_says_what_goes_and_what_stays(estate: Estate) -> None:
    on.received(estate)
    response = on.signed_in(estate.manager).get(f"{archive(estate)}?erase=1")
    removed = response.context["removed"]
    assert (removed.phones, removed.cases, removed.open_cases, removed.visits) == (1, 1, 1, 0)
    assert MASK in response.content.decode()
    assert Party.objects.get(pk=estate.party.pk).erased_at is None


def test_erasing_needs_a_reason(estate: Estate) -> None:
    manager = on.signed_in(estate.manager)
    assert manager.post(archive(estate), {}).status_code == 422
    assert Party.objects.get(pk=estate.party.pk).name == "王丽"


def test_what_is_erased_is_gone_and_the_case_stays(estate: Estate, agent: Client) -> None:
    case = on.received(estate, details="王丽说电梯响")
    manager = on.signed_in(estate.manager)
    response = manager.post(archive(estate), {"reason": "requested"})
    assert (response.status_code, response.headers["Location"]) == (302, archive(estate))
    party = Party.objects.get(pk=estate.party.pk)
    assert (party.name, party.phones.count(), party.erased_at) == ("", 0, NOW)
    assert agent.get("/search", {"q": "王丽"}).context["found"].count == 0
    page = agent.get(archive(estate)).content.decode()
    assert str(case.number) in page
    assert not re.search("王丽|5521|/edit|erase=1", page)
    case.refresh_from_db()
    assert "王丽" not in case.details + case.summary
    assert Event.objects.get(kind="party.erased").facts == {"reason": "requested"}


def test_nothing_can_be_done_with_an_erased_customer(estate: Estate, agent: Client) -> None:
    on.signed_in(estate.manager).post(archive(estate), {"reason": "requested"})
    response = agent.post(f"{archive(estate)}/edit", corrected(estate, name="新名"))
    assert response.status_code == 422
    assert Party.objects.get(pk=estate.party.pk).name == ""
    assert on.signed_in(estate.manager).post(archive(estate), {"reason": "requested"}).status_code == 409


def test_an_administrator_who_sees_no_customers_may_still_erase(estate: Estate) -> None:
    admin = on.signed_in(on.person("root", "管理员", "admin", estate.site))
    assert admin.get(archive(estate)).status_code == 403
    assert admin.get(f"{archive(estate)}?erase=1").status_code == 200
    assert admin.post(archive(estate), {"reason": "mistake"}).headers["Location"] == "/"
