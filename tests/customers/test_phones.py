"""Telephone numbers: sealed, masked, and shown in full only to whoever says why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.customers.actions import NewParty, RevealReason, add_party, add_phone, erase, remove_phone, reveal_phone
from bihuan.customers.models import Party, Phone
from bihuan.customers.queries import find
from bihuan.customers.vault import opened
from bihuan.kernel.errors import Refused
from bihuan.kernel.ids import new_id
from bihuan.ledger.models import Event
from tests.customers.conftest import PHONE


def masks(party: Party) -> list[tuple[str, bool]]:
    return [(one.mask, one.primary) for one in party.phones.order_by("id")]


@pytest.fixture
def phone(party: Party) -> Phone:
    return party.phones.get()


def test_another_number_is_added_beside_the_primary_one(agent: Actor, party: Party, at: datetime) -> None:
    add_phone(party, "139 0000 1101", by=agent, at=at)
    assert masks(party) == [("138****5521", True), ("139****1101", False)]
    assert [one.label for one in find(agent, "13900001101")] == ["王样例"]


def test_a_new_primary_number_takes_the_place_of_the_old(agent: Actor, party: Party, at: datetime) -> None:
    add_phone(party, "13900001101", primary=True, by=agent, at=at)
    assert masks(party) == [("138****5521", False), ("139****1101", True)]


def test_the_first_number_is_the_primary_one(agent: Actor, at: datetime) -> None:
    party = add_party(NewParty(site="CH", name="李四"), by=agent, at=at)
    assert add_phone(party, PHONE, by=agent, at=at).primary
    assert masks(party) == [("138****5521", True)]


def test_a_number_that_is_there_is_written_anew_and_stays_what_it_was(agent: Actor, party: Party, at: datetime) -> None:
    first = add_phone(party, "0755-26731234转801", by=agent, at=at)
    again = add_phone(party, "0755-26731234转802", by=agent, at=at)
    assert (again.pk, opened(Phone.objects.get(pk=first.pk))) == (first.pk, "0755-26731234转802")
    add_phone(party, PHONE, by=agent, at=at)
    assert masks(party) == [("138****5521", True), ("0755-****1234", False)]


def test_two_customers_may_share_a_number(agent: Actor, party: Party, at: datetime) -> None:
    add_party(NewParty(site="CH", name="李四", phones=[PHONE]), by=agent, at=at)
    assert sorted(one.label for one in find(agent, PHONE)) == ["李四", "王样例"]


def test_when_the_primary_number_goes_the_oldest_other_takes_its_place(
    agent: Actor, party: Party, phone: Phone, at: datetime
) -> None:
    for number in ("13900001101", "13900001102"):
        add_phone(party, number, by=agent, at=at)
    remove_phone(party, phone, by=agent, at=at)
    assert masks(party) == [("139****1101", True), ("139****1102", False)]
    assert find(agent, PHONE) == []


def test_when_another_number_goes_the_primary_one_stays(agent: Actor, party: Party, phone: Phone, at: datetime) -> None:
    remove_phone(party, add_phone(party, "13900001101", by=agent, at=at), by=agent, at=at)
    assert masks(party) == [("138****5521", True)]
    remove_phone(party, phone, by=agent, at=at)
    assert masks(party) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [("1381234", "phone_unreadable"), ("", "phone_unreadable"), ("13800000000", "phone_placeholder")],
)
def test_what_is_nobody_s_number_is_refused(agent: Actor, party: Party, at: datetime, number: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        add_phone(party, number, by=agent, at=at)
    assert refused.value.code == code
    assert masks(party) == [("138****5521", True)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (PHONE, "13812345521"),
        ("+86 755 2673 1234", "0755-26731234"),
        ("0755-26731234转801", "0755-26731234转801"),
        ("400-830-1234", "4008301234"),
        ("+852 2345 6789", "+852 2345 6789"),
    ],
)
def test_a_revealed_number_is_written_as_it_is_dialled(
    agent: Actor, party: Party, at: datetime, written: str, shown: str
) -> None:
    phone = add_phone(party, written, by=agent, at=at)
    assert reveal_phone(party, phone, reason="call", by=agent, at=at) == shown


@pytest.mark.parametrize("reason", RevealReason.values)
def test_revealing_is_an_event_with_its_reason(
    agent: Actor, party: Party, phone: Phone, at: datetime, reason: str
) -> None:
    case = str(new_id())
    assert reveal_phone(party, phone, reason=reason, by=agent, at=at, case=case) == PHONE
    event = Event.objects.get()
    assert (event.kind, event.subject, event.site) == ("party.phone_revealed", party.subject, "CH")
    assert (event.actor, event.at, event.facts) == (
        agent.subject,
        at,
        {"reason": reason, "phone": phone.pk, "case": case},
    )


def test_without_a_case_the_event_names_none(agent: Actor, party: Party, phone: Phone, at: datetime) -> None:
    reveal_phone(party, phone, reason="call", by=agent, at=at)
    assert Event.objects.get().facts == {"reason": "call", "phone": phone.pk}


@pytest.mark.parametrize("reason", ["", "because", "Call", PHONE])
def test_without_a_known_reason_nothing_is_shown(
    agent: Actor, party: Party, phone: Phone, at: datetime, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        reveal_phone(party, phone, reason=reason, by=agent, at=at)
    assert refused.value.code == "not_a_choice"
    assert not Event.objects.exists()


def test_an_event_that_cannot_be_written_shows_nothing(agent: Actor, party: Party, phone: Phone, at: datetime) -> None:
    with pytest.raises(Refused) as refused:
        reveal_phone(party, phone, reason="call", by=agent, at=at, case="the one about the lift")
    assert refused.value.code == "free_text"


def test_the_number_of_somebody_else_is_not_found(agent: Actor, party: Party, phone: Phone, at: datetime) -> None:
    other = add_party(NewParty(site="CH", name="李四"), by=agent, at=at)
    with pytest.raises(NotFound):
        reveal_phone(other, phone, reason="call", by=agent, at=at)
    with pytest.raises(NotFound):
        remove_phone(other, phone, by=agent, at=at)
    assert (Phone.objects.count(), Event.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("who", "error"), [("technician", NotAllowed), ("colleague", NotFound), ("outsider", NotFound)]
)
def test_others_neither_see_nor_change_a_number(
    who: str, error: type[Refused], party: Party, phone: Phone, at: datetime, request: Any
) -> None:
    actor = request.getfixturevalue(who)
    with pytest.raises(error):
        reveal_phone(party, phone, reason="call", by=actor, at=at)
    with pytest.raises(error):
        add_phone(party, "13900001101", by=actor, at=at)
    with pytest.raises(error):
        remove_phone(party, phone, by=actor, at=at)
    assert (masks(party), Event.objects.count()) == ([("138****5521", True)], 0)


def test_the_office_above_sees_a_number_but_does_not_change_it(
    office: Actor, party: Party, phone: Phone, at: datetime
) -> None:
    assert reveal_phone(party, phone, reason="verify", by=office, at=at) == PHONE
    with pytest.raises(NotAllowed):
        add_phone(party, "13900001101", by=office, at=at)


def test_whoever_was_erased_has_no_number(
    agent: Actor, manager: Actor, party: Party, phone: Phone, at: datetime
) -> None:
    erase(party, reason="requested", by=manager, at=at)
    with pytest.raises(Refused) as refused:
        reveal_phone(party, phone, reason="call", by=agent, at=at)
    assert refused.value.code == "party_erased"
    with pytest.raises(Refused):
        add_phone(party, PHONE, by=agent, at=at)
    assert not Phone.objects.exists()
