"""POST /cases/{id}/events: steps, and what is possible now."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.accounts.models import Staff
from bihuan.cases.models import AuthorityLetter, Case, Note
from bihuan.cases.steps import STEPS
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from tests.api.conftest import MORNING, Program, complaint, demand, problem, program
from tests.api.test_receiving import ahead, iso, told


@pytest.fixture
def later() -> Any:
    """An hour has passed since the morning, in which the cases of these tests came in."""
    return clock.frozen(MORNING + timedelta(hours=1))


@pytest.fixture
def request_at_9(chen: Program) -> str:
    """The id of a request."""
    return str(told(chen.post("/cases", demand()))["id"])


@pytest.fixture
def complaint_at_9(chen: Program) -> str:
    """The id of a complaint B."""
    return str(told(chen.post("/cases", complaint(severity="B", problem="03")))["id"])


def events(case: str, who: Program, kind: str, **more: Any) -> Any:
    """Posts an event."""
    at = {"at": more.pop("at")} if "at" in more else {}
    return who.post(f"/cases/{case}/events", {"kind": kind, "facts": more} | at)


def test_a_step_gives_the_case_as_it_then_stands(chen: Program, complaint_at_9: str, people: dict[str, Staff]) -> None:
    case = told(events(complaint_at_9, chen, "handed_over", to=people["sun"].pk, text="请今天看一下"))
    assert (case["state"], case["in_charge"]) == ("in_hand", {"id": people["sun"].pk, "name": "Name of sun"})
    handed = [one for one in case["obligations"] if one["duty"] == "hand_over"]
    assert [(one["state"], one["met_at"], one["late_seconds"]) for one in handed] == [
        ("met", "2026-11-23T09:00:00+08:00", 0)
    ]
    assert Note.objects.get(event__kind="complaint.handed_over").text == "请今天看一下"
    assert told(chen.get(f"/cases/{complaint_at_9}")) == case


def test_who_takes_charge_is_named_by_id_or_user_name(
    chen: Program, complaint_at_9: str, people: dict[str, Staff]
) -> None:
    for key in (float(people["qian"].pk), people["qian"].pk, "sun", "SUN"):
        assert told(events(complaint_at_9, chen, "assigned", to=key))["in_charge"]["id"] in (
            people["qian"].pk,
            people["sun"].pk,
        )
    assert Case.objects.get().in_charge == people["sun"]


@pytest.mark.parametrize("key", ["nobody", 987_654, "li", "wu"])
def test_who_cannot_take_charge_there_is_refused_whoever_it_is(
    chen: Program, complaint_at_9: str, key: str | int
) -> None:
    assert problem(events(complaint_at_9, chen, "handed_over", to=key)) == (422, "not_theirs", "facts.to")


def test_a_step_is_taken_by_number_too(chen: Program, request_at_9: str) -> None:
    assert told(events("CH-D-20261123-001", chen, "restated"))["id"] == request_at_9


def test_what_is_not_possible_now_tells_what_is(chen: Program, request_at_9: str) -> None:
    refused = events(request_at_9, chen, "result_told", text="修好了")
    assert problem(refused) == (409, "not_now", "")
    allowed = json.loads(refused.content)["allowed"]
    assert allowed == told(chen.get(f"/cases/{request_at_9}"))["allowed"]
    assert "handled" in allowed
    assert not {"result_told", "closed"} & set(allowed)


def test_a_complaint_is_classified_before_it_is_handed_over(chen: Program, people: dict[str, Staff]) -> None:
    pk = told(chen.post("/cases", complaint()))["id"]
    refused = events(pk, chen, "handed_over", to="sun")
    assert problem(refused)[:2] == (409, "not_now")
    assert "classified" in json.loads(refused.content)["allowed"]
    assert told(events(pk, chen, "classified", severity="C", problem="07"))["number"] == "CH-C-07-0001"
    assert events(pk, chen, "handed_over", to="sun").status_code == 200


def test_what_is_over_allows_nothing(chen: Program, request_at_9: str) -> None:
    assert told(events(request_at_9, chen, "withdrawn", text="不需要了"))["allowed"] == ["noted"]
    refused = events(request_at_9, chen, "restated")
    assert problem(refused)[:2] == (409, "not_now")
    assert json.loads(refused.content)["allowed"] == ["noted"]


def test_a_case_that_nothing_allows_to_close_tells_what_else_is_possible(chen: Program, complaint_at_9: str) -> None:
    events(complaint_at_9, chen, "assigned", to="sun")
    events(complaint_at_9, chen, "handled", text="已沟通")
    refused = events(complaint_at_9, chen, "closed")
    assert problem(refused) == (409, "no_ground", "kind")
    allowed = json.loads(refused.content)["allowed"]
    assert "reopened" in allowed
    assert "closed" not in allowed


def test_more_time_is_asked_for_before_the_limit(chen: Program, complaint_at_9: str) -> None:
    resolve = [one for one in told(chen.get(f"/cases/{complaint_at_9}"))["obligations"] if one["duty"] == "resolve"]
    assert resolve
    within = events(complaint_at_9, chen, "overrun_requested", agreed_until=ahead(minutes=1), text="配件未到")
    assert problem(within) == (422, "no_overrun", "facts.agreed_until")


def test_only_the_site_manager_finds_that_all_means_are_used(
    chen: Program, people: dict[str, Staff], complaint_at_9: str
) -> None:
    events(complaint_at_9, chen, "assigned", to="sun")
    events(complaint_at_9, chen, "handled", text="已沟通")
    finding = {"reason": "all_means_used", "text": "已三次上门"}
    assert problem(events(complaint_at_9, chen, "closed", **finding)) == (403, "not_allowed", "")
    zhou = program(people["zhou"])
    assert problem(events(complaint_at_9, zhou, "closed", reason="all_means_used")) == (422, "missing", "facts.text")
    assert told(events(complaint_at_9, zhou, "closed", **finding))["state"] == "closed"


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ({}, "missing", "kind"),
        ({"kind": "handed over"}, "not_a_choice", "kind"),
        ({"kind": "complaint.restated"}, "not_a_choice", "kind"),
        ({"kind": "received"}, "not_a_choice", "kind"),
        ({"kind": 3}, "bad_value", "kind"),
        ({"kind": "restated", "by": "chen"}, "unknown_field", "by"),
        ({"kind": "restated", "facts": []}, "bad_value", "facts"),
        ({"kind": "restated", "facts": None}, "bad_value", "facts"),
        ({"kind": "restated", "facts": {"mood": "bad"}}, "unknown_field", "facts.mood"),
        ({"kind": "restated", "facts": {"to": "sun"}}, "unknown_field", "facts.to"),
        ({"kind": "restated", "facts": {"text": "水" * 4001}}, "too_long", "facts.text"),
        ({"kind": "classified", "facts": {"severity": "B"}}, "missing", "facts.problem"),
        ({"kind": "classified", "facts": {"severity": "B", "problem": "99"}}, "no_problem", "facts.problem"),
        ({"kind": "classified", "facts": {"severity": "b", "problem": "03"}}, "not_a_choice", "facts.severity"),
        ({"kind": "assigned", "facts": {"to": None}}, "missing", "facts.to"),
        ({"kind": "assigned", "facts": {"to": True}}, "bad_value", "facts.to"),
        ({"kind": "assigned", "facts": {"to": "s" * 41}}, "bad_value", "facts.to"),
        ({"kind": "time_agreed", "facts": {"agreed_at": ahead()}}, "in_the_past", "facts.agreed_at"),
        ({"kind": "time_agreed", "facts": {"agreed_at": "soon"}}, "bad_time", "facts.agreed_at"),
        ({"kind": "closed", "facts": {"reason": "because"}}, "not_a_choice", "facts.reason"),
        ({"kind": "action_taken"}, "missing", "facts.text"),
        ({"kind": "restated", "at": ahead(seconds=1)}, "in_the_future", "at"),
        ({"kind": "restated", "at": iso(seconds=1)}, "before_receipt", "at"),
        ({"kind": "restated", "at": "2026-11-23"}, "bad_time", "at"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    chen: Program, complaint_at_9: str, body: dict[str, Any], code: str, where: str
) -> None:
    before = Event.objects.count()
    assert problem(chen.post(f"/cases/{complaint_at_9}/events", body)) == (422, code, where)
    assert Event.objects.count() == before


def test_what_a_step_does_not_tell_is_refused_with_what_it_does(chen: Program, complaint_at_9: str) -> None:
    said = json.loads(events(complaint_at_9, chen, "classified", to="sun").content)
    assert "severity, ground, problem, text" in said["remedy"]


class TestWhen:
    """`at` of a step."""

    def test_it_is_now_where_it_is_not_said(self, chen: Program, request_at_9: str, later: Any) -> None:
        with later:
            events(request_at_9, chen, "restated")
            assert Event.objects.get(kind="demand.restated").at == clock.now()

    def test_an_earlier_time_counts(self, chen: Program, complaint_at_9: str, later: Any) -> None:
        with later:
            case = told(events(complaint_at_9, chen, "handed_over", to="sun", at=ahead(minutes=20)))
        (handed,) = (one for one in case["obligations"] if one["duty"] == "hand_over")
        assert handed["met_at"] == "2026-11-23T09:20:00+08:00"

    def test_five_minutes_back_are_for_everybody_and_more_for_who_may(
        self, chen: Program, person: Callable[..., Staff], request_at_9: str, later: Any
    ) -> None:
        branch = program(person("bo", ("branch_office", "CH")))
        with later:
            assert events(request_at_9, branch, "restated", at=ahead(minutes=55)).status_code == 200
            assert problem(events(request_at_9, branch, "restated", at=ahead(minutes=54, seconds=59)))[:2] == (
                403,
                "not_allowed",
            )
            assert events(request_at_9, chen, "restated", at=ahead()).status_code == 200

    def test_seven_days_back_and_no_further(self, chen: Program, request_at_9: str) -> None:
        with clock.frozen(MORNING + timedelta(days=7)):
            assert events(request_at_9, chen, "restated", at=ahead()).status_code == 200
        with clock.frozen(MORNING + timedelta(days=7, seconds=1)):
            assert problem(events(request_at_9, chen, "restated", at=ahead())) == (422, "too_far_back", "at")


def test_other_peoples_cases_are_not_found(li: Program, request_at_9: str) -> None:
    for key in (request_at_9, "CH-D-20261123-001"):
        assert problem(events(key, li, "restated")) == (404, "not_found", "")
    assert events(request_at_9, li, "restated").content == events("CH-D-20261123-999", li, "restated").content


@pytest.mark.parametrize("verb", sorted(STEPS))
def test_who_sees_a_case_and_may_not_take_a_step_is_told_so(
    person: Callable[..., Staff], complaint_at_9: str, verb: str
) -> None:
    """The quality supervisor sees everything and does little."""
    quality = program(person("he", ("quality_supervisor", "CH")))
    status = events(complaint_at_9, quality, verb).status_code
    assert (status == 403) == (verb not in ("classified", "closed", "reopened", "noted"))


def test_what_reacts_to_a_step_is_in_the_answer(chen: Program, people: dict[str, Staff]) -> None:
    pk = told(chen.post("/cases", complaint(severity="B", problem="03", at=iso(days=6))))["id"]
    case = told(events(pk, chen, "found_valid", text="属实"))
    assert any(one["owed_by"] == "clock" and one["duty"] == "reclassify" for one in case["obligations"])


def test_a_step_costs_no_more_than_twenty_five_queries(
    chen: Program, complaint_at_9: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    chen.get("/sites")
    with django_assert_max_num_queries(25):
        events(complaint_at_9, chen, "restated", text="已复述")


def test_a_promise_tells_what_it_costs_and_keeps_within_the_authority_letter(
    chen: Program, people: dict[str, Staff], complaint_at_9: str
) -> None:
    zhou, day = people["zhou"], MORNING.date()
    granted = {"since": day, "until": day, "granted_at": MORNING, "approved_by": people["chen"]}
    AuthorityLetter.objects.create(site_id="CH", manager=zhou, amount=100, **granted)
    assert problem(events(complaint_at_9, program(zhou), "promised", amount=0, text="x"))[:2] == (409, "not_now")
    events(complaint_at_9, chen, "found_valid")
    assert problem(events(complaint_at_9, chen, "promised", amount=0, text="x")) == (403, "not_allowed", "")
    for amount, code in ((None, "missing"), (101, "beyond_authority"), (-1, "out_of_range")):
        refused = problem(events(complaint_at_9, program(zhou), "promised", amount=amount, text="减免"))
        assert refused == (422, code, "facts.amount")
    assert told(events(complaint_at_9, program(zhou), "promised", amount=0, text="减免"))["state"] == "received"
