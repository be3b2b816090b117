"""By what a name is found."""

from __future__ import annotations

import pytest

from bihuan.customers import names


def finds(asked: str, name: str) -> bool:
    """Whether all terms of one of the ways to read the question are among the name's."""
    terms = set(names.terms(name))
    return any(terms.issuperset(wanted) for wanted in names.asked(asked))


@pytest.mark.parametrize("asked", ["王样例", "王样", "样例", "wyl", "WYL", "wy", "w y l"])
def test_any_two_adjacent_characters_or_the_initials_find_a_name(asked: str) -> None:
    assert finds(asked, "王样例")


@pytest.mark.parametrize("asked", ["王例", "王", "例", "w", "yl", "wl", "wyls", "张样例", "1101", ""])
def test_anything_else_does_not(asked: str) -> None:
    assert not finds(asked, "王样例")


def test_traditional_characters_find_simplified_ones_and_the_other_way_round() -> None:
    assert finds("張偉", "张伟")
    assert finds("张伟", "張偉")


@pytest.mark.parametrize("asked", ["sz", "szsmmkjy", "szsmmkjyxgs", "某某科技", "科技有限", "深圳市某某科技有限公司"])
def test_an_organisation_is_found_by_how_its_initials_begin_or_by_a_part(asked: str) -> None:
    assert finds(asked, "深圳市某某科技有限公司")


@pytest.mark.parametrize("asked", ["apple", "Apple 公司", "APPLE公司", "applegs", "3m", "3M中国"])
def test_latin_words_are_found_whole_and_together_with_chinese(asked: str) -> None:
    assert finds(asked, "Apple 公司") or finds(asked, "3M中国")


def test_no_term_is_longer_than_its_column() -> None:
    assert max(map(len, names.terms("W" * 80))) == names.LONGEST
    assert finds("W" * 80, "W" * 80)


def test_names_sort_by_their_sounds() -> None:
    people = ["张伟", "曾女士", "单女士", "王样例", "陈一"]
    assert sorted(people, key=names.sort_key) == ["陈一", "单女士", "王样例", "曾女士", "张伟"]
