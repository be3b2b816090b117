"""The one search box."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Site
from bihuan.customers import names, places
from bihuan.customers.actions import NewHome, NewParty, add_building, add_home, add_party, erase, move_out
from bihuan.customers.models import Building, Home, Occupancy, Party, Phone
from bihuan.customers.queries import FINDERS, Found, find
from bihuan.customers.vault import phone_row

WAYS = ["王样例", "王样", "样例", "wyl", "wy", "13812345521", "138 1234 5521", "+86 13812345521", "5521"]
HOMES = ["7-2-1101", "7栋2单元1101", "7#2-1101", "七栋二单元1101室", "7#1101", "1101"]


def labels(found: list[Found]) -> list[str]:
    return [one.label for one in found]


@pytest.mark.parametrize("text", WAYS)
def test_a_party_is_found_by_name_initials_and_number(agent: Actor, party: Party, text: str) -> None:
    [found] = find(agent, text)
    assert (found.kind, found.id, found.site, found.label) == ("party", str(party.pk), "CH", "王样例")


@pytest.mark.parametrize("text", ["王", "张样", "yl", "5522", "13812345522", "138****5521", "  ", "", "?"])
def test_what_does_not_fit_finds_nobody(agent: Actor, party: Party, text: str) -> None:
    assert find(agent, text) == []


@pytest.mark.parametrize("text", HOMES)
def test_a_home_is_found_however_it_is_written(agent: Actor, home: Home, party: Party, text: str) -> None:
    [found] = find(agent, text)
    assert (found.kind, found.id, found.label, found.beside) == ("home", str(home.pk), "7栋2单元1101", ("王样例",))


def test_a_party_shows_its_home_and_masked_number(agent: Actor, party: Party) -> None:
    [found] = find(agent, "王样例")
    assert (found.beside, found.phones, found.customer_class) == (("7栋2单元1101",), ("138****5521",), "normal")


def test_whoever_moved_out_is_still_found_but_no_longer_at_the_home(agent: Actor, party: Party, at: datetime) -> None:
    move_out(Occupancy.objects.get(), by=agent, at=at)
    assert [(one.label, one.beside) for one in find(agent, "王样例")] == [("王样例", ())]
    assert [(one.label, one.beside) for one in find(agent, "1101")] == [("7栋2单元1101", ())]


def test_a_number_with_an_extension_is_found_by_the_number_that_calls(agent: Actor, at: datetime) -> None:
    add_party(NewParty(site="CH", name="某某科技", phones=["0755-26731234转801"]), by=agent, at=at)
    assert labels(find(agent, "0755-26731234")) == labels(find(agent, "1234")) == ["某某科技"]


def test_four_digits_find_callers_and_rooms_alike(agent: Actor, home: Home, at: datetime) -> None:
    add_party(NewParty(site="CH", name="李四", phones=["13900001101"]), by=agent, at=at)
    assert labels(find(agent, "1101")) == ["李四", "7栋2单元1101"]


def test_the_exact_name_comes_before_those_that_hold_it(agent: Actor, at: datetime) -> None:
    for name in ("阿王伟", "王伟强", "王伟"):
        add_party(NewParty(site="CH", name=name), by=agent, at=at)
    assert labels(find(agent, "王伟")) == ["王伟", "王伟强", "阿王伟"]


def test_the_home_itself_comes_before_those_it_is_the_end_of(agent: Actor, at: datetime) -> None:
    for name in ("3期7栋", "7栋"):
        add_home(add_building("CH", name, by=agent, at=at), NewHome(room="101"), by=agent, at=at)
    assert labels(find(agent, "7-101")) == ["7栋101", "3期7栋101"]


def test_a_caller_of_two_numbers_with_the_same_end_stands_there_once(agent: Actor, at: datetime) -> None:
    add_party(NewParty(site="CH", name="A1", phones=["13812345521", "13912345521"]), by=agent, at=at)
    assert labels(find(agent, "5521")) == ["A1"]


@pytest.mark.parametrize("text", [*WAYS, *HOMES])
def test_others_find_nothing(colleague: Actor, outsider: Actor, technician: Actor, party: Party, text: str) -> None:
    assert find(colleague, text) == find(outsider, text) == find(technician, text) == []


def test_whoever_works_at_both_sites_finds_at_both(office: Actor, agent: Actor, colleague: Actor, at: datetime) -> None:
    for actor, site in ((agent, "CH"), (colleague, "NS")):
        add_party(NewParty(site=site, name="王样例", phones=["13812345521"]), by=actor, at=at)
    assert [one.site for one in find(office, "5521")] == [one.site for one in find(office, "wyl")] == ["CH", "NS"]
    assert [one.site for one in find(colleague, "5521")] == [one.site for one in find(colleague, "wyl")] == ["NS"]


@pytest.mark.parametrize("text", WAYS)
def test_whoever_was_erased_is_found_by_nothing(manager: Actor, party: Party, at: datetime, text: str) -> None:
    erase(party, reason="requested", by=manager, at=at)
    assert find(manager, text) == []


@pytest.fixture
def finder() -> Iterator[list[str]]:
    """A finder of numbers, as rooms above have them; gives what it was asked."""
    asked: list[str] = []

    def numbers(actor: Actor, text: str) -> list[Found]:
        asked.append(text)
        return [Found("case", "1", "CH", "CH-B-03-0147")] if text == "CH-B-03-0147" else []

    FINDERS.append(numbers)
    yield asked
    FINDERS.remove(numbers)


def test_numbers_are_found_by_the_rooms_above(agent: Actor, party: Party, finder: list[str]) -> None:
    assert labels(find(agent, " ＣＨ-B-03-0147 ")) == ["CH-B-03-0147"]
    assert labels(find(agent, "王样例")) == ["王样例"]
    assert finder == ["CH-B-03-0147", "王样例"]


def alike(nth: int) -> str:
    return f"王样例{nth}"


def unlike(nth: int) -> str:
    return chr(0x4E00 + nth) + chr(0x6E00 + nth)


def crowd(site: str, count: int, *, name: Callable[[int], str] = alike) -> None:
    """Homes and parties that answer to almost anything."""
    building = Building.objects.create(site_id=site, name="9栋", sort=places.sort_key("9栋"))
    homes = [
        Home(
            site_id=site,
            building=building,
            unit=str(nth),
            room="1101",
            label=f"9栋{nth}单元1101",
            sort=places.sort_key(f"9栋{nth}单元1101"),
            terms=places.terms("9栋", str(nth), "1101"),
        )
        for nth in range(count)
    ]
    people = [
        Party(site_id=site, name=one, sort=names.sort_key(one), terms=names.terms(one))
        for one in map(name, range(count))
    ]
    Home.objects.bulk_create(homes)
    Party.objects.bulk_create(people)
    Phone.objects.bulk_create(phone_row(one.pk, f"+86138{nth:04}1101", primary=True) for nth, one in enumerate(people))
    pairs = zip(homes, people, strict=True)
    Occupancy.objects.bulk_create(Occupancy(home=home, party=one, role="owner") for home, one in pairs)


@pytest.mark.parametrize(("limit", "each"), [(20, 10), (7, 3), (60, 30)])
def test_no_group_crowds_out_another(agent: Actor, limit: int, each: int) -> None:
    crowd("CH", 30)
    found = find(agent, "1101", limit=limit)
    kinds = [one.kind for one in found]
    assert len(found) == limit
    assert kinds.count("home") >= each
    assert kinds.count("party") >= each


def test_a_lone_group_takes_all_the_room(agent: Actor) -> None:
    crowd("CH", 30)
    assert len(find(agent, "王样例")) == 20
    assert len(find(agent, "王样例", limit=30)) == 30


@pytest.mark.parametrize("text", ["1101", "王样例", "13800011101", "9-1-1101", "9栋1单元1101", "wyl"])
def test_the_number_of_queries_does_not_grow(agent: Actor, text: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert find(agent, text)
        return len(captured)

    crowd("CH", 2)
    few = queries()
    Building.objects.create(site=Site.objects.get(pk="CH"), name="x", sort="x")
    Building.objects.filter(name="9栋").update(name="10栋")
    crowd("CH", 30)
    assert queries() == few <= 8


def test_the_indexes_serve_the_search(agent: Actor) -> None:
    """Of what is rare among many rows the planner reads the index; without it, every row."""
    crowd("CH", 3000, name=unlike)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('party_terms'), gin_clean_pending_list('home_terms')")
        cursor.execute("ANALYZE customers_party; ANALYZE customers_home; ANALYZE customers_phone")
        for text in (unlike(77), "9-77-1101", "13800771101"):
            with CaptureQueriesContext(connection) as captured:
                assert len(find(agent, text)) == 1
            for query in captured:
                cursor.execute("EXPLAIN " + query["sql"])
                plan = "\n".join(row[0] for row in cursor)
                assert "Seq Scan on customers_" not in plan, plan
