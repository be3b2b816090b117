"""The pages of checks: the sheet to fill and sign, the sheet that was signed, and what follows from a finding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.ledger.actions import Happened, hold
from bihuan.obligations.actions import record
from bihuan.supervision.models import Measure, Sheet, SheetLine
from bihuan.supervision.queries import blank
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.files.samples import DRAWN, PNG
from tests.world import serves

pytestmark = pytest.mark.django_db
NOW = MORNING + 2 * HOUR


@pytest.fixture
def supervisor(estate: Estate) -> Client:
    return on.signed_in(estate.supervisor)


def marks(estate: Estate, kind: str = "daily", **given: str) -> dict[str, Any]:
    """Everything all right, reviewed and signed."""
    told: dict[str, Any] = {"signature": DRAWN}
    for line in blank(estate.site, kind, now=NOW).lines:
        told |= {f"mark-{line.key}": "right", f"words-{line.key}": "已检讨" if line.needs_words else ""}
    return told | given


def address(kind: str = "daily", site: str = "CH") -> str:
    return reverse("console:check", args=[site, kind])


@serves("XQ-C8.4")
def test_the_supervisor_goes_through_the_sheet_and_signs_it(estate: Estate, supervisor: Client) -> None:
    case = on.received(estate)
    with clock.frozen(NOW):
        text = supervisor.get(address()).content.decode()
        assert case.number in text
        assert "Not read back to the customer" in text
        gap = f"not_restated.{case.pk}"
        given = marks(estate, **{f"mark-{gap}": "finding", f"words-{gap}": "没有复述"})
        response = supervisor.post(address(), given)
        assert response.status_code == 302
        shown = supervisor.get(response["Location"])
    sheet = Sheet.objects.get()
    assert (sheet.done_by, sheet.lines.get(mark="finding").words) == (estate.supervisor, "没有复述")
    assert "没有复述" in shown.content.decode()
    signature = supervisor.get(reverse("console:check_signature", args=[sheet.pk]))
    assert b"".join(signature.streaming_content) == PNG  # type: ignore[attr-defined]


@serves("XQ-C8.3")
def test_the_weekly_sheet_shows_how_each_major_complaint_was_handled(estate: Estate) -> None:
    case = on.received(estate, severity="A")
    on.stepped(case, "investigated", by=estate.manager, at=MORNING + HOUR, text="曳引机轴承磨损")
    quality = on.signed_in(estate.quality)
    with clock.frozen(NOW):
        assert "曳引机轴承磨损" in quality.get(address("weekly")).content.decode()
        assert (
            quality.post(address("weekly"), marks(estate, "weekly", **{f"words-major.{case.pk}": ""})).status_code
            == 422
        )
        assert quality.post(address("weekly"), marks(estate, "weekly")).status_code == 302
    assert SheetLine.objects.get(section="majors").words == "已检讨"


@pytest.mark.parametrize(
    "wrong", [{"mark-complete": ""}, {"mark-complete": "finding"}, {"signature": ""}, {"mark-complete": "x"}]
)
def test_what_is_missing_is_said_and_nothing_is_lost(estate: Estate, supervisor: Client, wrong: dict[str, str]) -> None:
    with clock.frozen(NOW):
        response = supervisor.post(address(), marks(estate, **{"words-in_time": "都已兑现"} | wrong))
    assert response.status_code == 422
    assert "都已兑现" in response.content.decode()
    assert not Sheet.objects.exists()


def test_a_line_that_came_up_meanwhile_is_asked_for(estate: Estate, supervisor: Client) -> None:
    with clock.frozen(NOW):
        given = marks(estate)
        on.received(estate)
        assert supervisor.post(address(), given).status_code == 422


def test_a_sheet_that_was_signed_leads_to_what_it_says(estate: Estate, supervisor: Client) -> None:
    sheet = on.checked(estate)
    with clock.frozen(NOW):
        assert supervisor.get(address())["Location"] == reverse("console:check_sheet", args=[sheet.pk])
        assert supervisor.post(address(), {})["Location"] == reverse("console:check_sheet", args=[sheet.pk])


def test_the_record_of_the_day_needs_no_signature(estate: Estate, agent: Client) -> None:
    on.received(estate)
    with clock.frozen(NOW):
        assert "data-signature" not in agent.get(address("daily_record")).content.decode()
        given = marks(estate, "daily_record")
        del given["signature"]
        assert agent.post(address("daily_record"), given).status_code == 302


@pytest.mark.parametrize(("act", "given"), [("case", {"kind": "demand"}), ("improvement", {"words": "班前会重申"})])
def test_a_finding_becomes_a_case_or_an_improvement_in_place(
    estate: Estate, supervisor: Client, act: str, given: dict[str, str]
) -> None:
    sheet = on.checked(estate, finding="大堂灯不亮")
    line = sheet.lines.get(mark="finding")
    page = reverse("console:check_sheet", args=[sheet.pk])
    asked = {"act": act, "line": str(line.pk), "owner": str(estate.agent.pk), **given}
    with clock.frozen(NOW):
        assert "What follows" in supervisor.get(page).content.decode()
        assert supervisor.post(page, asked).status_code == 302
        assert "What follows" not in supervisor.get(page).content.decode()
        assert supervisor.post(page, asked).status_code == 409
    made = Measure.objects.get(line=line)
    assert (made.case is not None, made.owner) == (act == "case", None if act == "case" else estate.agent)


def test_what_follows_is_asked_of_who_may_check_and_about_a_line_of_the_sheet(
    estate: Estate, supervisor: Client, agent: Client
) -> None:
    sheet = on.checked(estate, finding="大堂灯不亮")
    page, line = reverse("console:check_sheet", args=[sheet.pk]), sheet.lines.get(mark="finding")
    with clock.frozen(NOW):
        assert agent.post(page, {"act": "case", "kind": "demand", "line": str(line.pk)}).status_code == 403
        for asked in ("", "0", "x", "9" * 30):
            assert supervisor.post(page, {"act": "case", "kind": "demand", "line": asked}).status_code == 404
        wrong = {"act": "improvement", "line": str(line.pk), "words": "", "owner": str(estate.stranger.pk)}
        assert supervisor.post(page, wrong).status_code == 422
    assert not Measure.objects.exists()


def test_sheets_of_ones_sites_are_listed(estate: Estate, supervisor: Client) -> None:
    on.checked(estate, finding="大堂灯不亮")
    with clock.frozen(NOW):
        text = supervisor.get(reverse("console:checks")).content.decode()
        assert "2026-11-24" in text
        assert address() in text
        assert address("weekly") not in text
        stranger = on.signed_in(estate.stranger)
        assert "2026-11-24" not in stranger.get(reverse("console:checks")).content.decode()
        assert stranger.get(reverse("console:check_sheet", args=[Sheet.objects.get().pk])).status_code == 404
    assert supervisor.get(reverse("console:check", args=["CH", "monthly"])).status_code == 404


def test_the_workbench_leads_to_each_sheet(estate: Estate) -> None:
    midnight = MORNING - 9 * HOUR
    with clock.frozen(midnight), transaction.atomic():
        hold({"site:CH": "CH"})
        record(*(Happened(f"site.{one}_began", "site:CH", "CH", midnight, "calendar") for one in ("day", "week")))
    with clock.frozen(midnight + timedelta(hours=1)):
        text = on.signed_in(estate.manager).get(reverse("console:workbench")).content.decode()
    for kind in ("daily", "weekly", "daily_record"):
        assert f'href="{address(kind)}"' in text
    assert "Daily check of complaints: 翠湖花园管理处" in text
