"""GET /visits and POST /visits/{id}/attempts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import Staff
from bihuan.cases.models import Case
from bihuan.customers.models import Party
from bihuan.dispatch.actions import arrive, finish, issue, pick_up
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.visits.models import AnswerSheet, Attempt, Visit
from tests.api.conftest import MORNING, Program, complaint, demand, problem, program
from tests.api.test_lists import items
from tests.api.test_receiving import ahead, iso, told

SATISFIED = {"satisfied": "yes", "solved": "solved"}


def handled(who: Program, body: dict[str, Any]) -> None:
    """A complaint that was received and put right."""
    pk = told(who.post("/cases", body))["id"]
    for step in ({"kind": "assigned", "facts": {"to": "sun"}}, {"kind": "handled", "facts": {"text": "已修好"}}):
        told(who.post(f"/cases/{pk}/events", step))


def repaired(who: Program, body: dict[str, Any], by: Staff) -> None:
    """A request that was received, and a job that put it right."""
    case, actor = Case.objects.get(pk=told(who.post("/cases", body))["id"]), actor_of(by)
    order = issue(case, task="修水管", trade="plumbing", technician=by, by=actor, at=MORNING)
    for step in (pick_up, arrive):
        step(order, by=actor, at=MORNING)
    finish(order, result="已修好", by=actor, at=MORNING)


@pytest.fixture
def demand_visit(chen: Program, people: dict[str, Staff], party: Party) -> str:
    """The visit that is owed for a request put right."""
    repaired(chen, demand(party=party.pk), by=people["sun"])
    (visit,) = items(chen, "/visits")
    return str(visit["id"])


@pytest.fixture
def complaint_visit(chen: Program, people: dict[str, Staff]) -> str:
    """The visit that is owed for a complaint put right."""
    handled(chen, complaint(severity="B", problem="03"))
    (visit,) = items(chen, "/visits")
    return str(visit["id"])


def attempt(who: Program, visit: str, outcome: str = "done", **more: Any) -> Any:
    """Tells how a try came out."""
    return who.post(f"/visits/{visit}/attempts", {"outcome": outcome} | more)


def test_a_visit_is_owed_when_a_case_is_handled(chen: Program, demand_visit: str, party: Party) -> None:
    (visit,) = items(chen, "/visits")
    case = told(chen.get(f"/cases/{visit['case']}"))
    assert (visit["state"], visit["site"], visit["number"], visit["party"]) == (
        "planned",
        "CH",
        case["number"],
        party.pk,
    )
    assert visit["subject"].startswith("work_order:")
    assert {one["subject"] for one in visit["obligations"]} == {visit["subject"]}
    assert visit["due_at"] == min(one["due_at"] for one in visit["obligations"])
    assert visit["clauses"] == list(dict.fromkeys(one["clause"] for one in visit["obligations"]))
    assert (visit["satisfied"], visit["solved"], visit["ended_at"], visit["again_at"]) == (None, None, None, None)


def test_a_complaint_is_what_is_visited_itself(chen: Program, complaint_visit: str) -> None:
    (visit,) = items(chen, "/visits")
    case = told(chen.get(f"/cases/{visit['case']}"))
    assert visit["subject"] == f"case:{case['id']}"
    assert visit["obligations"] == [one for one in case["obligations"] if one["duty"] == "visit"]


def test_a_visit_that_is_made_keeps_the_promise(chen: Program, demand_visit: str) -> None:
    visit = told(attempt(chen, demand_visit, answers=SATISFIED | {"stars": {"result": 5, "intake": 4}}, signed=True))
    assert (visit["state"], visit["satisfied"], visit["solved"]) == ("done", "yes", "solved")
    assert visit["ended_at"] == "2026-11-23T09:00:00+08:00"
    assert {one["state"] for one in visit["obligations"]} == {"met"}
    sheet = AnswerSheet.objects.get()
    assert (sheet.result, sheet.intake, sheet.measures, sheet.signed_on_paper) == (5, 4, None, True)
    assert items(chen, "/visits") == []
    assert items(chen, "/visits", state="done") == [visit]


def test_who_is_not_satisfied_has_the_case_open_again(chen: Program, complaint_visit: str) -> None:
    answers = {"satisfied": "no", "solved": "unsolved", "shortcomings": "夜里还在施工", "companion": "qian"}
    visit = told(attempt(chen, complaint_visit, answers=answers))
    case = told(chen.get(f"/cases/{visit['case']}"))
    assert (visit["state"], case["state"]) == ("done", "in_hand")
    assert any(one["state"] == "open" for one in case["obligations"])


def test_nobody_reached_leaves_it_owed(chen: Program, demand_visit: str) -> None:
    again = ahead(hours=3)
    visit = told(attempt(chen, demand_visit, "not_reached", note="无人接听", again_at=again))
    assert (visit["state"], visit["again_at"]) == ("planned", "2026-11-23T12:00:00+08:00")
    assert [(one.outcome, one.note) for one in Attempt.objects.all()] == [("not_reached", "无人接听")]
    assert told(attempt(chen, demand_visit, answers=SATISFIED))["state"] == "done"


def test_who_declines_is_not_visited(chen: Program, demand_visit: str) -> None:
    visit = told(attempt(chen, demand_visit, "declined", note="不需要"))
    assert visit["state"] == "declined"
    assert {one["state"] for one in visit["obligations"]} == {"waived"}
    assert items(chen, "/visits", state="declined") == [visit]
    assert items(chen, "/visits", state="done") == items(chen, "/visits", state="not_owed") == []


def test_a_visit_is_answered_once(chen: Program, demand_visit: str) -> None:
    attempt(chen, demand_visit, answers=SATISFIED)
    for again in (attempt(chen, demand_visit, answers=SATISFIED), attempt(chen, demand_visit, "not_reached")):
        assert problem(again) == (409, "not_now", "")
    assert Attempt.objects.count() == 1


def test_a_complaint_is_visited_by_two(chen: Program, people: dict[str, Staff], complaint_visit: str) -> None:
    assert problem(attempt(chen, complaint_visit, answers=SATISFIED)) == (422, "alone", "answers.companion")
    alone = SATISFIED | {"companion": "chen"}
    assert problem(attempt(chen, complaint_visit, answers=alone)) == (422, "alone", "answers.companion")
    assert told(attempt(chen, complaint_visit, answers=SATISFIED | {"companion": "qian"}))["state"] == "done"
    assert AnswerSheet.objects.get().companion == people["qian"]
    assert Event.objects.get(kind="visit.done").facts["companion"] == people["qian"].pk


@pytest.mark.parametrize("companion", ["nobody", 987_654, "li"])
def test_a_companion_works_there(chen: Program, demand_visit: str, companion: str | int) -> None:
    answers = SATISFIED | {"companion": companion}
    assert problem(attempt(chen, demand_visit, answers=answers)) == (422, "not_theirs", "answers.companion")
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ({}, "missing", "outcome"),
        ({"outcome": "maybe"}, "not_a_choice", "outcome"),
        ({"outcome": "done"}, "missing", "answers"),
        ({"outcome": "done", "answers": None}, "missing", "answers"),
        ({"outcome": "done", "answers": {}}, "missing", "answers.satisfied"),
        ({"outcome": "done", "answers": {"satisfied": True}}, "not_a_choice", "answers.satisfied"),
        ({"outcome": "done", "answers": {"satisfied": "yes"}}, "missing", "answers.solved"),
        ({"outcome": "done", "answers": {"satisfied": "no", "solved": "partly"}}, "missing", "answers.shortcomings"),
        ({"outcome": "done", "answers": SATISFIED | {"stars": {"result": 0}}}, "out_of_range", "answers.stars.result"),
        ({"outcome": "done", "answers": SATISFIED | {"stars": {"result": 6}}}, "out_of_range", "answers.stars.result"),
        ({"outcome": "done", "answers": SATISFIED | {"stars": {"speed": 5}}}, "unknown_field", "answers.stars.speed"),
        ({"outcome": "done", "answers": SATISFIED | {"shortcomings": "水" * 4001}}, "too_long", "answers.shortcomings"),
        ({"outcome": "done", "answers": SATISFIED, "note": "x"}, "unknown_field", "note"),
        ({"outcome": "done", "answers": SATISFIED, "signed": "yes"}, "bad_value", "signed"),
        ({"outcome": "declined", "answers": SATISFIED}, "unknown_field", "answers"),
        ({"outcome": "declined", "again_at": ahead(hours=1)}, "unknown_field", "again_at"),
        ({"outcome": "not_reached", "signed": True}, "unknown_field", "signed"),
        ({"outcome": "not_reached", "note": "水" * 201}, "too_long", "note"),
        ({"outcome": "not_reached", "again_at": ahead()}, "in_the_past", "again_at"),
        ({"outcome": "not_reached", "at": ahead(seconds=1)}, "in_the_future", "at"),
        ({"outcome": "not_reached", "at": iso(seconds=1)}, "before_receipt", "at"),
        ({"outcome": "not_reached", "by": "chen"}, "unknown_field", "by"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    chen: Program, demand_visit: str, body: dict[str, Any], code: str, where: str
) -> None:
    assert problem(chen.post(f"/visits/{demand_visit}/attempts", body)) == (422, code, where)
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("star", [1, 5])
def test_stars_go_from_one_to_five(chen: Program, demand_visit: str, star: int) -> None:
    assert attempt(chen, demand_visit, answers=SATISFIED | {"stars": {"measures": star}}).status_code == 200


class TestWhen:
    """`at` of a try, also where no case sets a limit."""

    @pytest.fixture
    def of_a_party(self, people: dict[str, Staff], party: Party) -> str:
        """A visit to a customer for its own sake."""
        from bihuan.kernel.ids import new_id

        due = MORNING + timedelta(days=30)
        visit = Visit.objects.create(
            id=new_id(), site_id="CH", subject=party.subject, party=party, planned_at=MORNING, due_at=due
        )
        return str(visit.pk)

    @pytest.fixture(params=["demand_visit", "of_a_party"])
    def visit(self, request: pytest.FixtureRequest) -> str:
        return str(request.getfixturevalue(request.param))

    def test_an_earlier_time_counts(self, chen: Program, visit: str) -> None:
        with clock.frozen(MORNING + timedelta(days=7)):
            assert attempt(chen, visit, "not_reached", at=ahead()).status_code == 200
        assert Attempt.objects.get().at == MORNING

    def test_seven_days_back_and_no_further(self, chen: Program, visit: str) -> None:
        with clock.frozen(MORNING + timedelta(days=7, seconds=1)):
            assert problem(attempt(chen, visit, "not_reached", at=ahead())) == (422, "too_far_back", "at")

    def test_who_may_not_backdate_has_five_minutes(self, person: Callable[..., Staff], visit: str) -> None:
        branch = program(person("bo", ("branch_office", "CH")))
        with clock.frozen(MORNING + timedelta(minutes=5)):
            assert attempt(branch, visit, "not_reached", at=ahead()).status_code == 200
        with clock.frozen(MORNING + timedelta(minutes=5, seconds=1)):
            assert problem(attempt(branch, visit, "not_reached", at=ahead())) == (403, "not_allowed", "")

    def test_a_visit_for_no_case_tells_of_none(self, chen: Program, of_a_party: str, party: Party) -> None:
        (visit,) = items(chen, "/visits")
        assert (visit["case"], visit["number"], visit["party"]) == (None, None, party.pk)
        done = told(attempt(chen, of_a_party, answers={"satisfied": "basically"}))
        assert (done["satisfied"], done["state"]) == ("basically", "done")


def test_other_peoples_visits_are_not_found(li: Program, demand_visit: str) -> None:
    theirs = attempt(li, demand_visit, "not_reached")
    none = attempt(li, "0193523e-4a6f-7c1e-9b1f-6f2f0b8f6a11", "not_reached")
    assert problem(theirs) == problem(none) == (404, "not_found", "")
    assert theirs.content == none.content


@pytest.mark.parametrize("key", ["x", "1", "0193523e-4a6f-7c1e-9b1f"])
def test_what_is_no_id_is_not_found(chen: Program, key: str) -> None:
    assert problem(attempt(chen, key, "not_reached")) == (404, "not_found", "")


def test_who_may_not_visit_is_told_so(people: dict[str, Staff], demand_visit: str) -> None:
    sun = program(people["sun"])
    assert len(items(sun, "/visits")) == 1
    assert problem(attempt(sun, demand_visit, "not_reached")) == (403, "not_allowed", "")


def test_who_is_anonymous_is_told_to_nobody(chen: Program, people: dict[str, Staff], party: Party) -> None:
    handled(chen, complaint(severity="C", problem="03", party=party.pk, anonymous=True))
    assert [one["party"] for one in items(chen, "/visits")] in ([], [None])
    Visit.objects.update(party=party)
    assert all(one["party"] is None for one in items(chen, "/visits"))


def test_ended_visits_come_in_pages_with_their_answers(chen: Program, people: dict[str, Staff]) -> None:
    from bihuan.kernel.ids import new_id

    made = [
        Visit(
            id=new_id(), site_id="CH", subject=f"party:{number}", state="done", planned_at=MORNING, due_at=MORNING,
            ended_at=MORNING - timedelta(minutes=number // 2),
        )
        for number in range(60)
    ]  # fmt: skip
    Visit.objects.bulk_create(made)
    AnswerSheet.objects.bulk_create(AnswerSheet(visit=one, satisfied="yes", solved="solved") for one in made)
    first = told(chen.get("/visits", state="done"))
    second = told(chen.get("/visits", state="done", after=first["next"]))
    assert (len(first["items"]), len(second["items"]), second["next"]) == (50, 10, None)
    both = first["items"] + second["items"]
    assert {one["id"] for one in both} == {str(one.pk) for one in made}
    assert [one["ended_at"] for one in both] == sorted((one["ended_at"] for one in both), reverse=True)


def test_a_try_costs_no_more_than_fifty_queries(
    chen: Program, demand_visit: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(50):
        attempt(chen, demand_visit, answers=SATISFIED)


def test_what_is_sent_is_what_is_kept(chen: Program, people: dict[str, Staff], demand_visit: str) -> None:
    words = "还是有点漏，请再看看"
    attempt(
        chen, demand_visit, answers={"satisfied": "no", "solved": "partly", "shortcomings": words, "companion": "qian"}
    )
    sheet = AnswerSheet.objects.get()
    assert (sheet.satisfied, sheet.solved, sheet.shortcomings, sheet.companion) == (
        "no",
        "partly",
        words,
        people["qian"],
    )
    assert words not in json.dumps([one.facts for one in Event.objects.all()], ensure_ascii=False)
    assert Attempt.objects.get().by == actor_of(people["chen"]).staff
