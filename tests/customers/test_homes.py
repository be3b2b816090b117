"""Buildings, homes, and the list of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.customers.actions import NewHome, NewParty, add_building, add_home, add_party, erase
from bihuan.customers.models import Building, Home, Party
from bihuan.customers.queries import homes_page
from bihuan.kernel.errors import Refused


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_building_is_shown_as_people_say_it(agent: Actor, at: datetime) -> None:
    assert add_building("CH", " ７ ", by=agent, at=at).name == "7栋"


@pytest.mark.parametrize("name", ["7", "7栋", "07幢", "七号楼", "７#"])
def test_a_building_stands_once_however_it_is_written(
    agent: Actor, building: Building, at: datetime, name: str
) -> None:
    with pytest.raises(Refused) as refused:
        add_building("CH", name, by=agent, at=at)
    assert code(refused) == "building_exists"
    assert Building.objects.get() == building


def test_another_site_has_a_building_of_the_same_name(colleague: Actor, building: Building, at: datetime) -> None:
    assert add_building("NS", "7", by=colleague, at=at).name == building.name


@pytest.mark.parametrize("name", ["", "  ", "—"])
def test_a_building_has_a_name(agent: Actor, at: datetime, name: str) -> None:
    with pytest.raises(Refused) as refused:
        add_building("CH", name, by=agent, at=at)
    assert code(refused) == "name_missing"


def test_a_home_keeps_what_was_entered(building: Building, agent: Actor, at: datetime) -> None:
    new = NewHome(room="12室", unit="0", kind="shop", status="let", floor=-1, area=Decimal("9.50"), rent=Decimal(800))
    home = Home.objects.get(pk=add_home(building, new, by=agent, at=at).pk)
    assert (home.site_id, home.building, home.unit, home.room, home.label) == ("CH", building, "", "12", "7栋12")
    assert (home.kind, home.status, home.floor, home.area, home.inner_area, home.rent) == (
        "shop",
        "let",
        -1,
        Decimal("9.50"),
        None,
        Decimal(800),
    )


@pytest.mark.parametrize(("unit", "room"), [("2", "1101"), ("02单元", "1101室"), ("二单元", "01101")])
def test_a_home_stands_once_however_it_is_written(home: Home, agent: Actor, at: datetime, unit: str, room: str) -> None:
    with pytest.raises(Refused) as refused:
        add_home(home.building, NewHome(unit=unit, room=room), by=agent, at=at)
    assert code(refused) == "home_exists"
    assert Home.objects.count() == 1


@pytest.mark.parametrize(("unit", "room"), [("", "1101"), ("1", "1101"), ("2", "1102"), ("2", "1101A")])
def test_another_room_or_unit_is_another_home(home: Home, agent: Actor, at: datetime, unit: str, room: str) -> None:
    add_home(home.building, NewHome(unit=unit, room=room), by=agent, at=at)
    assert Home.objects.count() == 2


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (NewHome(room=" "), "room_missing"),
        (NewHome(room="1", kind="castle"), "not_a_choice"),
        (NewHome(room="1", status="haunted"), "not_a_choice"),
    ],
)
def test_what_no_home_can_be_is_refused(
    building: Building, agent: Actor, at: datetime, new: NewHome, refusal: str
) -> None:
    with pytest.raises(Refused) as refused:
        add_home(building, new, by=agent, at=at)
    assert code(refused) == refusal


@pytest.mark.parametrize(
    ("who", "error"), [("technician", NotAllowed), ("colleague", NotFound), ("outsider", NotFound)]
)
def test_others_add_nothing(who: str, error: type[Refused], building: Building, at: datetime, request: Any) -> None:
    actor = request.getfixturevalue(who)
    with pytest.raises(error):
        add_building("CH", "8", by=actor, at=at)
    with pytest.raises(error):
        add_home(building, NewHome(room="1"), by=actor, at=at)
    assert (Building.objects.count(), Home.objects.count()) == (1, 0)


@pytest.fixture
def street(agent: Actor, at: datetime) -> list[str]:
    """Eleven homes, entered in no order; their labels as they are to be listed."""
    ten, two = (add_building("CH", name, by=agent, at=at) for name in ("10", "2"))
    for building in (ten, two):
        for room in ("201", "1101", "101", "9", "99"):
            add_home(building, NewHome(unit="1", room=room), by=agent, at=at)
    add_home(two, NewHome(room="1"), by=agent, at=at)
    rooms = ["9", "99", "101", "201", "1101"]
    return ["2栋1", *(f"2栋1单元{one}" for one in rooms), *(f"10栋1单元{one}" for one in rooms)]


@pytest.mark.parametrize("size", [1, 2, 5, 10, 11, 12])
def test_pages_follow_each_other_without_gap_or_overlap(street: list[str], size: int) -> None:
    listed, after, pages = [], "", 0
    while pages == 0 or after:
        page = homes_page("CH", after, size=size)
        listed += [line.label for line in page.lines]
        after, pages = page.next, pages + 1
    assert listed == street
    assert pages == -(-len(street) // size)


def test_homes_of_one_label_order_are_told_apart(agent: Actor, at: datetime) -> None:
    """Labels that sort alike must not be skipped at the end of a page."""
    building = add_building("CH", "7", by=agent, at=at)
    for room in ("1-1", "1 1", "1.1"):
        Home.objects.create(site_id="CH", building=building, room=room, label=room, sort="the same")
    first = homes_page("CH", size=1)
    second = homes_page("CH", first.next, size=1)
    third = homes_page("CH", second.next, size=1)
    assert [page.lines[0].label for page in (first, second, third)] == ["1-1", "1 1", "1.1"]
    assert third.next == ""


@pytest.mark.parametrize("after", ["x", "-1", "0", "99999999999999999999", "１"])
def test_a_page_after_nothing_known_is_not_found(street: list[str], after: str) -> None:
    with pytest.raises(NotFound):
        homes_page("CH", after)


def test_a_page_after_a_home_of_another_site_is_not_found(home: Home) -> None:
    assert homes_page("NS").lines == []
    with pytest.raises(NotFound):
        homes_page("NS", str(home.pk))


def test_a_line_shows_who_is_there(home: Home, party: Party, agent: Actor, manager: Actor, at: datetime) -> None:
    add_party(NewParty(site="CH", name="李四", home=home, role="tenant", customer_class="key"), by=agent, at=at)
    [line] = homes_page("CH").lines
    assert (line.home, line.label, line.kind, line.status) == (home.pk, "7栋2单元1101", "residence", "occupied")
    assert [(one.name, one.role, one.customer_class) for one in line.people] == [
        ("王样例", "owner", "normal"),
        ("李四", "tenant", "key"),
    ]
    erase(party, reason="requested", by=manager, at=at)
    assert [one.name for one in homes_page("CH").lines[0].people] == ["李四"]


def test_a_page_takes_three_queries_however_many_live_there(street: list[str], agent: Actor, at: datetime) -> None:
    for nth, home in enumerate(Home.objects.all()):
        add_party(NewParty(site="CH", name=f"王{nth}", home=home), by=agent, at=at)
    after = homes_page("CH", size=2).next
    with CaptureQueriesContext(connection) as captured:
        assert all(line.people for line in homes_page("CH", after).lines)
    assert len(captured) == 3
