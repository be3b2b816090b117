"""The demo company: its sites, its staff, the names of its customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from bihuan.ops.generate.tables import CODES, TRADES
from tests.demo.shelf import COMPANY, KINDS, STAFF, Entry, read

SITES = {site["code"]: site for site in COMPANY["sites"]}
POSTS_OF_A_SITE = {"agent", "cs_supervisor", "quality_supervisor", "site_manager", "trade_supervisor", "technician"}
POSTS = POSTS_OF_A_SITE | {"branch_office", "head_office", "admin"}


def homes(site: Entry) -> Iterator[str]:
    """Yield every home of a site as it is written."""
    for building in site["buildings"]:
        pattern = COMPANY["labels"]["with_units" if building["units"] else "without_units"]["home"]
        first, last = building["floors"]
        for unit in range(1, (building["units"] or 1) + 1):
            for floor in range(first, last + 1):
                for room in range(1, building["rooms"] + 1):
                    number = building.get("number", "{floor}{room:02d}").format(floor=floor, room=room)
                    yield pattern.format(name=building["name"], unit=unit, number=number)


# ---- sites and homes


def test_the_sites_have_the_codes_of_the_first_made_up_ones() -> None:
    assert tuple(SITES) == CODES[: len(SITES)]


@pytest.mark.parametrize(("code", "number"), [("CH", 1200), ("LY", 700), ("JX", 500)])
def test_a_site_has_so_many_homes_and_no_two_of_one_name(code: str, number: int) -> None:
    found = list(homes(SITES[code]))
    assert len(found) == len(set(found)) == number


def test_homes_are_written_as_people_write_them() -> None:
    assert {"7栋2单元1101", "1栋1单元305", "8栋2单元1504", "底商 B-12"} <= set(homes(SITES["CH"]))


def test_every_kind_of_home_is_somewhere() -> None:
    found = {building["kind"] for site in COMPANY["sites"] for building in site["buildings"]}
    assert found == {*KINDS, "parking"}


# ---- staff


def test_no_two_of_the_staff_have_one_name() -> None:
    assert [name for name, times in Counter(one["name"] for one in STAFF).items() if times > 1] == []


def test_the_people_everybody_knows_are_there() -> None:
    known = {(one["name"], one["title"]) for one in STAFF if one.get("site") == "CH"}
    assert {("李敏", "客服主管"), ("何建国", "管理处经理"), ("周强", "工程主管")} <= known


def test_posts_exist_and_belong_to_a_site_or_above_it() -> None:
    for one in STAFF:
        assert one["post"] in POSTS
        assert (one["post"] in POSTS_OF_A_SITE) is (one.get("site") in SITES)
        assert ("trades" in one) is (one["post"] in ("trade_supervisor", "technician"))


@pytest.mark.parametrize("site", SITES)
def test_a_site_has_every_post(site: str) -> None:
    assert {one["post"] for one in STAFF if one.get("site") == site} == POSTS_OF_A_SITE


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("post", ["trade_supervisor", "technician"])
def test_a_site_has_somebody_for_every_trade(site: str, post: str) -> None:
    there = [one for one in STAFF if one.get("site") == site and one["post"] == post]
    assert {trade for one in there for trade in one["trades"]} == COMPANY["trades"].keys()


def test_every_trade_belongs_to_a_group_the_made_up_stories_know() -> None:
    assert {trade["group"] for trade in COMPANY["trades"].values()} == set(TRADES)


# ---- customers


def test_there_are_enough_names_and_none_twice() -> None:
    people = read("people")
    given = [name for sexes in people["given_names"].values() for names in sexes.values() for name in names]
    assert len(people["surnames"]) >= 120
    assert all(isinstance(weight, int) and weight > 0 for weight in people["surnames"].values())
    assert len(given) == len(set(given)) >= 390
    assert max(map(len, given)) == 2


def test_everybody_can_be_addressed() -> None:
    addresses = read("people")["addresses"]
    for generation, sexes in read("people")["given_names"].items():
        assert addresses[generation].keys() == sexes.keys()
    assert {"merchant", "organisation", "enterprise"} <= addresses.keys()


def test_shops_and_enterprises_have_names_of_their_own() -> None:
    names = read("organisations")
    shops = [name for trade in names["merchants"].values() for name in trade]
    enterprises = [name for kind in names["enterprises"].values() for name in kind]
    everybody = shops + enterprises + names["organisations"]
    assert len(shops) >= 90
    assert len(enterprises) >= 60
    assert len(everybody) == len(set(everybody))
