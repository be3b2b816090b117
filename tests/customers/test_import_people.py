"""Who is who when a sheet is taken over: one person is recognised, strangers are never made one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bihuan.accounts.access import Actor
from bihuan.customers.actions import NewParty, add_party, correct, erase
from bihuan.customers.models import Party
from bihuan.customers.queries import archive
from tests.customers.sheet_files import IDENTITY, OTHER_IDENTITY
from tests.customers.sites import NO_IDENTITY, NOBODY, counted, of, people, stays, taken

pytestmark = pytest.mark.usefixtures("data")

PHONE, OTHER_PHONE = "13812345521", "13900001101"
HERE, THERE = {"room": 101}, {"room": 102}
Row = dict[str, Any]

ONE: dict[str, tuple[Row, Row]] = {
    "the same identity number": (of("王例", identity=IDENTITY), of("王例", identity=IDENTITY, **THERE)),
    "an identity number under another name": (of("王例", identity=IDENTITY), of("王小例", identity=IDENTITY, **THERE)),
    "an identity number with another telephone": (
        of("王例", identity=IDENTITY, phone=PHONE),
        of("王例", identity=IDENTITY, phone=OTHER_PHONE, **THERE),
    ),
    "the same telephone and name": (of("王例", phone=PHONE), of("王例", phone=PHONE, **THERE)),
    "one of two telephones and the name": (
        of("王例", phone=PHONE),
        of("王例", phone=f"{OTHER_PHONE}、{PHONE}", **THERE),
    ),
    "an identity number that was not known before": (
        of("王例", phone=PHONE),
        of("王例", phone=PHONE, identity=IDENTITY, **THERE),
    ),
    "an identity number that the second sheet leaves out": (
        of("王例", phone=PHONE, identity=IDENTITY),
        of("王例", phone=PHONE, **THERE),
    ),
    "a placeholder in the same home and role": (of("王例"), of("王例")),
    "a telephone after a placeholder in the same home and role": (of("王例"), of("王例", phone=PHONE)),
    "a placeholder after a telephone in the same home and role": (of("王例", phone=PHONE), of("王例")),
}
TWO: dict[str, tuple[Row, Row]] = {
    "two identity numbers": (of("王例", identity=IDENTITY), of("王例", identity=OTHER_IDENTITY)),
    "two identity numbers with one telephone": (
        of("王例", identity=IDENTITY, phone=PHONE),
        of("王例", identity=OTHER_IDENTITY, phone=PHONE, **THERE),
    ),
    "one telephone under two names": (of("王例", phone=PHONE), of("李四", phone=PHONE)),
    "one name with two telephones": (of("王例", phone=PHONE), of("王例", phone=OTHER_PHONE, **THERE)),
    "one name with two telephones in one home": (of("王例", phone=PHONE), of("王例", phone=OTHER_PHONE)),
    "placeholders in two homes": (of("王例"), of("王例", **THERE)),
    "placeholders under two names": (of("王例"), of("李四")),
    "empty cells in two homes": (
        of("王例", phone="", identity=""),
        of("王例", phone="", identity="", **THERE),
    ),
}


@pytest.mark.parametrize(("first", "second"), ONE.values(), ids=ONE)
def test_one_person_in_two_sheets_is_one(manager: Actor, at: datetime, first: Row, second: Row) -> None:
    taken(first, by=manager, at=at)
    assert counted(taken(second, by=manager, at=at), "people")[0] == 0
    assert Party.objects.count() == 1


@pytest.mark.parametrize(("first", "second"), ONE.values(), ids=ONE)
def test_and_in_two_rows_of_one_sheet(manager: Actor, at: datetime, first: Row, second: Row) -> None:
    taken(first, second, by=manager, at=at)
    assert Party.objects.count() == 1


@pytest.mark.parametrize(("first", "second"), TWO.values(), ids=TWO)
def test_two_people_in_two_sheets_are_two(manager: Actor, at: datetime, first: Row, second: Row) -> None:
    taken(first, by=manager, at=at)
    taken(second, by=manager, at=at)
    assert Party.objects.count() == 2


@pytest.mark.parametrize(("first", "second"), TWO.values(), ids=TWO)
def test_and_in_two_rows_of_one_sheet_too(manager: Actor, at: datetime, first: Row, second: Row) -> None:
    taken(first, second, by=manager, at=at)
    assert Party.objects.count() == 2


@pytest.mark.parametrize(("first", "second"), [*ONE.values(), *TWO.values()], ids=[*ONE, *TWO])
def test_whoever_they_are_both_sheets_again_bring_nobody_new(
    manager: Actor, at: datetime, first: Row, second: Row
) -> None:
    for sheet in (first, second):
        taken(sheet, by=manager, at=at)
    before = people()
    for sheet in (first, second):
        again = taken(sheet, by=manager, at=at)
        assert (counted(again, "people")[0], counted(again, "stays")[0]) == (0, 0)
    assert people() == before


def test_a_hundred_strangers_with_placeholders_stay_a_hundred(manager: Actor, at: datetime) -> None:
    rows = [of("王女士", room=room, phone=NOBODY, identity=NO_IDENTITY) for room in range(1, 101)]
    for _ in range(2):
        taken(*rows, by=manager, at=at)
    assert Party.objects.count() == 100
    assert {len(homes) for _, homes in people()} == {1}


def test_the_same_name_in_another_role_of_a_home_is_somebody_else(manager: Actor, at: datetime) -> None:
    taken(of("王女士"), of("王女士", role=1002), by=manager, at=at)
    assert [role for _, _, role in stays()] == ["owner", "family"]
    assert Party.objects.count() == 2


def test_known_numbers_and_a_known_sex_are_added_to(manager: Actor, at: datetime) -> None:
    taken(of("王例"), by=manager, at=at)
    taken(of("王例", phone=PHONE, gender="女", identity=IDENTITY), by=manager, at=at)
    taken(of("王例", phone=f"{OTHER_PHONE}、{PHONE}", identity=IDENTITY), by=manager, at=at)
    known = archive(Party.objects.get())
    assert (known.gender, known.identity) == ("f", "110*************2X")
    assert [(one.mask, one.primary) for one in known.phones] == [("138****5521", True), ("139****1101", False)]


def test_a_placeholder_is_no_number(manager: Actor, at: datetime) -> None:
    taken(of("王例", phone=NOBODY, identity=NO_IDENTITY), by=manager, at=at)
    known = archive(Party.objects.get())
    assert (known.phones, known.identity) == ([], "")


def test_the_identity_number_renames(manager: Actor, at: datetime) -> None:
    taken(of("王例", identity=IDENTITY), by=manager, at=at)
    made = taken(of("黄小例", identity=IDENTITY), by=manager, at=at)
    assert made.summary["changes"] == [{"row": 2, "home": "1栋1单元101", "fields": ["name"]}]
    assert Party.objects.get(terms__contains=["hxl"]).name == "黄小例"


def test_of_two_names_and_sexes_for_one_identity_number_the_first_row_s_holds(manager: Actor, at: datetime) -> None:
    rows = of("王例", identity=IDENTITY, gender="女"), of("黄小例", identity=IDENTITY, gender="男", **THERE)
    taken(*rows, by=manager, at=at)
    assert counted(taken(*rows, by=manager, at=at), "people") == (0, 0, 1)
    assert (Party.objects.get().name, Party.objects.get().gender) == ("王例", "f")


def test_an_owner_of_three_homes_is_one_with_three(manager: Actor, at: datetime) -> None:
    taken(*(of("王例", phone=PHONE, room=room) for room in (101, 102, 103)), by=manager, at=at)
    assert people() == [("王例", ["1栋1单元101", "1栋1单元102", "1栋1单元103"])]


def test_several_owners_in_one_cell_are_several_with_their_own_numbers(manager: Actor, at: datetime) -> None:
    taken(of("王例、李四", phone=f"{PHONE}、{OTHER_PHONE}"), by=manager, at=at)
    assert people() == [("王例", ["1栋1单元101"]), ("李四", ["1栋1单元101"])]
    assert [one.phones.get().mask for one in Party.objects.order_by("id")] == ["138****5521", "139****1101"]


def test_family_and_tenants_are_linked_in_their_roles(manager: Actor, at: datetime) -> None:
    roles = {"王例": 1001, "王小例": 1002, "李四": 1003, "赵五": 1004}
    taken(*(of(name, role=role) for name, role in roles.items()), by=manager, at=at)
    assert stays() == [
        ("1栋1单元101", "王例", "owner"),
        ("1栋1单元101", "王小例", "family"),
        ("1栋1单元101", "李四", "tenant"),
        ("1栋1单元101", "赵五", "temporary"),
    ]


@pytest.mark.parametrize(
    ("home", "kind"),
    [
        ({"kind": 110}, "resident"),
        ({"kind": "商铺", "unit": 0}, "merchant"),
        ({"kind": 120}, "enterprise"),
        ({"kind": "厂房"}, "enterprise"),
        ({"kind": 119}, "resident"),
        ({"kind": "车位"}, "resident"),
    ],
)
def test_what_the_home_is_tells_what_its_people_are(manager: Actor, at: datetime, home: Row, kind: str) -> None:
    taken(of("王例", **home), by=manager, at=at)
    assert Party.objects.get().kind == kind


def test_but_what_somebody_is_known_to_be_stays(manager: Actor, at: datetime) -> None:
    taken(of("王例", phone=PHONE), by=manager, at=at)
    correct(Party.objects.get(), kind="organisation", customer_class="key", by=manager, at=at)
    taken(of("王例", phone=PHONE, unit=0, kind="商铺"), by=manager, at=at)
    assert (Party.objects.get().kind, Party.objects.get().customer_class) == ("organisation", "key")


def test_nobody_is_recognised_across_sites(manager: Actor, colleague: Actor, at: datetime) -> None:
    for actor in (manager, colleague):
        taken(of("王例", phone=PHONE, identity=IDENTITY), by=actor, at=at)
    assert sorted(Party.objects.values_list("site_id", flat=True)) == ["CH", "NS"]


def test_nor_is_whoever_was_erased(manager: Actor, at: datetime) -> None:
    taken(of("王例", phone=PHONE, identity=IDENTITY), by=manager, at=at)
    erase(Party.objects.get(), reason="requested", by=manager, at=at)
    assert counted(taken(of("王例", phone=PHONE, identity=IDENTITY), by=manager, at=at), "people") == (1, 0, 0)
    assert sorted(Party.objects.values_list("name", flat=True)) == ["", "王例"]


def test_whoever_was_taken_in_by_hand_is_recognised(manager: Actor, at: datetime) -> None:
    add_party(NewParty(site="CH", name="王例", phones=["138 1234 5521"]), by=manager, at=at)
    assert counted(taken(of("王例", phone=13812345521), by=manager, at=at), "people") == (0, 0, 1)
    assert people() == [("王例", ["1栋1单元101"])]
