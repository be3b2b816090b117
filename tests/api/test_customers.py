"""GET /customers: who and what is meant, never a whole telephone number."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import Staff
from bihuan.customers.actions.parties import NewParty, add_party
from bihuan.customers.models import Home, Party
from tests.api.conftest import MORNING, Program, demand, problem
from tests.api.test_receiving import told


@pytest.mark.parametrize("q", ["王女士", "wns", "13812345521", "+86 138 1234 5521", "5521"])
def test_a_customer_is_found_with_homes_and_masked_numbers(chen: Program, party: Party, home: Home, q: str) -> None:
    page = told(chen.get("/customers", q=q))
    assert page["next"] is None
    assert page["items"] == [
        {
            "kind": "party",
            "id": party.pk,
            "site": "CH",
            "label": "王女士",
            "beside": ["7栋2单元1101"],
            "phones": ["138****5521"],
            "customer_class": "normal",
        }
    ]


@pytest.mark.parametrize("q", ["7-2-1101", "7栋2单元1101"])
def test_a_home_is_found_with_its_people(chen: Program, party: Party, home: Home, q: str) -> None:
    (found,) = told(chen.get("/customers", q=q))["items"]
    assert (found["kind"], found["id"], found["label"], found["beside"]) == (
        "home",
        home.pk,
        "7栋2单元1101",
        ["王女士"],
    )
    assert (found["phones"], found["customer_class"]) == ([], None)


def test_what_is_found_can_be_named_in_a_case(chen: Program, party: Party, home: Home) -> None:
    ids = {
        found["kind"]: found["id"]
        for q in ("王女士", "7-2-1101")
        for found in told(chen.get("/customers", q=q))["items"]
    }
    case = told(chen.post("/cases", demand(**ids)))
    assert (case["party"], case["home"]) == (party.pk, home.pk)


def test_no_whole_number_is_in_any_answer(chen: Program, party: Party) -> None:
    case = chen.post("/cases", demand(contact={"name": "李先生", "phone": "13900001111"}))
    answers = [case, *(chen.get(path) for path in ("/cases", "/customers?q=5521", "/customers?q=1111", "/visits"))]
    for answer in answers:
        assert answer.status_code < 300
        assert b"13812345521" not in answer.content
        assert b"13900001111" not in answer.content


def test_numbers_of_cases_are_no_customers(chen: Program, party: Party) -> None:
    number = told(chen.post("/cases", demand()))["number"]
    assert told(chen.get("/customers", q=number))["items"] == []


def test_other_peoples_customers_are_not_found(li: Program, party: Party, home: Home) -> None:
    for q in ("王女士", "7-2-1101", "13812345521", "5521"):
        assert told(li.get("/customers", q=q))["items"] == []


def test_at_most_twenty_are_found(
    chen: Program, people: dict[str, Staff], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    chen.get("/sites")
    for number in range(21):
        add_party(NewParty(site="CH", name=f"张{number:02}女士"), by=actor_of(people["chen"]), at=MORNING)
    with django_assert_max_num_queries(12):
        assert len(told(chen.get("/customers", q="张"))["items"]) <= 20
    assert len(told(chen.get("/customers", q="女士"))["items"]) == 20


@pytest.mark.parametrize(
    ("asked", "code", "where"),
    [
        ({}, "missing", "q"),
        ({"q": ""}, "too_short", "q"),
        ({"q": "王" * 81}, "too_long", "q"),
        ({"q": "王", "site": "CH"}, "unknown_field", "site"),
        ({"q": "王", "after": "x"}, "unknown_field", "after"),
    ],
)
def test_a_mistake_is_named(chen: Program, asked: dict[str, str], code: str, where: str) -> None:
    assert problem(chen.get("/customers", **asked)) == (422, code, where)


@pytest.mark.parametrize("q", ["王" * 80, " ", "%", "_", "'", '"; --', "\\", "()", "🙂", "0", "a" * 80, "１３８"])
def test_whatever_is_looked_for_is_answered(chen: Program, party: Party, q: str) -> None:
    assert chen.get("/customers", q=q).status_code == 200
