"""Moving in, moving out, and what each promises."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.customers.actions import (
    NewHome,
    NewParty,
    add_building,
    add_home,
    add_party,
    erase,
    move_in,
    move_out,
    occupy,
)
from bihuan.customers.models import Home, Occupancy, Party
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.obligations.models import Obligation

MONDAY = date(2026, 11, 23)


def open_rules() -> set[str]:
    return set(Obligation.objects.filter(state="open").values_list("rule", flat=True))


@pytest.fixture
def newcomer(agent: Actor, at: datetime) -> Party:
    return add_party(NewParty(site="CH", name="李四", kind="merchant", customer_class="key"), by=agent, at=at)


@pytest.fixture
def next_door(home: Home, agent: Actor, at: datetime) -> Home:
    return add_home(home.building, NewHome(unit="2", room="1102"), by=agent, at=at)


@pytest.mark.parametrize(("role", "kind"), [("owner", "party.moved_in"), ("tenant", "party.tenant_moved_in")])
def test_moving_in_is_told_to_the_rules(
    agent: Actor, newcomer: Party, home: Home, at: datetime, role: str, kind: str
) -> None:
    row = move_in(newcomer, home, role=role, by=agent, at=at)
    assert (row.since, row.until) == (MONDAY, None)
    event = Event.objects.get(kind=kind)
    assert (event.subject, event.site, event.actor, event.at) == (newcomer.subject, "CH", agent.subject, at)
    assert event.facts == {"customer_class": "key", "customer_kind": "merchant", "home": home.pk, "role": role}


def test_a_new_owner_is_owed_a_visit_within_the_week(agent: Actor, newcomer: Party, home: Home, at: datetime) -> None:
    """HF-4.2.1a."""
    move_in(newcomer, home, role="owner", by=agent, at=at)
    assert Obligation.objects.get(rule="party.visit.moved_in").due_at == at + timedelta(weeks=1)


@pytest.mark.parametrize("role", ["family", "agent", "contact", "temporary"])
def test_whoever_comes_with_them_is_not_visited_apart(
    agent: Actor, newcomer: Party, home: Home, at: datetime, role: str
) -> None:
    assert move_in(newcomer, home, role=role, by=agent, at=at).since == MONDAY
    assert (Event.objects.count(), Obligation.objects.count()) == (0, 0)


def test_the_day_is_that_of_the_site(agent: Actor, newcomer: Party, home: Home, at: datetime) -> None:
    evening = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)  # midnight in Shanghai: the 22nd begins
    assert move_in(newcomer, home, role="owner", by=agent, at=evening).since == date(2026, 11, 22)
    second = add_party(NewParty(site="CH", name="李五"), by=agent, at=at)
    assert move_in(second, home, role="owner", by=agent, at=evening - timedelta(seconds=1)).since == date(2026, 11, 21)


def test_nobody_moves_in_tomorrow(agent: Actor, newcomer: Party, home: Home, at: datetime) -> None:
    with pytest.raises(Refused) as refused:
        move_in(newcomer, home, role="owner", by=agent, at=at + timedelta(seconds=1))
    assert refused.value.code == "in_the_future"
    assert not Occupancy.objects.exists()


def test_an_owner_who_was_linked_moves_in_on_that_link_once(
    agent: Actor, party: Party, home: Home, at: datetime
) -> None:
    move_in(party, home, role="owner", by=agent, at=at)
    assert Occupancy.objects.get().since == MONDAY
    with pytest.raises(Refused) as refused:
        move_in(party, home, role="owner", by=agent, at=at)
    assert refused.value.code == "there_already"
    assert Event.objects.filter(kind="party.moved_in").count() == 1


def test_linking_where_somebody_has_long_been_promises_nothing(
    agent: Actor, newcomer: Party, home: Home, at: datetime
) -> None:
    row = occupy(newcomer, home, role="owner", since=date(2019, 5, 1), by=agent, at=at)
    assert (row.since, Event.objects.count(), Obligation.objects.count()) == (date(2019, 5, 1), 0, 0)


def test_a_link_stands_once_in_each_role(agent: Actor, party: Party, home: Home, at: datetime) -> None:
    with pytest.raises(Refused) as refused:
        occupy(party, home, role="owner", by=agent, at=at)
    assert refused.value.code == "there_already"
    occupy(party, home, role="contact", by=agent, at=at)
    assert Occupancy.objects.count() == 2


def test_whoever_left_may_come_back(agent: Actor, party: Party, home: Home, at: datetime) -> None:
    move_out(Occupancy.objects.get(), by=agent, at=at)
    move_in(party, home, role="owner", by=agent, at=at)
    assert Occupancy.objects.filter(until=None).count() == 1


def test_moving_out_ends_the_visits(agent: Actor, newcomer: Party, home: Home, at: datetime) -> None:
    row = move_in(newcomer, home, role="tenant", by=agent, at=at)
    assert open_rules() == {"party.visit.cycle.key"}
    assert move_out(row, by=agent, at=at).until == MONDAY
    assert Event.objects.get(kind="party.moved_out").facts == {"home": home.pk, "role": "tenant"}
    assert open_rules() == set()


def test_whoever_keeps_another_home_is_visited_on(
    agent: Actor, newcomer: Party, home: Home, next_door: Home, at: datetime
) -> None:
    first = move_in(newcomer, home, role="owner", by=agent, at=at)
    second = occupy(newcomer, next_door, role="family", by=agent, at=at)
    before = open_rules()
    move_out(first, by=agent, at=at)
    assert (open_rules(), Event.objects.filter(kind="party.moved_out").count()) == (before, 0)
    move_out(second, by=agent, at=at)
    assert (open_rules(), Event.objects.filter(kind="party.moved_out").count()) == (set(), 1)


def test_whoever_is_only_asked_after_lives_nowhere(agent: Actor, newcomer: Party, home: Home, at: datetime) -> None:
    living = move_in(newcomer, home, role="tenant", by=agent, at=at)
    contact = occupy(newcomer, home, role="contact", by=agent, at=at)
    move_out(living, by=agent, at=at)
    assert Event.objects.filter(kind="party.moved_out").count() == 1
    move_out(contact, by=agent, at=at)
    assert Event.objects.filter(kind="party.moved_out").count() == 1


def test_nobody_moves_out_twice(agent: Actor, party: Party, at: datetime) -> None:
    row = Occupancy.objects.get()
    move_out(row, by=agent, at=at)
    with pytest.raises(Refused) as refused:
        move_out(row, by=agent, at=at)
    assert refused.value.code == "left_already"
    assert Event.objects.filter(kind="party.moved_out").count() == 1


def test_nobody_moves_out_before_moving_in(agent: Actor, newcomer: Party, home: Home, at: datetime) -> None:
    row = occupy(newcomer, home, role="owner", since=MONDAY, by=agent, at=at)
    with pytest.raises(Refused) as refused:
        move_out(row, by=agent, at=at - timedelta(days=1))
    assert refused.value.code == "before_moving_in"
    assert move_out(row, by=agent, at=at).until == MONDAY


@pytest.mark.parametrize("role", ["king", "", "Owner"])
def test_a_role_is_one_of_those_there_are(agent: Actor, newcomer: Party, home: Home, at: datetime, role: str) -> None:
    for act in (move_in, occupy):
        with pytest.raises(Refused) as refused:
            act(newcomer, home, role=role, by=agent, at=at)
        assert refused.value.code == "not_a_choice"


def test_nobody_moves_into_another_site(agent: Actor, colleague: Actor, newcomer: Party, at: datetime) -> None:
    far = add_home(add_building("NS", "1", by=colleague, at=at), NewHome(room="1"), by=colleague, at=at)
    for actor in (agent, colleague):
        with pytest.raises(NotFound):
            move_in(newcomer, far, role="owner", by=actor, at=at)
    assert not Occupancy.objects.exists()


@pytest.mark.parametrize(
    ("who", "error"), [("technician", NotAllowed), ("colleague", NotFound), ("outsider", NotFound)]
)
def test_others_move_nobody(
    who: str, error: type[Refused], party: Party, next_door: Home, at: datetime, request: Any
) -> None:
    actor = request.getfixturevalue(who)
    for act in (move_in, occupy):
        with pytest.raises(error):
            act(party, next_door, role="owner", by=actor, at=at)
    with pytest.raises(error):
        move_out(Occupancy.objects.get(), by=actor, at=at)
    assert Occupancy.objects.get().until is None


def test_whoever_was_erased_moves_nowhere(
    agent: Actor, manager: Actor, party: Party, next_door: Home, at: datetime
) -> None:
    erase(party, reason="requested", by=manager, at=at)
    with pytest.raises(Refused) as refused:
        move_in(party, next_door, role="owner", by=agent, at=at)
    assert refused.value.code == "party_erased"
