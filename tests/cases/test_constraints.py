"""The database refuses by itself what no case may ever be, whoever writes to it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError

from bihuan.cases.models import Case
from tests.world import World, serves, sql

NOT_THAT_WAY = "Invalid transition"
STATES = ("received", "in_hand", "handled", "closed", "withdrawn")
WAYS = {  # state → the states that can follow it
    "received": {"in_hand", "handled", "withdrawn"},
    "in_hand": {"handled", "withdrawn"},
    "handled": {"in_hand", "closed", "withdrawn"},
    "closed": {"in_hand", "handled"},
    "withdrawn": set(),
}


def standing(world: World, state: str) -> Case:
    """A complaint in that state, with everything a later state could ask for."""
    case = world.receive()
    if state == "withdrawn":
        return world.take(case, "withdrawn")
    if state != "received":
        case = world.take(case, "handed_over")
    if state in ("handled", "closed"):
        case = world.take(case, "handled")
        world.visit(case)
    return world.take(case, "closed") if state == "closed" else case


def put(case: Case, what: str) -> None:
    assert sql(f"UPDATE cases_case SET {what} WHERE id = %s", case.pk) == 1


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_left_only_for_those_that_follow_it(world: World, state: str) -> None:
    case = standing(world, state)
    event = "(SELECT max(id) FROM ledger_event)"
    for other in STATES:
        if other in (*WAYS[state], state):
            continue
        with pytest.raises(DatabaseError, match=NOT_THAT_WAY):
            put(case, f"state = '{other}', handled_at = now(), closed_at = now(), closing_event_id = {event}")


@serves("TS-10.3", "XQ-C3b")
@pytest.mark.parametrize(
    "what",
    [
        "state = 'closed'",
        "state = 'closed', closed_at = now()",
        "state = 'closed', closing_event_id = (SELECT max(id) FROM ledger_event)",
    ],
)
def test_nothing_is_closed_without_the_event_that_allows_it_and_a_time(world: World, what: str) -> None:
    case = standing(world, "handled")
    with pytest.raises(IntegrityError, match="case_closed_by_an_event"):
        put(case, what)


@pytest.mark.django_db(transaction=True)
def test_what_allowed_the_closing_is_an_event_that_exists(world: World) -> None:
    case = standing(world, "handled")
    with pytest.raises(IntegrityError, match="foreign key"):
        put(case, "state = 'closed', closed_at = now(), closing_event_id = 0")


def test_what_allowed_the_closing_cannot_be_taken_away_afterwards(world: World) -> None:
    case = standing(world, "closed")
    with pytest.raises(IntegrityError, match="case_closed_by_an_event"):
        put(case, "closing_event_id = NULL")


def test_nothing_is_handled_without_a_time(world: World) -> None:
    with pytest.raises(IntegrityError, match="case_handled_when"):
        put(standing(world, "in_hand"), "state = 'handled'")
    with pytest.raises(IntegrityError, match="case_handled_when"):
        put(standing(world, "handled"), "handled_at = NULL")


@pytest.mark.parametrize("state", ["in_hand", "handled"])
def test_no_complaint_is_worked_on_before_it_is_classified(world: World, state: str) -> None:
    case = world.receive(severity="", problem="")
    with pytest.raises(IntegrityError, match="complaint_classified_before_handling"):
        put(case, f"state = '{state}', handled_at = now()")


def test_a_case_is_never_deleted(world: World) -> None:
    case = standing(world, "received")
    sql("DELETE FROM cases_note")
    sql("DELETE FROM cases_casenumber")
    with pytest.raises(DatabaseError, match="Cannot delete rows"):
        sql("DELETE FROM cases_case WHERE id = %s", case.pk)


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("kind = 'quarrel'", "case_kind"),
        ("channel = 'pigeon'", "case_channel"),
        ("severity = 'D'", "case_severity"),
        ("signers = 0", "case_signers"),
    ],
)
def test_what_is_no_kind_channel_severity_or_number_of_signers_is_refused(world: World, what: str, name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        put(standing(world, "received"), what)


def test_two_cases_never_have_the_same_number(world: World) -> None:
    first, second = world.receive(), world.receive()
    with pytest.raises(IntegrityError):
        put(second, f"number = '{first.number}'")
