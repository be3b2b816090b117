"""Forgetting somebody: what tells who it was goes, the ledger stays whole."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.customers.actions import EraseReason, NewParty, add_party, correct, erase, move_in, occupy, reveal_phone
from bihuan.customers.models import Home, Occupancy, Party, Phone
from bihuan.customers.queries import archive
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.ledger.verify import verify
from bihuan.obligations.models import Obligation
from tests.customers.contents import everything

IDENTITY = "11010519491231002X"


@pytest.fixture
def known(agent: Actor, party: Party, at: datetime) -> Party:
    """A party of whom everything is known."""
    rest = (time(13), time(15))
    return correct(
        party, gender="f", identity=IDENTITY, needs="有婴儿", rest=rest, customer_class="key", by=agent, at=at
    )


@pytest.mark.parametrize("reason", EraseReason.values)
def test_nothing_is_left_that_tells_who_it_was(manager: Actor, known: Party, at: datetime, reason: str) -> None:
    erase(known, reason=reason, by=manager, at=at)
    left = Party.objects.get()
    assert (left.name, left.sort, left.terms, left.gender, left.needs) == ("", "", [], "", "")
    assert (left.identity_sealed, left.identity_digest, left.identity_mask) == (None, None, "")
    assert (left.rest_from, left.rest_until, left.erased_at) == (None, None, at)
    assert not Phone.objects.exists()


def test_no_row_of_the_room_holds_name_or_mask_any_more(
    agent: Actor, manager: Actor, known: Party, at: datetime
) -> None:
    words = ["王样例", "有婴儿", "138****5521", "wyl", "wang yang li"]
    assert [word for word in words if word in everything()] == words
    reveal_phone(known, known.phones.get(), reason="call", by=agent, at=at)
    erase(known, reason="requested", by=manager, at=at)
    assert [word for word in words if word in everything()] == []


@pytest.mark.django_db(transaction=True)
def test_the_ledger_stays_whole(agent: Actor, manager: Actor, known: Party, home: Home, at: datetime) -> None:
    reveal_phone(known, known.phones.get(), reason="call", by=agent, at=at)
    before = list(Event.objects.order_by("id").values_list("id", "kind", "hash"))
    erase(known, reason="requested", by=manager, at=at)
    assert verify().broken == ""
    after = list(Event.objects.order_by("id").values_list("id", "kind", "hash"))
    assert after[: len(before)] == before
    event = Event.objects.get(kind="party.erased")
    assert (event.subject, event.actor, event.facts) == (known.subject, manager.subject, {"reason": "requested"})


def test_nobody_owes_a_visit_any_more(agent: Actor, manager: Actor, known: Party, at: datetime) -> None:
    assert Obligation.objects.filter(state="open").exists()
    erase(known, reason="requested", by=manager, at=at)
    assert not Obligation.objects.filter(state="open").exists()


def test_class_kind_and_homes_are_left_for_the_figures(manager: Actor, known: Party, home: Home, at: datetime) -> None:
    left = archive(erase(known, reason="requested", by=manager, at=at))
    assert (left.customer_class, left.kind, left.erased_at) == ("key", "resident", at)
    assert [(one.home, one.role, one.until) for one in left.homes] == [(home.pk, "owner", date(2026, 11, 23))]


def test_a_stay_that_has_not_begun_does_not_end_before_it(
    agent: Actor, manager: Actor, home: Home, at: datetime
) -> None:
    party = add_party(NewParty(site="CH", name="李四"), by=agent, at=at)
    occupy(party, home, role="owner", since=date(2026, 11, 24), by=agent, at=at)
    erase(party, reason="requested", by=manager, at=at)
    assert Occupancy.objects.get(party=party).until is None


def test_erasing_twice_is_refused(manager: Actor, party: Party, at: datetime) -> None:
    erase(party, reason="requested", by=manager, at=at)
    with pytest.raises(Refused) as refused:
        erase(party, reason="requested", by=manager, at=at)
    assert refused.value.code == "party_erased"
    assert Event.objects.filter(kind="party.erased").count() == 1


def test_the_same_person_may_come_again_as_somebody_new(
    agent: Actor, manager: Actor, known: Party, home: Home, at: datetime
) -> None:
    erase(known, reason="requested", by=manager, at=at)
    again = add_party(NewParty(site="CH", name="王样例", identity=IDENTITY), by=agent, at=at)
    move_in(again, home, role="owner", by=agent, at=at)
    assert again.pk != known.pk


@pytest.mark.parametrize("reason", ["", "bored", "王样例"])
def test_a_reason_is_one_of_those_there_are(manager: Actor, party: Party, at: datetime, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        erase(party, reason=reason, by=manager, at=at)
    assert refused.value.code == "not_a_choice"
    assert Party.objects.get().name == "王样例"


@pytest.mark.parametrize(
    ("who", "error"),
    [("agent", NotAllowed), ("technician", NotAllowed), ("colleague", NotFound), ("outsider", NotFound)],
)
def test_others_erase_nobody(who: str, error: type[Refused], party: Party, at: datetime, request: Any) -> None:
    with pytest.raises(error):
        erase(party, reason="requested", by=request.getfixturevalue(who), at=at)
    assert (Party.objects.get().name, Phone.objects.count()) == ("王样例", 1)
