"""One home, however it is written."""

from __future__ import annotations

import pytest

from bihuan.customers import places

WHOLE = [
    "7-2-1101",
    "7栋2单元1101",
    "7#2-1101",
    "7＃2－1101室",
    "七栋二单元1101",
    "07幢2單元1101",
    "7 2 1101",
    "7座/2单元/1101房",
]


@pytest.mark.parametrize("written", WHOLE)
def test_every_usual_way_of_writing_a_home_means_it(written: str) -> None:
    assert places.terms("7栋", "2", "1101")[0] in places.asked(written)


@pytest.mark.parametrize("written", ["7-1101", "7#1101", "7号楼1101", "1101", "彩虹花园7栋1101", "彩虹花园7-2-1101"])
def test_the_unit_may_be_left_out_and_the_site_may_stand_before(written: str) -> None:
    assert set(places.asked(written)) & set(places.terms("7栋", "2", "1101"))


@pytest.mark.parametrize("written", ["7-2-1102", "8-2-1101", "7-3-1101", "2-7-1101", "101", "71101", "17-1101", "7栋"])
def test_another_home_is_another(written: str) -> None:
    assert not set(places.asked(written)) & set(places.terms("7栋", "2", "1101"))


@pytest.mark.parametrize("written", ["王样例", "wyl", "", "栋", "大厦"])
def test_what_has_no_figure_is_no_home(written: str) -> None:
    assert places.asked(written) == []


@pytest.mark.parametrize("written", ["A座1101", "a1101", "A-1101", "A栋1101"])
def test_letters_are_read_in_either_case(written: str) -> None:
    assert set(places.asked(written)) & set(places.terms("A座", "", "1101"))


def test_a_building_with_a_name_is_found_with_and_without_it() -> None:
    terms = places.terms("紫荆苑3期7栋", "", "商铺12")
    assert {"紫荆苑-3-期-7-商铺-12", "7-商铺-12", "3-7-12", "7-12", "12"} <= set(terms)


@pytest.mark.parametrize(
    ("building", "unit", "room", "label"),
    [
        ("7", "2", "1101", "7栋2单元1101"),
        ("7栋", "二单元", "1101室", "7栋2单元1101"),
        ("7号楼", "0", "12", "7号楼12"),
        ("T3", "", "2501", "T3栋2501"),
        ("Sunset Tower", "", "12A", "Sunset Tower-12A"),
        ("地下车库", "", "B1-023", "地下车库B1-023"),
    ],
)
def test_a_home_is_called_as_people_say_it(building: str, unit: str, room: str, label: str) -> None:
    assert places.label(building, places.unit_name(unit), room) == label


@pytest.mark.parametrize(
    ("written", "kept"), [("0", ""), ("0单元", ""), ("00", ""), ("01", "1"), ("10", "10"), ("a", "A"), ("东", "东")]
)
def test_unit_0_is_none_and_no_other_is(written: str, kept: str) -> None:
    assert places.unit_name(written) == kept


@pytest.mark.parametrize(("numeral", "figure"), [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99)])
def test_chinese_numerals_are_read(numeral: str, figure: int) -> None:
    assert places.key(f"{numeral}栋") == places.key(str(figure))


def test_homes_sort_by_their_figures() -> None:
    labels = ["10栋1单元101", "2栋1单元1101", "2栋1单元101", "2栋10单元101", "2栋2单元101"]
    assert sorted(labels, key=places.sort_key) == [labels[2], labels[1], labels[4], labels[3], labels[0]]


def test_no_term_is_longer_than_its_column() -> None:
    long = "紫" * 40
    assert max(map(len, places.terms(long, long, long))) == places.LONGEST
    assert places.asked(f"{long}1")[0] == places.asked(f"{long}12345")[0]
