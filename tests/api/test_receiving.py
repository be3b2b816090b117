"""POST /cases and GET /cases/{id or number}."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from pytest_django import DjangoAssertNumQueries, Settings

from bihuan.accounts.models import Staff
from bihuan.cases.models import Case, Note
from bihuan.customers.models import Building, Home, Party, Phone
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.obligations.books import books
from bihuan.rulebook import load, replay
from bihuan.rulebook.record import order, record
from tests.api.conftest import MORNING, Program, complaint, demand, problem, program

FIELDS = (
    "id number state kind site channel severity problem summary received_at in_charge party home obligations allowed"
).split()
REPLAYED = (
    "rule clause subject duty owed_by opened_at due_at original_due_at state met_at late_seconds breached_at reason"
).split()


def told(response: HttpResponse) -> dict[str, Any]:
    """What a good answer says."""
    assert response.status_code in (200, 201), response.content
    assert response["Content-Type"] == "application/json"
    said: dict[str, Any] = json.loads(response.content)
    return said


def iso(**back: int) -> str:
    """So long before the morning."""
    return (MORNING - timedelta(**back)).isoformat()


def ahead(**on: int) -> str:
    """So long after the morning."""
    return (MORNING + timedelta(**on)).isoformat()


def test_a_request_is_received_and_told_in_full(chen: Program, party: Party, home: Home) -> None:
    response = chen.post("/cases", demand(party=party.pk, home=home.pk, details="水从橱柜下面流出来"))
    case = told(response)
    assert response.status_code == 201
    assert list(case) == FIELDS
    assert response["Location"] == f"/api/v1/cases/{case['id']}"
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", case["id"])
    plain = {
        name: case[name] for name in ("number", "state", "kind", "site", "channel", "severity", "problem", "summary")
    }
    assert plain == {
        "number": "CH-D-20261123-001",
        "state": "received",
        "kind": "demand",
        "site": "CH",
        "channel": "phone",
        "severity": None,
        "problem": None,
        "summary": "厨房水管漏水",
    }
    assert (case["received_at"], case["in_charge"]) == ("2026-11-23T09:00:00+08:00", None)
    assert (case["party"], case["home"]) == (party.pk, home.pk)
    assert "assigned" in case["allowed"]
    assert "classified" not in case["allowed"]
    assert Note.objects.get().text == "水从橱柜下面流出来"
    assert told(chen.get(f"/cases/{case['id']}")) == case


def test_a_complaint_has_no_number_before_it_is_classified(chen: Program) -> None:
    case = told(chen.post("/cases", complaint()))
    assert (case["number"], case["severity"], case["problem"]) == (None, None, None)
    assert [one.kind for one in Event.objects.all()] == ["complaint.received"]


def test_severity_and_problem_given_at_once_classify_it(chen: Program) -> None:
    case = told(chen.post("/cases", complaint(severity="B", problem="03")))
    assert (case["number"], case["severity"], case["problem"]) == ("CH-B-03-0001", "B", "03")
    kinds = [(one.kind, one.facts.get("severity"), one.facts.get("problem")) for one in Event.objects.order_by("id")]
    assert kinds == [("complaint.received", None, None), ("complaint.classified", "B", "03")]


@pytest.mark.parametrize("body", [demand(), complaint(severity="A", problem="07", signers=3), complaint(agitated=True)])
def test_the_obligations_are_those_of_the_replay(chen: Program, body: dict[str, Any]) -> None:
    case = told(chen.post("/cases", body))
    events = [
        {"at": one.at.isoformat(), "kind": one.kind, "subject": one.subject, "site": one.site, "facts": one.facts}
        for one in Event.objects.order_by("id")
    ]
    replayed = sorted(replay(load("strict"), events, books().calendars), key=order)
    assert case["obligations"] == [record(one, books().calendars) for one in replayed]
    assert case["obligations"]
    assert all(list(one) == REPLAYED for one in case["obligations"])


def test_times_have_the_offset_of_the_site(li: Program) -> None:
    case = told(li.post("/cases", demand(site="NS", agreed_at="2026-11-23T12:00:00+09:00")))
    assert case["received_at"] == "2026-11-23T07:00:00+06:00"
    assert case["obligations"]
    assert all(one["due_at"].endswith("+06:00") for one in case["obligations"])


def test_a_caller_who_is_on_no_file_is_known_again(chen: Program) -> None:
    caller = {"name": "李先生", "phone": "139 0000 1111"}
    first, second = (told(chen.post("/cases", demand(contact=caller))) for _ in range(2))
    assert first["party"] == second["party"]
    assert Phone.objects.get().mask == "139****1111"


@pytest.mark.parametrize("contact", [{}, {"name": ""}, {"name": " ", "phone": ""}, None])
def test_nobody_has_to_say_who_it_is(chen: Program, contact: dict[str, str] | None) -> None:
    assert told(chen.post("/cases", demand(contact=contact)))["party"] is None


def test_who_is_anonymous_is_told_to_nobody(chen: Program, party: Party) -> None:
    case = told(chen.post("/cases", complaint(party=party.pk, anonymous=True)))
    assert case["party"] is None
    assert Case.objects.get().party == party


def test_null_is_the_same_as_leaving_out(chen: Program) -> None:
    nothing = dict.fromkeys(
        ("details", "at", "severity", "problem", "party", "home", "contact", "agreed_at", "requested_by")
    )
    assert told(chen.post("/cases", demand(**nothing)))["number"]


MISTAKES = [
    (demand(colour="red"), "unknown_field", "colour"),
    (demand(contact={"fax": "1"}), "unknown_field", "contact.fax"),
    ({"kind": "demand", "channel": "phone", "site": "CH"}, "missing", "summary"),
    (demand(kind="wish"), "not_a_choice", "kind"),
    (demand(kind=""), "not_a_choice", "kind"),
    (demand(kind=None), "not_a_choice", "kind"),
    (demand(channel="pigeon"), "not_a_choice", "channel"),
    (demand(site="ch"), "bad_value", "site"),
    (demand(site=7), "bad_value", "site"),
    (demand(summary=""), "too_short", "summary"),
    (demand(summary="   "), "no_summary", "summary"),
    (demand(summary="水" * 81), "too_long", "summary"),
    (demand(details="水" * 4001), "too_long", "details"),
    (demand(summary=["x"]), "bad_value", "summary"),
    (demand(contact="王女士"), "bad_value", "contact"),
    (demand(contact={"name": "王" * 81}), "too_long", "contact.name"),
    (demand(contact={"phone": "12345"}), "phone_unreadable", "contact.phone"),
    (demand(contact={"phone": "1" * 31}), "too_long", "contact.phone"),
    (demand(signers=0), "out_of_range", "signers"),
    (demand(signers=10_000), "out_of_range", "signers"),
    (demand(signers="2"), "bad_value", "signers"),
    (demand(signers=2.5), "bad_value", "signers"),
    (demand(signers=True), "bad_value", "signers"),
    (demand(anonymous="yes"), "bad_value", "anonymous"),
    (demand(agitated=1), "bad_value", "agitated"),
    (demand(party=0), "out_of_range", "party"),
    (demand(home=2**63), "out_of_range", "home"),
    (demand(party=1, contact={"name": "x"}), "two_customers", "contact"),
    (demand(severity="B", problem="03"), "not_classified", "severity"),
    (complaint(severity="D", problem="03"), "not_a_choice", "severity"),
    (complaint(severity="B"), "half_classified", "problem"),
    (complaint(problem="03"), "half_classified", "severity"),
    (complaint(severity="B", problem="99"), "no_problem", "problem"),
    (complaint(severity="B", problem="12345"), "too_long", "problem"),
    (demand(at="yesterday"), "bad_time", "at"),
    (demand(at="2026-11-23"), "bad_time", "at"),
    (demand(at="2026-11-23T09:00:00"), "bad_time", "at"),
    (demand(at=1_700_000_000), "bad_time", "at"),
    (demand(at="2026-02-30T09:00:00Z"), "bad_time", "at"),
    (demand(at="1999-12-31T23:59:59Z"), "bad_time", "at"),
    (demand(at="2100-01-01T00:00:00Z"), "bad_time", "at"),
    (demand(at="2026-11-23T09:00:00Z\n"), "bad_time", "at"),
    (demand(at=ahead(seconds=1)), "in_the_future", "at"),
    (demand(at=iso(days=7, seconds=1)), "too_far_back", "at"),
    (demand(agreed_at=ahead()), "in_the_past", "agreed_at"),
    (complaint(requested_by=iso(seconds=1)), "in_the_past", "requested_by"),
]


@pytest.mark.parametrize(("body", "code", "where"), MISTAKES)
def test_a_mistake_is_named_with_its_place(chen: Program, body: dict[str, Any], code: str, where: str) -> None:
    assert problem(chen.post("/cases", body)) == (422, code, where)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        demand(summary="水" * 80),
        demand(details="水" * 4000),
        demand(signers=9999),
        demand(signers=2.0),
        demand(agreed_at="2045-09-05T21:13:54+22:09"),
        demand(agreed_at="2045-09-05T21:13:54-23:59"),
        demand(contact={"name": "王" * 80}),
        demand(at=iso(days=7)),
        demand(at="2026-11-23T09:00:00.999999+08:00"),
        demand(agreed_at=ahead(seconds=1)),
        demand(agreed_at="2099-12-31T23:59:59Z"),
        complaint(severity="C", problem="07", requested_by=ahead(days=400)),
    ],
)
def test_the_last_that_is_right_is_taken(chen: Program, body: dict[str, Any]) -> None:
    assert chen.post("/cases", body).status_code == 201


def test_what_is_refused_says_what_to_do(chen: Program) -> None:
    said = json.loads(chen.post("/cases", demand(kind="wish")).content)
    assert said["title"] == "Unprocessable Entity"
    assert all(kind in said["remedy"] for kind in ("demand", "complaint", "emergency"))


class TestBackdating:
    """`at` in the past, as for steps."""

    @pytest.fixture
    def branch(self, person: Callable[..., Staff]) -> Program:
        """Receives cases, and may not backdate."""
        return program(person("bo", ("branch_office", "CH")))

    def test_five_minutes_are_no_backdating(self, branch: Program) -> None:
        assert told(branch.post("/cases", demand(at=iso(minutes=5))))["received_at"] == "2026-11-23T08:55:00+08:00"

    def test_a_second_more_needs_the_act(self, branch: Program, chen: Program) -> None:
        assert problem(branch.post("/cases", demand(at=iso(minutes=5, seconds=1)))) == (403, "not_allowed", "")
        assert chen.post("/cases", demand(at=iso(minutes=5, seconds=1))).status_code == 201

    def test_how_far_back_is_a_setting(self, chen: Program, settings: Settings) -> None:
        settings.BIHUAN_BACKDATE_DAYS = 1
        assert chen.post("/cases", demand(at=iso(days=1))).status_code == 201
        assert problem(chen.post("/cases", demand(at=iso(days=1, seconds=1)))) == (422, "too_far_back", "at")

    def test_obligations_count_from_then_and_are_late_by_now(self, chen: Program) -> None:
        case = told(chen.post("/cases", demand(at=iso(hours=2))))
        assert case["obligations"][0]["opened_at"] == "2026-11-23T07:00:00+08:00"
        assert case["obligations"][0]["breached_at"] == case["obligations"][0]["due_at"] == "2026-11-23T07:30:00+08:00"

    def test_the_number_is_of_the_day_of_receipt(self, chen: Program) -> None:
        assert told(chen.post("/cases", demand(at=iso(hours=9, seconds=1))))["number"] == "CH-D-20261122-001"


class TestOthersThings:
    """What belongs to another site cannot be told from what there is not."""

    def test_their_site(self, chen: Program) -> None:
        theirs = chen.post("/cases", demand(site="NS"))
        none = chen.post("/cases", demand(site="XX"))
        assert problem(theirs) == problem(none) == (404, "not_found", "")
        assert theirs.content == none.content

    @pytest.mark.parametrize("field", ["party", "home"])
    def test_their_customers(self, li: Program, party: Party, home: Home, field: str) -> None:
        pk = {"party": party.pk, "home": home.pk}[field]
        theirs = li.post("/cases", demand(site="NS") | {field: pk})
        none = li.post("/cases", demand(site="NS") | {field: 987_654})
        assert problem(theirs) == problem(none) == (404, "not_found", field)
        assert theirs.content == none.content

    def test_a_customer_of_ones_own_other_site(self, person: Callable[..., Staff], home: Home) -> None:
        both = program(person("both", ("agent", "CH"), ("agent", "NS")))
        assert problem(both.post("/cases", demand(site="NS", home=home.pk)))[:2] == (422, "other_site")

    def test_their_case(self, chen: Program, li: Program) -> None:
        case = told(chen.post("/cases", demand()))
        for key in (case["id"], case["number"]):
            assert problem(li.get(f"/cases/{key}")) == (404, "not_found", "")
        assert li.get(f"/cases/{case['id']}").content == li.get("/cases/CH-D-20261123-999").content


def test_a_technician_receives_nothing_and_sees_none(chen: Program, people: dict[str, Staff]) -> None:
    wu, pk = program(people["wu"]), told(chen.post("/cases", demand()))["id"]
    assert problem(wu.post("/cases", demand())) == (403, "not_allowed", "")
    assert problem(wu.get(f"/cases/{pk}")) == (404, "not_found", "")


def test_what_a_program_does_is_the_deed_of_its_tokens_user(chen: Program, people: dict[str, Staff]) -> None:
    chen.post("/cases", demand())
    assert Event.objects.get().actor == f"staff:{people['chen'].pk}"
    assert Case.objects.get().received_by == people["chen"]


def test_every_number_it_ever_had_finds_it(chen: Program) -> None:
    case = told(chen.post("/cases", complaint(severity="C", problem="03")))
    chen.post(f"/cases/{case['id']}/events", {"kind": "classified", "facts": {"severity": "B", "problem": "07"}})
    for key in ("CH-C-03-0001", "CH-B-07-0001", "ch-b-07-0001", case["id"], case["id"].upper()):
        found = told(chen.get(f"/cases/{key}"))
        assert (found["id"], found["number"]) == (case["id"], "CH-B-07-0001")


def test_a_case_costs_as_many_queries_whatever_is_owed(
    chen: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plain, heavy = told(chen.post("/cases", demand())), told(chen.post("/cases", complaint(severity="A", problem="03")))
    assert len(heavy["obligations"]) > len(plain["obligations"])
    for case in (plain, heavy):
        with django_assert_num_queries(5):
            chen.get(f"/cases/{case['id']}")


def test_receiving_costs_no_more_than_thirty_two_queries(
    chen: Program, party: Party, home: Home, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    chen.post("/cases", demand())  # calendars are read now, and not again
    with django_assert_max_num_queries(32):
        chen.post("/cases", demand(party=party.pk, home=home.pk), key="k")


def test_people_are_told_in_their_language(chen: Program) -> None:
    said = {
        language: json.loads(chen.post("/cases", demand(x=1), **{"Accept-Language": language}).content)
        for language in ("en", "zh-hans")
    }
    assert said["en"]["detail"] == "there is no such field."
    assert said["en"]["code"] == said["zh-hans"]["code"]


def test_a_home_without_people_can_be_what_it_is_about(chen: Program, home: Home) -> None:
    shop = Home.objects.create(
        site_id="CH", building=Building.objects.get(), room="S1", label="7栋-S1", sort="7 s1", terms=["7-s1"]
    )
    case = told(chen.post("/cases", demand(home=shop.pk)))
    assert (case["home"], case["party"]) == (shop.pk, None)


def test_an_hour_later_it_is_still_told_the_same_way(chen: Program) -> None:
    case = told(chen.post("/cases", demand()))
    with clock.frozen(MORNING + timedelta(hours=1)):
        assert told(chen.get(f"/cases/{case['id']}"))["received_at"] == case["received_at"]
