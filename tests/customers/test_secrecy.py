"""What a thief of the database does not learn."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bihuan.accounts.access import Actor
from bihuan.customers.actions import NewParty, add_party, reveal_phone
from bihuan.customers.imports import preview
from bihuan.customers.models import Home, Import, Party
from bihuan.customers.vault import opened, vault
from bihuan.kernel.errors import Refused
from tests.customers.contents import everything
from tests.customers.sheet_files import IDENTITY, file_of, row

PHONES = ["13812345521", "0755-26731234转801", "+852 2345 6789"]
DIGITS = ["13812345521", "26731234", "23456789", "2345 6789", "138 1234 5521", IDENTITY, IDENTITY[:-1]]


@pytest.fixture
def party(agent: Actor, home: Home, at: datetime) -> Party:
    return add_party(NewParty(site="CH", name="王样例", phones=PHONES, identity=IDENTITY, home=home), by=agent, at=at)


def test_the_dump_would_show_what_stands_in_the_clear(party: Party) -> None:
    dump = everything()
    assert all(shown in dump for shown in ("王样例", "138****5521", "7栋2单元1101"))


def test_no_number_stands_in_the_clear_anywhere(agent: Actor, party: Party, at: datetime) -> None:
    for phone in party.phones.all():
        reveal_phone(party, phone, reason="call", by=agent, at=at)
    dump = everything()
    assert [digits for digits in DIGITS if digits in dump] == []


def test_nor_after_an_import_with_numbers_in_every_wrong_column(manager: Actor, at: datetime) -> None:
    wrong = {
        "area": "138 1234 5521",
        "floor": PHONES[0],
        "rent": "138-1234-5521",
        "moved_in": IDENTITY,
        "status": PHONES[0],
    }
    made = preview("CH", file_of([row(), row(room=102, **wrong)]), filename="a.xlsx", by=manager, at=at)
    assert len(made.problems) >= len(wrong)
    dump = everything()
    assert [digits for digits in [*DIGITS, "138-1234-5521"] if digits in dump] == []
    assert re.search(r"1[3-9][0-9]{9}", str(Import.objects.get().problems)) is None


def test_only_the_holder_of_the_keys_opens_a_number(party: Party) -> None:
    phone = party.phones.order_by("id")[0]
    assert opened(phone) == PHONES[0]
    damaged = bytes(phone.sealed)[:-1] + bytes([bytes(phone.sealed)[-1] ^ 1])
    with pytest.raises(Refused):
        vault().open(damaged)


def test_equal_numbers_do_not_show_as_equal_ciphers(agent: Actor, party: Party, at: datetime) -> None:
    other = add_party(NewParty(site="CH", name="李四", phones=PHONES[:1]), by=agent, at=at)
    one, two = party.phones.order_by("id")[0], other.phones.get()
    assert bytes(one.sealed) != bytes(two.sealed)
    assert (bytes(one.digest), bytes(one.last_four)) == (bytes(two.digest), bytes(two.last_four))
