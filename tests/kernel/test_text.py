"""Keys to sort by, initials and pieces to find by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.text import bigrams, initials, normal, pinyin_key, simplified

TEXTS = st.text(st.sampled_from("单曾王女士阳光电梯困人區棟A栋b12３ é，-\u200b\n𠮷の"), max_size=12) | st.text(
    max_size=12
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2栋", "10栋"),
        ("1栋2单元", "1栋10单元"),
        ("2栋901", "2栋1001"),
        ("A栋", "B栋"),
        ("陈先生", "王女士"),
        ("安先生", "白先生"),
        ("9", "王"),
        ("解放路", "王府路"),
        ("曹女士", "曾女士"),
        ("单女士", "沈女士"),
    ],
)
def test_keys_sort_as_people_expect(before: str, after: str) -> None:
    assert pinyin_key(before) < pinyin_key(after)


def test_syllables_stand_without_tones_between_spaces() -> None:
    assert pinyin_key("王女士") == "wang nv shi"


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("单女士", "shan"),
        ("曾国藩", "zeng"),
        ("仇先生", "qiu"),
        ("区太太", "ou"),
        ("查良镛", "zha"),
        ("解小姐", "xie"),
        ("盖先生", "ge"),
        ("翟女士", "zhai"),
        ("朴先生", "piao"),
        ("任先生", "ren"),
        ("华先生", "hua"),
        ("尉迟恭", "yu chi"),
        ("尉先生", "wei"),
        ("万俟先生", "mo qi"),
        ("长孙女士", "zhang sun"),
        ("令狐冲", "ling hu"),
        ("乐正女士", "yue zheng"),
        ("单", "shan"),
        ("老曾", "lao zeng"),
        ("單女士", "shan"),
        ("區先生", "ou"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, reading: str) -> None:
    assert f"{pinyin_key(name)} ".startswith(f"{reading} ")


@pytest.mark.parametrize(
    ("words", "reading"),
    [
        ("单元", "dan yuan"),
        ("小区", "xiao qu"),
        ("解放", "jie fang"),
        ("单元楼", "dan yuan lou"),
        ("单身员工公寓", "dan shen yuan gong gong yu"),
        ("2单元", "0000000002 dan yuan"),
        ("重庆", "chong qing"),
        ("银行", "yin hang"),
    ],
)
def test_other_words_are_read_as_words(words: str, reading: str) -> None:
    assert pinyin_key(words) == reading


def test_a_name_of_four_characters_is_a_name_and_five_are_none() -> None:
    assert pinyin_key("单老太太").startswith("shan ")
    assert pinyin_key("单老太太家").startswith("dan ")


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("王女士", "wns"),
        ("单女士", "sns"),
        ("A栋2单元1001", "ad2dy1001"),
        ("粤B·12345", "yb12345"),
        ("José", "jose"),
        ("張三", "zs"),
        ("，。", ""),
    ],
)
def test_initials_keep_latin_letters_and_digits(text: str, letters: str) -> None:
    assert initials(text) == letters


def test_digits_are_padded_to_ten_and_longer_runs_left() -> None:
    assert pinyin_key("1234567890") == "1234567890"
    assert pinyin_key("123456789") == "0123456789"
    assert pinyin_key("12345678901") == "12345678901"


def test_a_character_without_a_reading_stands_for_itself_and_sorts_last() -> None:
    assert pinyin_key("の野") == "の ye"
    assert initials("の野") == "のy"
    assert pinyin_key("の") > pinyin_key("座")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("电梯困人", ["电梯", "梯困", "困人"]),
        ("电梯", ["电梯"]),
        ("梯", ["梯"]),
        ("2栋 iPhone", ["2", "栋", "iphone"]),
        ("粤B12345", ["粤", "b", "12345"]),
        ("ＡＢＣ１２３", ["abc", "123"]),
        ("漏水，漏水", ["漏水"]),
        ("漏 水", ["漏", "水"]),
        ("snake_case", ["snake", "case"]),
        ("，", []),
        ("", []),
    ],
)
def test_texts_fall_into_pairs_of_characters_words_and_numbers(text: str, pieces: list[str]) -> None:
    assert bigrams(text) == pieces


@given(TEXTS, TEXTS, TEXTS)
def test_whoever_looks_for_a_part_finds_the_whole(before: str, part: str, after: str) -> None:
    whole = bigrams(f"{before} {part} {after}")
    assert set(bigrams(part)) <= set(whole)


@given(st.text(st.sampled_from("电梯困人漏水"), min_size=2, max_size=5), st.text(st.sampled_from("电梯困人漏水")))
def test_two_characters_and_more_are_found_inside_a_run(part: str, around: str) -> None:
    assert set(bigrams(part)) <= set(bigrams(around + part + around))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  王 \t 女士\n", "王 女士"),
        ("Ａ１２", "A12"),
        ("王\u200b女士\ufeff", "王女士"),
        ("王\u3000女士", "王 女士"),
        ("①", "1"),
        ("", ""),
    ],
)
def test_texts_are_kept_trimmed_and_in_ordinary_width(typed: str, kept: str) -> None:
    assert normal(typed) == kept


@given(TEXTS)
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert once == once.strip()
    assert unicodedata.is_normalized("NFKC", once)


@given(TEXTS)
def test_how_a_text_was_typed_does_not_change_its_keys(text: str) -> None:
    assert pinyin_key(normal(text)) == pinyin_key(f" {text}\u200b ")
    assert initials(normal(text)) == initials(f"{text} ")
    assert bigrams(normal(text)) == bigrams(f"{text} ")


def test_traditional_characters_become_simplified_ones() -> None:
    assert simplified("電梯") == "电梯"
    assert pinyin_key("電梯") == pinyin_key("电梯")
    assert simplified("电梯") == "电梯"
