"""The page of authority letters, and the form of a promise."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.accounts.models import Post, Staff
from bihuan.cases.models import AuthorityLetter
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.files.samples import upload

pytestmark = pytest.mark.django_db
ADDRESS = reverse("console:authority")


@pytest.fixture
def branch(estate: Estate) -> Client:
    staff = Staff.objects.create_user("branch", name="分公司", language="en")
    Post.objects.create(staff=staff, post="branch_office", unit=estate.site.unit, since=date(2020, 1, 1))
    return on.signed_in(staff)


def asked(estate: Estate, **given: Any) -> dict[str, Any]:
    usual = {"holder": f"CH:{estate.manager.pk}", "amount": "800", "since": "2026-11-24", "until": "2027-11-23"}
    return usual | {"problems": ["03"]} | given


def test_the_branch_grants_a_letter_with_its_scan(estate: Estate, branch: Client) -> None:
    with clock.frozen(MORNING):
        assert branch.post(ADDRESS, asked(estate, files=upload().stream)).status_code == 302
        text = branch.get(ADDRESS).content.decode()
    letter = AuthorityLetter.objects.get()
    assert (letter.manager, letter.amount, letter.problems) == (estate.manager, 800, ["03"])
    assert "800" in text
    assert branch.get(reverse("console:file", args=[letter.file_id])).status_code == 200
    assert on.signed_in(estate.stranger).get(reverse("console:file", args=[letter.file_id])).status_code == 404


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(estate: Estate, branch: Client) -> None:
    with clock.frozen(MORNING):
        response = branch.post(ADDRESS, asked(estate, until="2027-11-25"))
    assert response.status_code == 409
    assert response.context["form"].errors["until"]
    assert 'value="800"' in response.content.decode()
    assert not AuthorityLetter.objects.exists()


def test_the_manager_reads_the_letter_and_grants_none(estate: Estate) -> None:
    on.grant(estate)
    manager = on.signed_in(estate.manager)
    assert "Grant a letter" not in manager.get(ADDRESS).content.decode()
    assert manager.post(ADDRESS, asked(estate)).status_code == 403


@pytest.mark.parametrize(("until", "told"), [(date(2026, 12, 24), True), (date(2026, 12, 25), False)])
def test_a_letter_that_ends_within_thirty_days_is_told(estate: Estate, until: date, told: bool) -> None:
    on.grant(estate, until=until)
    with clock.frozen(MORNING):
        text = on.signed_in(estate.manager).get(ADDRESS).content.decode()
    assert ("the next one is needed" in text) is told


@pytest.mark.parametrize(("amount", "status"), [("0", 302), ("500", 302), ("501", 409), ("", 422), ("-1", 422)])
def test_the_form_of_a_promise_knows_the_limit(estate: Estate, amount: str, status: int) -> None:
    on.grant(estate)
    case = on.stepped(on.received(estate), "found_valid", by=estate.chief, at=MORNING + HOUR)
    manager, address = on.signed_in(estate.manager), reverse("console:step", args=[case.number, "promised"])
    with clock.frozen(MORNING + HOUR):
        assert "up to 500 yuan" in manager.get(address).content.decode()
        assert manager.post(address, {"amount": amount, "text": "减免停车费"}).status_code == status
    assert Event.objects.filter(kind="complaint.promised").exists() is (status == 302)


def test_the_branch_is_told_of_the_report_on_every_page(estate: Estate, branch: Client) -> None:
    on.grant(estate)
    case = on.stepped(on.received(estate), "found_valid", by=estate.chief, at=MORNING + HOUR)
    case = on.stepped(case, "promised", by=estate.manager, at=MORNING + HOUR, text="减免停车费", amount=60)
    on.stepped(case, "promise_reported", by=estate.manager, at=MORNING + HOUR)
    with clock.frozen(MORNING + 2 * HOUR):
        text = branch.get(reverse("console:called")).content.decode()
    assert "何建国 reports it" in text
    assert "agitated" not in text
