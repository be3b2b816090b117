"""POST /calls: what a telephone system tells, told as often as it likes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import Staff
from bihuan.calls.actions import take_in
from bihuan.calls.models import Call
from bihuan.customers.models import Party
from bihuan.kernel import clock
from tests.api.conftest import MORNING, Program, problem, program
from tests.api.test_receiving import told
from tests.world import serves

RANG = {"call_id": "sip-1", "site": "CH", "rang_at": "2026-11-23T09:00:00+08:00"}


def at(seconds: int) -> str:
    return f"2026-11-23T09:00:{seconds:02d}+08:00"


@pytest.fixture(autouse=True)
def _a_minute_later(_fresh: None) -> Iterator[None]:
    with clock.frozen(MORNING + timedelta(minutes=1)):
        yield


@serves("TS-2.1")
def test_a_call_rings_and_is_answered(chen: Program, party: Party, people: dict[str, Staff]) -> None:
    first = chen.post("/calls", RANG | {"from": "13812345521"})
    ringing = told(first)
    assert (first.status_code, first["Location"]) == (201, f"/api/v1/calls/{ringing['id']}")
    assert (ringing["phone"], ringing["party"], ringing["answered_at"]) == ("138****5521", party.pk, None)
    assert ringing["intake"] == f"/intake?call={ringing['id']}"
    second = chen.post("/calls", RANG | {"answered_at": at(9), "rings": 2, "agent": "chen"})
    answered = told(second)
    assert (second.status_code, answered["id"]) == (200, ringing["id"])
    assert (answered["answered_at"], answered["rings"]) == (at(9), 2)
    assert answered["agent"] == {"id": people["chen"].pk, "name": "Name of chen"}
    assert told(chen.get(f"/calls/{answered['id']}")) == answered


def test_the_number_itself_is_told_to_nobody(chen: Program, party: Party) -> None:
    assert b"13812345521" not in chen.post("/calls", RANG | {"from": "13812345521"}).content


def test_sent_again_with_the_same_key_or_without_one_it_is_one_call(chen: Program) -> None:
    for key in ("a", "a", "", "b"):
        chen.post("/calls", RANG | {"answered_at": at(5), "rings": 1}, key=key)
    assert Call.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"rang_at": at(1)}, (409, "call_differs", "call_id")),
        ({"answered_at": "2026-11-23T08:59:59+08:00"}, (422, "before_ringing", "answered_at")),
        ({"answered_at": "2026-11-23T09:01:01+08:00"}, (422, "in_the_future", "answered_at")),
        ({"rang_at": "2026-11-16T09:00:59+08:00", "call_id": "old"}, (422, "too_far_back", "rang_at")),
        ({"rings": 100}, (422, "out_of_range", "rings")),
        ({"rings": -1}, (422, "out_of_range", "rings")),
        ({"agent": "li"}, (422, "not_theirs", "agent")),
        ({"agent": "nobody"}, (422, "not_theirs", "agent")),
        ({"call_id": ""}, (422, "bad_value", "call_id")),
        ({"call_id": "x" * 65}, (422, "bad_value", "call_id")),
        ({"caller": "13812345521"}, (422, "unknown_field", "caller")),
        ({"site": "NS"}, (404, "not_found", "")),
    ],
    ids=lambda one: "-".join(map(str, one)),
)
def test_what_cannot_be_used_is_refused(
    chen: Program, people: dict[str, Staff], given: dict[str, Any], refused: tuple[int, str, str]
) -> None:
    chen.post("/calls", RANG)
    assert problem(chen.post("/calls", RANG | given)) == refused
    assert Call.objects.count() == 1


def test_whose_post_takes_no_calls_tells_of_none(people: dict[str, Staff], chen: Program, li: Program) -> None:
    assert problem(program(people["wu"]).post("/calls", RANG))[:2] == (403, "not_allowed")
    pk = told(chen.post("/calls", RANG))["id"]
    for stranger in (li, program(people["wu"])):
        assert problem(stranger.get(f"/calls/{pk}"))[:2] == (404, "not_found")


def test_the_call_says_which_case_it_became(chen: Program, people: dict[str, Staff]) -> None:
    pk = told(chen.post("/calls", RANG))["id"]
    case = told(chen.post("/cases", {"kind": "demand", "channel": "phone", "site": "CH", "summary": "漏水"}))["id"]
    by = actor_of(people["chen"])
    take_in(Call.objects.get(), about=f"case:{case}", party=None, rings=2, by=by, at=clock.now())
    answer = json.loads(chen.get(f"/calls/{pk}").content)
    assert (answer["case"], answer["rings"]) == (case, 2)
