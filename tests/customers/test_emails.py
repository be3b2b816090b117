"""A customer's e-mail addresses: sealed, shown in part, added, preferred and taken away."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.customers.actions import add_email, erase, remove_email
from bihuan.customers.errors import Erased
from bihuan.customers.models import Email, Party
from bihuan.customers.queries import archive
from bihuan.customers.vault import email_digest, vault
from bihuan.kernel.errors import Refused

ADDRESS = "wang@example.com"


def test_an_address_is_sealed_and_found_by_its_digest(agent: Actor, party: Party, at: datetime) -> None:
    add_email(party, " Wang@Example.com ", by=agent, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, mask FROM customers_email")
        [(sealed, mask)] = cursor.fetchall()
    assert ADDRESS.encode() not in bytes(sealed)
    assert (vault().open(bytes(sealed)), mask) == (ADDRESS, "w***@example.com")
    assert Email.objects.get(digest=email_digest(ADDRESS)).party == party
    assert archive(party).emails == ["w***@example.com"]


def test_the_last_one_given_is_written_to(agent: Actor, party: Party, at: datetime) -> None:
    for address in ("a@x.cn", "b@x.cn", "a@x.cn"):
        add_email(party, address, by=agent, at=at)
    assert archive(party).emails == ["a***@x.cn", "b***@x.cn"]
    assert Email.objects.filter(primary=True).count() == 1


def test_when_it_is_taken_away_the_newest_other_takes_its_place(agent: Actor, party: Party, at: datetime) -> None:
    rows = [add_email(party, address, by=agent, at=at) for address in ("a@x.cn", "b@x.cn", "c@x.cn")]
    remove_email(party, rows[2], by=agent, at=at)
    assert [one.mask for one in Email.objects.filter(primary=True)] == ["b***@x.cn"]
    with pytest.raises(NotFound):
        remove_email(party, rows[2], by=agent, at=at)


def test_what_is_no_address_is_refused(agent: Actor, party: Party, at: datetime) -> None:
    with pytest.raises(Refused) as refused:
        add_email(party, "wang at example", by=agent, at=at)
    assert (refused.value.code, refused.value.where) == ("email_unreadable", "email")


def test_outsiders_reach_none(colleague: Actor, technician: Actor, party: Party, at: datetime) -> None:
    with pytest.raises(NotFound):
        add_email(party, ADDRESS, by=colleague, at=at)
    with pytest.raises(NotAllowed):
        add_email(party, ADDRESS, by=technician, at=at)


def test_erasing_leaves_none(agent: Actor, manager: Actor, party: Party, at: datetime) -> None:
    add_email(party, ADDRESS, by=agent, at=at)
    erase(party, reason="requested", by=manager, at=at)
    assert not Email.objects.exists()
    with pytest.raises(Erased):
        add_email(party, ADDRESS, by=agent, at=at)
