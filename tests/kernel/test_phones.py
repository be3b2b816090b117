"""Telephone numbers as people write them, and what of them is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.phones import is_placeholder, last_four, mask, read_phone

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "written",
    [
        "13812345521",
        " 138 1234 5521 ",
        "138-1234-5521",
        "１３８１２３４５５２１",
        "+8613812345521",
        "+86 138 1234 5521",
        "008613812345521",
        "8613812345521",
        "(86)13812345521",
        "013812345521",
    ],
)
def test_a_mobile_is_read_however_it_is_written(written: str) -> None:
    assert read_phone(written) == "+8613812345521"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0755-26731234", "+8675526731234"),
        ("075526731234", "+8675526731234"),
        ("（0755）26731234", "+8675526731234"),
        ("0755—26731234", "+8675526731234"),
        ("0755‐2673 1234", "+8675526731234"),
        ("010-62345678", "+861062345678"),
        ("0310-2345678", "+863102345678"),
        ("86-0755-26731234", "+8675526731234"),
        ("400-800-1234", "+864008001234"),
        ("8008101234", "+868008101234"),
    ],
)
def test_landlines_and_service_numbers_are_read_with_their_area_code(written: str, kept: str) -> None:
    assert read_phone(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "0755-26731234-801",
        "0755-26731234转801",
        "0755 26731234 轉 801",
        "0755-26731234分机801",
        "(0755)26731234x801",
        "+86 755 2673 1234 ext. 801",
        "0755-26731234#801",
        "+8675526731234;ext=801",
    ],
)
def test_an_extension_is_kept(written: str) -> None:
    assert read_phone(written) == "+8675526731234;ext=801"


def test_extensions_have_one_to_six_digits() -> None:
    assert read_phone("0755-26731234转1") == "+8675526731234;ext=1"
    assert read_phone("0755-26731234转123456") == "+8675526731234;ext=123456"
    assert read_phone("0755-26731234转1234567") is None
    assert read_phone("0755-26731234转") is None


def test_a_mobile_has_no_extension_and_400_numbers_may() -> None:
    assert read_phone("13812345521转2") is None
    assert read_phone("400-800-1234-12") == "+864008001234;ext=12"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+852 9123 4567", "+85291234567"),
        ("0085291234567", "+85291234567"),
        ("+853 6612 3456", "+85366123456"),
        ("+886 912 345 678", "+886912345678"),
        ("+1 (212) 555-0123", "+12125550123"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_numbers_from_elsewhere_are_read_with_their_plus(written: str, kept: str) -> None:
    assert read_phone(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "无",
        "张三",
        "1381234552",  # ten digits
        "138123455210",  # twelve
        "12812345521",  # no mobile begins so
        "11111111111",
        "26731234",  # no area code
        "75526731234",  # an area code without its 0
        "3912345521",  # a mobile without its 1; with a 0 before it would be a landline
        "91234567",  # Hong Kong without +
        "0512-6281234",  # a digit short for that city
        "0755-06731234",  # no local number begins with 0
        "0755-16731234",
        "+86755267312345",
        "95588",
        "10086",
        "110",
        "12345",
        "1-800-FLOWERS",
        "13812345521,13912345521",
        "1.38123E+10",
        "138****5521",
        "+",
        "+999 1234567",
    ],
)
def test_nonsense_is_refused(written: str) -> None:
    assert read_phone(written) is None


@given(MOBILES)
def test_every_mobile_is_read_and_shows_seven_digits(number: str) -> None:
    assert read_phone(number) == f"+86{number}"
    assert mask(number) == f"{number[:3]}****{number[7:]}"
    assert last_four(number) == number[7:]


@given(st.text(st.sampled_from("0123456789+-() 转x#"), max_size=20) | st.text(max_size=20))
def test_what_is_kept_reads_as_itself_and_never_shows_more_than_four_digits_of_the_subscriber(written: str) -> None:
    kept = read_phone(written)
    shown = mask(written)
    assert "****" in shown
    assert len(re.findall("[0-9]", shown.partition("****")[2])) <= 4
    if kept is not None:
        assert read_phone(kept) == kept
        assert mask(kept) == shown
        assert last_four(kept) == last_four(written)
        assert len(kept) <= 27


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13812345521", "138****5521"),
        ("+8613812345521", "138****5521"),
        ("0755-26731234", "0755-****1234"),
        ("0755-26731234-801", "0755-****1234"),
        ("010-62345678", "010-****5678"),
        ("0310-2345678", "0310-****678"),
        ("400-800-1234", "400-****234"),
        ("+852 9123 4567", "+852****4567"),
        ("+1 212 555 0123", "+1****0123"),
        ("+683 4002", "+683****02"),
        ("13812345", "****"),
        ("", "****"),
    ],
)
def test_masks_keep_area_and_end(written: str, shown: str) -> None:
    assert mask(written) == shown


@pytest.mark.parametrize(
    ("written", "digits"),
    [("138 1234 5521", "5521"), ("0755-26731234转801", "1234"), ("0310-2345678", "5678"), ("5521", ""), ("", "")],
)
def test_the_last_four_leave_extensions_out(written: str, digits: str) -> None:
    assert last_four(written) == digits


@pytest.mark.parametrize(
    "number",
    [
        "13800000000",
        "+8613800000000",
        "008613800000000",
        "8613800000000",
        "138-0000-0000",
        "１３８００００００００",
        "13000000000",
        "18900000000",
        "10000000000",
        "13800138000",
        "11111111111",
        "99999999999",
        "12345678901",
        "12345678910",
        "0",
        "00000000000",
        "0755-00000000",
        "0310-0000000",
    ],
)
def test_numbers_that_stand_for_none_are_placeholders(number: str) -> None:
    assert is_placeholder(number)


@pytest.mark.parametrize(
    "number",
    [
        "13888888888",  # sold at auctions, and somebody's
        "13812345678",
        "13800000001",
        "13900138000",
        "18888888888",
        "16666666666",
        "+8613812345521",
        "0755-88888888",
        "+85288888888",
        "",
        "无",
    ],
)
def test_numbers_that_can_be_somebodys_are_none(number: str) -> None:
    assert not is_placeholder(number)
