"""Sending somebody, and the steps of a job: at the desk and on the technician's phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bihuan.accounts.models import Staff
from bihuan.cases.models import Case
from bihuan.dispatch.models import OrderState, WorkOrder
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate

pytestmark = pytest.mark.django_db
LATER = MORNING + 4 * HOUR


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with clock.frozen(LATER):
        yield


@pytest.fixture
def demand(estate: Estate) -> Case:
    return on.received(estate, kind="demand", problem="")


def filled(**changed: Any) -> dict[str, Any]:
    """What the dispatch form sends."""
    return {"task": "疏通厨房下水", "trade": "plumbing", "technician": "", "agreed_at": ""} | changed


def press(client: Client, order: WorkOrder, verb: str, **given: Any) -> Any:
    return client.post(f"/work-orders/{order.number}/{verb}", given)


def test_whoever_is_sent_gets_the_job_and_the_case_says_so(estate: Estate, agent: Client, demand: Case) -> None:
    response = agent.post(
        f"/cases/{demand.number}/dispatch",
        filled(technician=estate.plumber.pk, agreed_at="2026-11-24T15:30", important="on"),
    )
    assert (response.status_code, response.url) == (302, f"/cases/{demand.number}")  # type: ignore[attr-defined]
    order = WorkOrder.objects.get()
    assert (order.task, order.trade, order.technician, order.important) == (
        "疏通厨房下水",
        "plumbing",
        estate.plumber,
        True,
    )
    assert order.agreed_at == MORNING + 6.5 * HOUR
    assert on.messages_of(response) == [f"{order.number} is given to 张伟."]


def test_a_job_may_wait_for_somebody(agent: Client, demand: Case) -> None:
    response = agent.post(f"/cases/{demand.pk}/dispatch", filled())
    assert WorkOrder.objects.get().state == OrderState.ISSUED
    assert on.messages_of(response)[0].endswith("nobody has it yet.")


def test_the_form_knows_the_task_the_trade_and_the_time_agreed(estate: Estate, agent: Client) -> None:
    case = on.received(estate, problem="03", agreed_at=LATER + HOUR)
    initial = agent.get(f"/cases/{case.number}/dispatch").context["form"].initial
    assert (initial["task"], initial["trade"], initial["agreed_at"]) == ("电梯异响夜间扰民", "lifts", LATER + HOUR)


def test_a_time_that_was_agreed_and_has_passed_is_not_offered_again(estate: Estate, agent: Client) -> None:
    case = on.received(estate, kind="demand", agreed_at=MORNING + HOUR)
    assert agent.get(f"/cases/{case.number}/dispatch").context["form"].initial["agreed_at"] is None


def test_those_of_the_trade_come_first_with_their_jobs(estate: Estate, agent: Client, demand: Case) -> None:
    on.issued(estate, to=estate.plumber)
    page = agent.get(f"/cases/{demand.number}/dispatch", {"trade": "plumbing"}).content.decode()
    assert page.index("张伟 · Plumbing") < page.index("刘洋 · Lifts")
    assert "1 in hand</option>" in page
    other = agent.get(f"/cases/{demand.number}/dispatch", {"trade": "lifts"}).content.decode()
    assert other.index("刘洋 · Lifts") < other.index("张伟 · Plumbing")


def test_the_fewer_jobs_the_sooner_named(estate: Estate, agent: Client, demand: Case) -> None:
    second = on.person("wangqi", "王奇", "technician", estate.site, trade="plumbing")
    on.issued(estate, to=estate.plumber)
    field = agent.get(f"/cases/{demand.number}/dispatch?trade=plumbing").context["form"].fields["technician"]
    own = dict(field.choices)["Plumbing"]
    assert [int(pk) for pk, _ in own] == [second.pk, estate.plumber.pk]


def test_nobody_of_another_site_can_be_sent(estate: Estate, agent: Client, demand: Case) -> None:
    far = on.person("qianfeng", "钱枫", "technician", estate.other, trade="plumbing")
    response = agent.post(f"/cases/{demand.number}/dispatch", filled(technician=far.pk))
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"technician"}
    assert not WorkOrder.objects.exists()


def test_nothing_typed_is_lost_when_something_is_missing(agent: Client, demand: Case) -> None:
    response = agent.post(f"/cases/{demand.number}/dispatch", filled(trade="", agreed_at="2026-11-24T15:30"))
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="疏通厨房下水"' in page
    assert 'value="2026-11-24T15:30"' in page


def test_a_complaint_is_classified_first(estate: Estate, agent: Client) -> None:
    case = on.received(estate, severity="", problem="")
    page = agent.get(f"/cases/{case.pk}/dispatch").content.decode()
    assert f"/cases/{case.pk}/classified" in page
    assert 'name="task"' not in page
    response = agent.post(f"/cases/{case.pk}/dispatch", filled())
    assert response.status_code == 409
    assert "Possible now: classified." in response.content.decode()
    assert 'value="疏通厨房下水"' in response.content.decode()


def test_nobody_is_sent_for_what_has_ended(estate: Estate, agent: Client, demand: Case) -> None:
    on.stepped(demand, "withdrawn", by=estate.agent, at=MORNING + HOUR, text="自己修好了")
    assert 'name="task"' not in agent.get(f"/cases/{demand.number}/dispatch").content.decode()
    assert agent.post(f"/cases/{demand.number}/dispatch", filled()).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("quality", 403), ("plumber", 404), ("chief", 200)])
def test_who_may_send_somebody(estate: Estate, demand: Case, who: str, status: int) -> None:
    assert on.signed_in(getattr(estate, who)).get(f"/cases/{demand.number}/dispatch").status_code == status


def test_a_technician_takes_the_job_arrives_and_finishes_it(estate: Estate) -> None:
    order, phone = on.issued(estate, to=estate.plumber), on.signed_in(estate.plumber)
    for verb, state in (("picked_up", OrderState.PICKED_UP), ("arrived", OrderState.ARRIVED)):
        response = press(phone, order, verb)
        assert (response.status_code, response.url) == (302, f"/work-orders/{order.number}")
        order.refresh_from_db()
        assert order.state == state
    assert press(phone, order, "finished", result="换了存水弯", fee="35.50").status_code == 302
    order.refresh_from_db()
    assert (order.state, order.result, order.fee) == (OrderState.FINISHED, "换了存水弯", Decimal("35.50"))
    assert on.visit_to(order.subject).due_at == LATER + 24 * HOUR


def test_the_page_offers_the_next_step_largest(estate: Estate) -> None:
    order = on.issued(estate, to=estate.plumber)
    steps = on.signed_in(estate.plumber).get(f"/work-orders/{order.number}").context["steps"]
    assert [(one["verb"], one["strong"]) for one in steps] == [("picked_up", True)]
    desk = on.signed_in(estate.agent).get(f"/work-orders/{order.number}").context["steps"]
    assert [one["verb"] for one in desk] == ["picked_up", "assigned", "cancelled"]


def test_a_finished_job_offers_nothing_more(estate: Estate, agent: Client) -> None:
    order = on.finished(estate)
    response = agent.get(f"/work-orders/{order.number}")
    assert response.context["steps"] == []
    assert "疏通下水，更换存水弯。" in response.content.decode()


def test_a_job_without_a_result_or_with_an_odd_fee_is_not_finished(estate: Estate) -> None:
    order, phone = _on_the_spot(estate), on.signed_in(estate.plumber)
    response = press(phone, order, "finished", result=" ", fee="-1")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"result", "fee"}
    order.refresh_from_db()
    assert order.state == OrderState.ARRIVED


@pytest.mark.parametrize(
    ("verb", "given"),
    [("picked_up", {}), ("arrived", {}), ("finished", {"result": "换了存水弯"})],
)
def test_a_step_taken_where_there_was_no_signal_is_written_down_for_when_it_was(
    estate: Estate, verb: str, given: dict[str, str]
) -> None:
    order, phone = _ready_for(estate, verb), on.signed_in(estate.plumber)
    assert 'name="at"' in phone.get(f"/work-orders/{order.number}/{verb}").content.decode()
    assert press(phone, order, verb, at="2026-11-24T12:30", **given).status_code == 302
    told = Event.objects.get(subject=order.subject, kind=f"work_order.{verb}")
    assert (told.at, told.recorded_at) == (MORNING + 3.5 * HOUR, LATER)


def test_the_page_of_a_job_leads_to_the_earlier_time_where_one_press_is_enough(estate: Estate) -> None:
    order, phone = on.issued(estate, to=estate.plumber), on.signed_in(estate.plumber)
    assert f'href="/work-orders/{order.number}/picked_up"' in phone.get(f"/work-orders/{order.number}").content.decode()


@pytest.mark.parametrize("at", ["2026-11-24T09:14", "2026-11-24T13:01"])  # before the job was issued; to come
def test_a_time_that_cannot_be_is_refused_beside_its_field(estate: Estate, at: str) -> None:
    order = on.issued(estate, to=estate.plumber)
    response = press(on.signed_in(estate.plumber), order, "picked_up", at=at)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["at"])
    order.refresh_from_db()
    assert order.state == OrderState.ASSIGNED


@pytest.mark.parametrize(("fee", "kept"), [("0", Decimal(0)), ("99999", Decimal(99999)), ("", None)])
def test_fees_are_kept_as_told(estate: Estate, fee: str, kept: Decimal | None) -> None:
    order = _on_the_spot(estate)
    press(on.signed_in(estate.plumber), order, "finished", result="好了", fee=fee)
    order.refresh_from_db()
    assert order.fee == kept


def test_a_fee_beyond_the_largest_is_refused_beside_its_field(estate: Estate) -> None:
    order = _on_the_spot(estate)
    response = press(on.signed_in(estate.plumber), order, "finished", result="好了", fee="99999.01")
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["fee"])


def test_a_job_is_given_to_somebody_else(estate: Estate, agent: Client) -> None:
    order = on.issued(estate, to=estate.plumber)
    response = press(agent, order, "assigned", technician=estate.lifter.pk)
    order.refresh_from_db()
    assert order.technician == estate.lifter
    assert on.messages_of(response) == [f"{order.number} is given to 刘洋."]
    assert on.signed_in(estate.plumber).get(f"/work-orders/{order.number}").status_code == 404


def test_a_job_is_cancelled_with_its_reason(estate: Estate, agent: Client) -> None:
    order = on.issued(estate, to=estate.plumber)
    assert press(agent, order, "cancelled", reason="").status_code == 422
    assert press(agent, order, "cancelled", reason="客户自行处理").status_code == 302
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED


@pytest.mark.parametrize("verb", ["assigned", "cancelled"])
def test_a_technician_neither_gives_jobs_away_nor_cancels_them(estate: Estate, verb: str) -> None:
    order, phone = on.issued(estate, to=estate.plumber), on.signed_in(estate.plumber)
    assert phone.get(f"/work-orders/{order.number}/{verb}").status_code == 403
    assert press(phone, order, verb, reason="累了", technician=estate.lifter.pk).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("lifter", 404), ("plumber", 200), ("quality", 200)])
def test_who_may_see_a_job(estate: Estate, who: str, status: int) -> None:
    order = on.issued(estate, to=estate.plumber)
    client = on.signed_in(getattr(estate, who))
    assert client.get(f"/work-orders/{order.number}").status_code == status
    assert client.get(f"/work-orders/{order.pk}").status_code == status


def test_a_quality_supervisor_looks_and_takes_no_step(estate: Estate) -> None:
    order, client = on.issued(estate, to=estate.plumber), on.signed_in(estate.quality)
    assert client.get(f"/work-orders/{order.number}").context["steps"] == []
    assert press(client, order, "picked_up").status_code == 403


def test_an_unknown_step_is_not_found(estate: Estate, agent: Client) -> None:
    assert agent.get(f"/work-orders/{on.issued(estate).number}/painted").status_code == 404


def test_looking_at_a_step_takes_none(estate: Estate, agent: Client) -> None:
    order = on.issued(estate, to=estate.plumber)
    for verb in ("picked_up", "assigned", "cancelled"):
        assert agent.get(f"/work-orders/{order.number}/{verb}").status_code == 200
    order.refresh_from_db()
    assert order.state == OrderState.ASSIGNED


def test_who_presses_second_hears_what_is_possible_now(estate: Estate, agent: Client) -> None:
    order = on.issued(estate, to=estate.plumber)
    assert press(on.signed_in(estate.plumber), order, "picked_up").status_code == 302
    response = press(agent, order, "picked_up")
    page = response.content.decode()
    assert response.status_code == 409
    assert re.search(r"Possible now: assigned.{1,3}arrived.{1,3}cancelled\.", page)
    assert f'action="/work-orders/{order.number}/arrived"' in page


def test_what_was_typed_stays_when_a_colleague_was_first(estate: Estate, agent: Client) -> None:
    order = _on_the_spot(estate)
    assert press(on.signed_in(estate.plumber), order, "finished", result="修好了").status_code == 302
    response = press(agent, order, "cancelled", reason="客户改主意了")
    assert response.status_code == 409
    assert "客户改主意了" in response.content.decode()
    assert "Nothing more can be done with it." in response.content.decode()
    order.refresh_from_db()
    assert (order.state, order.result) == (OrderState.FINISHED, "修好了")


def test_a_technician_sees_the_mask_of_the_telephone_and_no_way_to_it(estate: Estate, agent: Client) -> None:
    order = on.issued(estate, to=estate.plumber)
    phone, desk = (
        client.get(f"/work-orders/{order.number}").content.decode() for client in (on.signed_in(estate.plumber), agent)
    )
    assert "138****5521" in phone
    assert "138****5521" in desk
    assert "/reveal/" in desk
    assert "/reveal/" not in phone
    assert f'href="/cases/{order.case.number}"' not in phone


def test_steps_need_no_script(estate: Estate) -> None:
    order = on.issued(estate, to=estate.plumber)
    page = on.signed_in(estate.plumber).get(f"/work-orders/{order.number}").content.decode()
    assert f'<form method="post" action="/work-orders/{order.number}/picked_up">' in page


@pytest.mark.parametrize(("address", "most"), [("", 12), ("/assigned", 14), ("/cancelled", 12)])
def test_the_page_of_a_job_costs_few_queries_however_many_there_are(
    estate: Estate, agent: Client, address: str, most: int
) -> None:
    order = on.issued(estate, to=estate.plumber)
    few = on.queries_for(agent, f"/work-orders/{order.number}{address}")
    for number in range(20):
        on.person(f"technician{number}", f"师傅{number}", "technician", estate.site, trade="plumbing")
    for staff in Staff.objects.filter(username__startswith="technician")[:5]:
        on.issued(estate, to=staff)
    assert on.queries_for(agent, f"/work-orders/{order.number}{address}") == few <= most


def _on_the_spot(estate: Estate) -> WorkOrder:
    return _ready_for(estate, "finished")


def _ready_for(estate: Estate, verb: str) -> WorkOrder:
    """The plumber's job, as it stands before a step."""
    order = on.issued(estate, to=estate.plumber)
    for act, at in ((on.dispatch.pick_up, MORNING + HOUR), (on.dispatch.arrive, MORNING + 2 * HOUR)):
        if verb in on.dispatch.possible(order):
            break
        with clock.frozen(at):
            order = act(order, by=on.as_actor(estate.plumber), at=at)
    return order
