"""Before a visit: the script with the facts filled in, when not to call, what happened, and which visit of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from bihuan.cases.models import Case
from bihuan.console.visiting import within
from bihuan.customers.models import Party
from bihuan.kernel import clock
from bihuan.visits.models import Visit
from tests.console import estate as on
from tests.console.estate import HOUR, MORNING, Estate
from tests.world import serves

pytestmark = pytest.mark.django_db
NEXT_DAY = MORNING + 24 * HOUR  # Wednesday 09:00 at the site


@pytest.fixture(autouse=True)
def _next_day() -> Iterator[None]:
    with clock.frozen(NEXT_DAY):
        yield


@serves("HF-4.3b", "ZL-2.2.2")
def test_the_script_of_a_complaint_speaks_of_what_was_told_and_what_was_done(agent: Client, visit: Visit) -> None:
    assert agent.get(f"/visits/{visit.pk}").context["script"]["text"] == (
        "Hello, Ms 王丽. This is 李敏 of 翠湖花园管理处, customer service. You told us yesterday: 电梯异响夜间扰民. "
        "It was put right yesterday: 更换曳引机轴承，夜间试运行无异响. "
        "May I take two minutes of your time to ask how things are now?"
    )


def test_the_script_of_a_repair_speaks_of_the_technician_and_the_work(estate: Estate, agent: Client) -> None:
    order = on.finished(estate)
    text = agent.get(f"/visits/{on.visit_to(order.subject).pk}").context["script"]["text"]
    assert "You asked for this: 厨房下水堵塞; 张伟 came to see to it yesterday." in text
    assert "What was done: 疏通下水，更换存水弯." in text


def test_the_script_of_a_customer_visit_asks_how_they_are_getting_on(estate: Estate, agent: Client) -> None:
    on.moved_in(estate, estate.party)
    response = agent.get(f"/visits/{on.visit_to(estate.party.subject).pk}")
    assert "how you are getting on" in response.context["script"]["text"]
    assert 'name="solved"' not in response.content.decode()


@pytest.mark.parametrize(
    ("name", "gender", "kind", "called"),
    [
        ("王丽", "f", "resident", "Hello, Ms 王丽."),
        ("何平", "m", "resident", "Hello, Mr 何平."),
        ("王女士", "f", "resident", "Hello, 王女士."),
        ("陈宇", "", "resident", "Hello, 陈宇."),
        ("瑞康药房", "f", "merchant", "Hello, 瑞康药房."),
    ],
)
def test_people_are_spoken_to_by_name_and_title(
    estate: Estate, agent: Client, visit: Visit, name: str, gender: str, kind: str, called: str
) -> None:
    Party.objects.filter(pk=estate.party.pk).update(name=name, gender=gender, kind=kind)
    assert agent.get(f"/visits/{visit.pk}").context["script"]["text"].startswith(called)


def test_an_older_day_is_said_by_its_date(agent: Client, visit: Visit) -> None:
    with clock.frozen(MORNING + 48 * HOUR):
        assert "You told us on November 24:" in agent.get(f"/visits/{visit.pk}").context["script"]["text"]


@serves("GC-1.2b")
@pytest.mark.parametrize(
    ("at", "resting"),
    [(time(12, 59, 59), False), (time(13), True), (time(14, 59, 59), True), (time(15), False)],
)
def test_rest_hours_are_warned_of_to_the_second(
    estate: Estate, agent: Client, visit: Visit, at: time, resting: bool
) -> None:
    on.at_rest(estate.party, time(13), time(15))
    local = datetime.combine(NEXT_DAY.date(), at, UTC) - timedelta(hours=8)
    with clock.frozen(local):
        response = agent.get(f"/visits/{visit.pk}")
    assert ("GC-1.2b" in response.content.decode()) is resting
    assert ("Do not call now" in response.content.decode()) is resting


@pytest.mark.parametrize(
    ("at", "inside"), [(time(21, 59), False), (time(22), True), (time(3), True), (time(7, 59), True), (time(8), False)]
)
def test_rest_hours_may_go_past_midnight(at: time, inside: bool) -> None:
    assert within(at, time(22), time(8)) is inside


@serves("ZL-3.3.1")
@pytest.mark.parametrize(("hour", "minute", "open_"), [(8, 59, False), (9, 0, True), (17, 59, True), (18, 0, False)])
def test_a_call_outside_working_hours_is_warned_of(
    agent: Client, visit: Visit, hour: int, minute: int, open_: bool
) -> None:
    with clock.frozen(NEXT_DAY.replace(hour=0) + timedelta(hours=hour - 8, minutes=minute)):
        page = agent.get(f"/visits/{visit.pk}").content.decode()
    assert ("ZL-3.3.1" in page) is not open_
    assert ("good to call" in page) is open_


@serves("ZL-3.3.2")
def test_a_key_customer_may_be_called_outside_working_hours_if_told_before(
    estate: Estate, agent: Client, visit: Visit
) -> None:
    evening = NEXT_DAY + 11 * HOUR
    with clock.frozen(evening):
        assert "Only urgent or key customers" in agent.get(f"/visits/{visit.pk}").content.decode()
        Party.objects.filter(pk=estate.party.pk).update(customer_class="key")
        assert "may be called all the same" in agent.get(f"/visits/{visit.pk}").content.decode()


def test_the_page_says_which_visit_of_the_day_it_is(estate: Estate, agent: Client) -> None:
    first = on.finished(estate)
    second = on.finished(estate, at=MORNING + HOUR)
    on.finished(estate, at=MORNING + 20 * HOUR)  # due after midnight
    turn = agent.get(f"/visits/{on.visit_to(second.subject).pk}").context["turn"]
    assert (turn.nth, turn.of) == (2, 2)
    agent.post(f"/visits/{on.visit_to(first.subject).pk}", {"outcome": "yes", "solved": "solved"})
    turn = agent.get(f"/visits/{on.visit_to(second.subject).pk}").context["turn"]
    assert (turn.nth, turn.of) == (2, 2)


@serves("ZL-2.2.1a")
def test_the_page_tells_what_happened_oldest_first(agent: Client, visit: Visit) -> None:
    story = agent.get(f"/visits/{visit.pk}").context["story"]
    assert [one["title"] for one in story] == ["received", "classified", "handed over", "handled", "result told"]


@serves("HF-1.4", "HF-1.8")
def test_a_new_case_opens_with_the_customer_and_what_was_visited(
    estate: Estate, agent: Client, complaint: Case, visit: Visit
) -> None:
    address = agent.get(f"/visits/{visit.pk}").context["new_case"]
    assert address.startswith("/intake?")
    assert f"who={estate.party.pk}-{estate.home.pk}" in address
    assert f"repeats={complaint.pk}" in address
