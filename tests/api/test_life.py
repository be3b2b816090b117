"""A complaint from its receipt to its end, told by programs alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bihuan.accounts.models import Staff
from bihuan.customers.models import Party
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.obligations.books import books
from bihuan.rulebook import load, replay
from bihuan.rulebook.record import order, record
from tests.api.conftest import MORNING, Program, complaint, problem, program
from tests.api.test_lists import items
from tests.api.test_receiving import told


@pytest.fixture
def programs(people: dict[str, Staff]) -> dict[str, Program]:
    """A program for everybody, that does not end before the story does."""
    return {name: program(staff, days=90) for name, staff in people.items()}


class Story:
    """A complaint, and the hours that pass over it."""

    def __init__(self, case: str, programs: dict[str, Program]) -> None:
        self.case, self.programs = case, programs
        self.hours = 0.0

    def at(self, hours: float, who: str, kind: str, **facts: Any) -> dict[str, Any]:
        """So many hours after the receipt somebody tells what happened."""
        self.hours = hours
        with clock.frozen(MORNING + timedelta(hours=hours)):
            body = {"kind": kind, "facts": facts}
            return told(self.programs[who].post(f"/cases/{self.case}/events", body, key=f"{kind}-{hours}"))

    def visit(self, hours: float, who: str, answers: dict[str, Any]) -> dict[str, Any]:
        """Somebody visits, where a visit is owed."""
        with clock.frozen(MORNING + timedelta(hours=hours)):
            (owed,) = [one for one in items(self.programs[who], "/visits") if one["case"] == self.case]
            body = {"outcome": "done", "answers": answers, "signed": True}
            return told(self.programs[who].post(f"/visits/{owed['id']}/attempts", body, key=f"visit-{hours}"))

    def now(self, who: str, hours: float) -> dict[str, Any]:
        """The case as it stands."""
        with clock.frozen(MORNING + timedelta(hours=hours)):
            return told(self.programs[who].get(f"/cases/{self.case}"))


def test_a_complaint_is_closed_when_the_customer_is_satisfied_and_not_before(
    programs: dict[str, Program], party: Party
) -> None:
    case = told(programs["chen"].post("/cases", complaint(party=party.pk), key="received"))
    assert (case["number"], case["allowed"][:2]) == (None, ["restated", "time_agreed"])
    story = Story(case["id"], programs)
    story.at(0.1, "chen", "restated", text="夜里十一点后还在施工")
    story.at(0.2, "chen", "time_agreed", agreed_at="2026-11-23T17:00:00+08:00")
    assert story.at(0.3, "qian", "classified", severity="B", problem="03")["number"] == "CH-B-03-0001"
    handed = story.at(0.4, "qian", "handed_over", to="sun", text="请今天处理")
    assert (handed["state"], handed["in_charge"]["name"]) == ("in_hand", "Name of sun")
    story.at(1, "sun", "reviewed")
    story.at(2, "sun", "investigated", text="属实，某装修户违规施工")
    story.at(2.1, "sun", "found_valid", text="属实")
    story.at(3, "sun", "solution_proposed", text="限定施工时间")
    story.at(4, "chen", "solution_agreed", text="客户同意")
    story.at(5, "chen", "answered", text="已告知处理方案")
    assert story.at(24, "sun", "handled", text="已停止夜间施工")["state"] == "handled"
    story.at(25, "chen", "result_told", text="已告知结果")

    with clock.frozen(MORNING + timedelta(hours=26)):
        refused = programs["chen"].post(f"/cases/{story.case}/events", {"kind": "closed"})
        assert problem(refused) == (409, "no_ground", "kind")
    unhappy = {"satisfied": "no", "solved": "partly", "shortcomings": "昨晚又响了", "companion": "qian"}
    assert story.visit(30, "chen", unhappy)["state"] == "done"
    assert story.now("chen", 30)["state"] == "in_hand"

    story.at(50, "sun", "handled", text="已约谈装修公司")
    story.at(51, "chen", "result_told", text="已再次告知")
    happy = {"satisfied": "yes", "solved": "solved", "stars": {"result": 5}, "companion": "qian"}
    assert story.visit(60, "chen", happy)["satisfied"] == "yes"
    closed = story.at(61, "chen", "closed")
    assert (closed["state"], closed["allowed"]) == ("closed", ["reopened", "noted"])
    assert all(
        one["state"] != "open" for one in closed["obligations"] if one["duty"] in ("resolve", "answer", "hand_over")
    )
    _agrees_with_the_replay(closed, hours=61)
    _was_done_once(story)


def _agrees_with_the_replay(case: dict[str, Any], *, hours: float) -> None:
    """What the API tells is what the rulebook makes of the events, to the last field."""
    subject = f"case:{case['id']}"
    told_events = [
        {"at": one.at.isoformat(), "kind": one.kind, "subject": one.subject, "refs": one.refs, "site": one.site}
        | {"facts": one.facts, "actor": one.actor}
        for one in Event.objects.order_by("at", "id")
        if one.subject == subject and not one.kind.startswith("obligation.") and one.actor != "clock"
    ]
    until = MORNING + timedelta(hours=hours)
    replayed = sorted(replay(load("strict"), told_events, books().calendars, until), key=order)
    assert [_said(one) for one in case["obligations"]] == [_said(record(one, books().calendars)) for one in replayed]


def _said(one: dict[str, Any]) -> str:
    return json.dumps(one, sort_keys=True)


def _was_done_once(story: Story) -> None:
    """Sending the whole story again changes nothing."""
    before = Event.objects.count()
    again = story.programs["chen"].post("/cases", complaint(party=_party()), key="received")
    assert again["Idempotent-Replayed"] == "true"
    story.at(24, "sun", "handled", text="已停止夜间施工")
    story.at(61, "chen", "closed")
    assert Event.objects.count() == before


def _party() -> int:
    return int(Party.objects.get(name="王女士").pk)
