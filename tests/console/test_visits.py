"""The page of a visit: who may, each way it can come out, what follows, and that nothing typed is lost."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bihuan.cases.models import Case, CaseState
from bihuan.dispatch.models import OrderState, WorkOrder
from bihuan.kernel import clock
from bihuan.obligations.models import Obligation
from bihuan.visits.models import AnswerSheet, Attempt, Visit, VisitState
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.world import at_once, serves

pytestmark = pytest.mark.django_db
NEXT_DAY = MORNING + 24 * HOUR  # Wednesday 09:00 at the site
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SIGNED = "data:image/png;base64," + base64.b64encode(DOT).decode()


@pytest.fixture(autouse=True)
def _next_day() -> Iterator[None]:
    with clock.frozen(NEXT_DAY):
        yield


def answered(estate: Estate, outcome: str, **changed: Any) -> dict[str, Any]:
    """What the form of a complaint's visit sends."""
    usual = {"outcome": outcome, "solved": "solved", "companion": estate.manager.pk, "shortcomings": ""}
    return usual | {"intake": 5, "measures": 4, "result": 4} | changed


def send(client: Client, visit: Visit, given: dict[str, Any]) -> Any:
    return client.post(f"/visits/{visit.pk}", given)


# --- Who may ---


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("plumber", 404), ("chief", 200), ("quality", 200)])
def test_who_may_see_a_visit(estate: Estate, visit: Visit, who: str, status: int) -> None:
    client = on.signed_in(getattr(estate, who))
    assert client.get(f"/visits/{visit.pk}").status_code == status
    assert client.get(f"/visits/of/{visit.subject}").status_code == (302 if status == 200 else 404)


def test_a_trade_supervisor_looks_and_writes_down_nothing(estate: Estate, visit: Visit) -> None:
    client = on.signed_in(estate.chief)
    assert b'name="outcome"' not in client.get(f"/visits/{visit.pk}").content
    assert send(client, visit, answered(estate, "yes")).status_code == 403


def test_a_visit_that_is_none_is_not_found(agent: Client) -> None:
    assert agent.get(f"/visits/{uuid4()}").status_code == 404
    assert agent.get(f"/visits/of/case:{uuid4()}").status_code == 404


# --- How it comes out ---


@serves("GC-6.4", "GC-6.5.1")
def test_a_satisfied_customer_signs_and_the_complaint_can_be_closed(
    estate: Estate, agent: Client, complaint: Case, visit: Visit
) -> None:
    response = send(agent, visit, answered(estate, "yes", signature=SIGNED, shortcomings="希望维修前先贴通知。"))
    assert (response.status_code, response.url) == (302, "/visits")
    sheet = AnswerSheet.objects.get(visit=visit)
    assert (sheet.satisfied, sheet.solved, sheet.companion) == ("yes", "solved", estate.manager)
    assert (sheet.intake, sheet.measures, sheet.result) == (5, 4, 4)
    assert sheet.signature == hashlib.sha256(DOT).hexdigest()
    assert sheet.shortcomings == "希望维修前先贴通知。"
    assert on.messages_of(response) == [f"The answers of Ms 王丽 are kept; {complaint.number} can be closed now."]
    with clock.frozen(NEXT_DAY + HOUR):
        assert on.stepped(complaint, "closed", by=estate.agent, at=NEXT_DAY + HOUR).state == CaseState.CLOSED


def test_stars_may_be_left_out_and_paper_may_be_signed(estate: Estate, agent: Client, visit: Visit) -> None:
    given = answered(estate, "basically", intake="", measures="", result="", signed_on_paper="on", solved="partly")
    assert send(agent, visit, given).status_code == 302
    sheet = AnswerSheet.objects.get()
    assert (sheet.satisfied, sheet.intake, sheet.signed_on_paper, sheet.solved) == ("basically", None, True, "partly")


@serves("GC-6.5.2")
def test_a_dissatisfied_customer_opens_the_case_again(estate: Estate, agent: Client) -> None:
    complaint = on.received(estate)
    on.stepped(complaint, "handed_over", by=estate.agent, at=MORNING + HOUR / 2, to=estate.chief.pk)
    on.stepped(complaint, "found_valid", by=estate.chief, at=MORNING + HOUR)
    on.grant(estate, amount=0)
    on.stepped(complaint, "promised", by=estate.manager, at=MORNING + HOUR, text="明早答复", amount=0)  # to be reported
    on.stepped(complaint, "handled", by=estate.chief, at=MORNING + 2 * HOUR, text="更换轴承")
    visit = on.visit_to(complaint.subject)
    before = set(_open(complaint))
    response = send(agent, visit, answered(estate, "no", solved="unsolved", shortcomings="还是有声音"))
    complaint.refresh_from_db()
    assert (complaint.state, complaint.round) == (CaseState.IN_HAND, 2)
    fresh = len(set(_open(complaint)) - before)
    assert 0 < fresh < len(_open(complaint))
    promises = "promise is" if fresh == 1 else "promises are"
    assert on.messages_of(response) == [f"Ms 王丽 is dissatisfied: the case is open again; {fresh} {promises} new."]


def test_a_dissatisfied_customer_of_a_repair_sends_the_technician_back(estate: Estate, agent: Client) -> None:
    order = on.finished(estate)
    given = {"outcome": "no", "solved": "unsolved", "shortcomings": "又堵了"}
    assert send(agent, on.visit_to(order.subject), given).status_code == 302
    order = WorkOrder.objects.select_related("case").get()
    assert (order.state, order.case.state) == (OrderState.ASSIGNED, CaseState.IN_HAND)


def test_what_a_customer_visited_for_no_case_is_dissatisfied_with_becomes_one(estate: Estate, agent: Client) -> None:
    on.moved_in(estate, estate.party)
    visit = on.visit_to(estate.party.subject)
    response = send(agent, visit, {"outcome": "no", "shortcomings": "门口太暗"})
    assert response.url == f"/intake?who={estate.party.pk}-0&kind=demand"
    assert on.messages_of(response) == ["Ms 王丽 is dissatisfied: take in as a case what is to be put right."]


def test_who_was_not_reached_stays_owed_and_is_tried_again(agent: Client, visit: Visit) -> None:
    given = {"outcome": "not_reached", "again_at": "2026-11-25T16:00", "note": "家里没人接"}
    response = send(agent, visit, given)
    visit.refresh_from_db()
    assert (visit.state, visit.again_at) == (VisitState.PLANNED, MORNING + 31 * HOUR)
    assert Attempt.objects.get().note == "家里没人接"
    assert on.messages_of(response) == ["Ms 王丽 was not reached; the visit stays owed until 11/27 12:00."]
    page = agent.get(f"/visits/{visit.pk}").content.decode()
    assert "家里没人接" in page
    assert "today 16:00" in page


def test_after_a_decline_the_complaint_closes_by_itself_in_a_week(agent: Client, complaint: Case, visit: Visit) -> None:
    response = send(agent, visit, {"outcome": "declined", "note": "不必再打"})
    visit.refresh_from_db()
    assert visit.state == VisitState.DECLINED
    assert on.messages_of(response) == [
        "Ms 王丽 declined the visit; without another word the case closes by itself 12/1 12:00."
    ]


def test_afterwards_the_next_visit_on_the_list_comes_up(estate: Estate, agent: Client) -> None:
    first, second = on.finished(estate), on.finished(estate, at=MORNING + HOUR)
    response = send(agent, on.visit_to(first.subject), {"outcome": "yes", "solved": "solved"})
    assert response.url == f"/visits/{on.visit_to(second.subject).pk}"
    assert send(agent, on.visit_to(second.subject), {"outcome": "not_reached"}).url == "/visits"


# --- What is wrong, and nothing lost ---


@pytest.mark.parametrize(
    ("outcome", "changed", "wrong"),
    [
        ("yes", {"companion": ""}, "companion"),
        ("yes", {"solved": ""}, "solved"),
        ("yes", {"intake": "6"}, "intake"),
        ("yes", {"intake": "0"}, "intake"),
        ("no", {"shortcomings": "  "}, "shortcomings"),
        ("yes", {"signature": "data:image/png;base64,AAAA"}, "signature"),
        ("yes", {"signature": "data:image/svg+xml;base64,PHN2Zz4="}, "signature"),
        ("not_reached", {"again_at": "2026-11-25T08:59"}, "again_at"),
        ("maybe", {}, "__all__"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(
    estate: Estate, agent: Client, visit: Visit, outcome: str, changed: dict[str, str], wrong: str
) -> None:
    given = answered(estate, outcome, shortcomings="夜里仍然听得到", note="第二次") | changed
    response = send(agent, visit, given)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [wrong]
    page = response.content.decode()
    assert ("夜里仍然听得到" in page) is (wrong != "shortcomings")
    assert 'value="第二次"' in page
    visit.refresh_from_db()
    assert visit.state == VisitState.PLANNED
    assert not Attempt.objects.exists()


@serves("GC-6.3.1")
def test_nobody_accompanies_oneself_nor_comes_from_another_site(estate: Estate, agent: Client, visit: Visit) -> None:
    for staff in (estate.agent, estate.stranger):
        assert send(agent, visit, answered(estate, "yes", companion=staff.pk)).status_code == 422
    assert send(agent, visit, answered(estate, "yes", companion=estate.quality.pk)).status_code == 302


@serves("GC-6.3.2")
def test_a_repair_is_visited_by_one_alone(estate: Estate, agent: Client) -> None:
    order = on.finished(estate)
    visit = on.visit_to(order.subject)
    assert "GC-6.3.1" not in agent.get(f"/visits/{visit.pk}").content.decode()
    assert send(agent, visit, {"outcome": "yes", "solved": "solved"}).status_code == 302


def test_who_comes_second_hears_who_was_first_and_keeps_what_was_typed(
    estate: Estate, agent: Client, visit: Visit
) -> None:
    assert send(agent, visit, answered(estate, "yes")).status_code == 302
    given = answered(estate, "no", shortcomings="还是有声音", note="晚上更响")
    response = send(on.signed_in(estate.supervisor), visit, given)
    page = response.content.decode()
    assert response.status_code == 409
    assert "李敏 has written down this visit already: Answered." in page
    assert "还是有声音" in page
    assert 'value="晚上更响"' in page
    assert 'name="outcome"' not in page
    assert AnswerSheet.objects.get().satisfied == "yes"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_the_same_moment_one_succeeds(estate: Estate, visit: Visit) -> None:
    clients = [on.signed_in(staff) for staff in (estate.agent, estate.supervisor)]
    given = answered(estate, "yes")
    responses = at_once(lambda: send(clients[0], visit, given), lambda: send(clients[1], visit, given))
    assert sorted(response.status_code for response in responses) == [302, 409]
    assert AnswerSheet.objects.count() == Attempt.objects.count() == 1


def test_a_visit_that_fell_away_meanwhile_is_not_written_down(
    estate: Estate, agent: Client, complaint: Case, visit: Visit
) -> None:
    on.stepped(complaint, "withdrawn", by=estate.agent, at=NEXT_DAY, text="不追究了")
    response = send(agent, visit, answered(estate, "yes"))
    assert response.status_code == 409
    assert "This visit is no longer owed." in response.content.decode()


# --- Afterwards ---


def test_what_was_answered_is_shown_with_the_signature(estate: Estate, agent: Client, visit: Visit) -> None:
    send(agent, visit, answered(estate, "basically", signature=SIGNED, shortcomings="希望先贴通知"))
    page = agent.get(f"/visits/{visit.pk}").content.decode()
    for told in ("Basically satisfied", "何建国", "4 stars of 5", "希望先贴通知", f"/visits/{visit.pk}/signature"):
        assert told in page


def test_the_signature_is_a_picture_for_who_may_see_the_visit(estate: Estate, agent: Client, visit: Visit) -> None:
    send(agent, visit, answered(estate, "yes", signature=SIGNED))
    response = agent.get(f"/visits/{visit.pk}/signature")
    assert b"".join(response.streaming_content) == DOT  # type: ignore[attr-defined]
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    for other in (estate.stranger, estate.plumber):
        assert on.signed_in(other).get(f"/visits/{visit.pk}/signature").status_code == 404


def test_without_a_signature_there_is_no_picture(estate: Estate, agent: Client, visit: Visit) -> None:
    assert agent.get(f"/visits/{visit.pk}/signature").status_code == 404
    send(agent, visit, answered(estate, "yes"))
    assert agent.get(f"/visits/{visit.pk}/signature").status_code == 404


def test_the_visit_owed_about_something_is_found_by_its_subject(estate: Estate, agent: Client, visit: Visit) -> None:
    assert agent.get(f"/visits/of/{visit.subject}").url == f"/visits/{visit.pk}"  # type: ignore[attr-defined]
    send(agent, visit, answered(estate, "yes"))
    again = agent.get(f"/visits/of/{visit.subject}")
    assert again.url == f"/visits/{visit.pk}"  # type: ignore[attr-defined]
    assert on.messages_of(again)[-1] == "No visit is owed here just now; this is the last one."


def test_the_form_needs_no_script(agent: Client, visit: Visit) -> None:
    page = agent.get(f"/visits/{visit.pk}").content.decode()
    for outcome in ("yes", "basically", "no", "not_reached", "declined"):
        assert f'name="outcome" value="{outcome}"' in page
    assert 'name="signed_on_paper"' in page


def test_the_page_costs_as_many_queries_whatever_happened_before(
    estate: Estate, agent: Client, complaint: Case, visit: Visit
) -> None:
    few = on.queries_for(agent, f"/visits/{visit.pk}")
    for number in range(12):
        on.finished(estate, at=MORNING + number * HOUR / 4)
        send(agent, visit, {"outcome": "not_reached"})
    on.stepped(complaint, "progress_told", by=estate.agent, at=NEXT_DAY, text="再观察两天")
    assert on.queries_for(agent, f"/visits/{visit.pk}") == few <= 23


def _open(case: Case) -> list[int]:
    return list(Obligation.objects.filter(subject=case.subject, state="open").values_list("pk", flat=True))
