"""Identity numbers: GB 11643, placeholders, and what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.phones import is_placeholder_identity, mask_identity, read_identity

EXAMPLE = "11010519491231002X"  # the one printed in GB 11643
WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


def with_check(first: str) -> str:
    """The 17 digits with the check digit of ISO 7064 MOD 11-2, by which the whole is 1 modulo 11."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first, strict=True))
    check = (1 - total) % 11
    return first + ("X" if check == 10 else str(check))


@pytest.mark.parametrize("written", [EXAMPLE, EXAMPLE.lower(), f" {EXAMPLE[:6]} {EXAMPLE[6:14]} {EXAMPLE[14:]}"])
def test_a_number_is_kept_with_a_capital_x(written: str) -> None:
    assert read_identity(written) == EXAMPLE


@given(st.dates(), st.integers(0, 999))
def test_every_number_with_its_check_digit_is_read_unless_born_before_1850(born: object, serial: int) -> None:
    number = with_check(f"440305{str(born).replace('-', '')}{serial:03}")
    assert (read_identity(number) == number) is (str(born) >= "1850-01-01")


@given(st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_digit_is_noticed(place: int, digit: str) -> None:
    changed = EXAMPLE[:place] + digit + EXAMPLE[place + 1 :]
    assert read_identity(changed) == (EXAMPLE if changed == EXAMPLE else None)


@pytest.mark.parametrize("region", ["15", "23", "37", "46", "54", "65", "71", "81", "83", "91"])
def test_regions_that_exist_are_read(region: str) -> None:
    number = with_check(f"{region}010019900101001")
    assert read_identity(number) == number


@pytest.mark.parametrize("region", ["00", "10", "16", "24", "38", "47", "55", "66", "72", "80", "84"])
def test_regions_that_do_not_exist_are_refused(region: str) -> None:
    assert read_identity(with_check(f"{region}010019900101001")) is None


@pytest.mark.parametrize("born", ["19900229", "19901301", "19900100", "19900431", "00000101"])
def test_days_that_do_not_exist_are_refused(born: str) -> None:
    assert read_identity(with_check(f"440305{born}001")) is None


def test_the_leap_day_exists_in_a_leap_year() -> None:
    assert read_identity(with_check("44030519920229001"))


@pytest.mark.parametrize("written", ["", "无", "110105491231002", EXAMPLE[:-1], EXAMPLE + "1", "E12345678"])
def test_what_has_not_eighteen_characters_is_refused(written: str) -> None:
    assert read_identity(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "110101199001010000",
        "1101011990 0101 0000",
        "000000000000000000",
        "0",
        "111111111111111111",
        "123456789012345678",
    ],
)
def test_numbers_that_stand_for_none_are_placeholders(written: str) -> None:
    assert is_placeholder_identity(written)


@pytest.mark.parametrize("written", [EXAMPLE, "110101199001010015", "", "无"])
def test_other_numbers_are_no_placeholders(written: str) -> None:
    assert not is_placeholder_identity(written)


def test_masks_hide_the_day_of_birth() -> None:
    assert mask_identity(EXAMPLE.lower()) == "110*************2X"
    assert mask_identity("E12345678") == "****78"
    assert mask_identity("123456") == "****56"
    assert mask_identity("12345") == "****"
    assert mask_identity("") == "****"
