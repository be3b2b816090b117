"""Codes that are written down and typed again, and the marks of forms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bihuan.portal.codes import ALPHABET, LENGTH, code_of, digest_of, grouped, read_code
from bihuan.portal.marks import new_mark, read_mark

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_a_code_has_sixty_bits_in_letters_that_nobody_mixes_up() -> None:
    assert (len(set(ALPHABET)), LENGTH, set("ILOU") & set(ALPHABET)) == (32, 12, set())
    drawn = {code_of(str(number), "") for number in range(2000)}
    assert len(drawn) == 2000
    assert {letter for code in drawn for letter in code} == set(ALPHABET)


def test_another_form_or_other_words_give_another_code_and_the_same_the_same() -> None:
    assert code_of("a", "x") == code_of("a", "x")
    assert len({code_of("a", "x"), code_of("a", "y"), code_of("b", "x")}) == 3


@pytest.mark.parametrize(
    "typed",
    [
        "8QK4-2M7T-9RWD",
        "8qk42m7t9rwd",
        " 8QK4 2M7T 9RWD ",
        "８ＱＫ４－２Ｍ７Ｔ－９ＲＷＤ",
        "8QK4—2M7T—9RWD",
        "8qk4_2m7t.9rwd",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "8QK42M7T9RWD"


def test_letters_that_look_like_digits_are_read_as_those() -> None:
    assert read_code("OIL0-0000-000o") == "011000000000"


@pytest.mark.parametrize("typed", ["", "8QK4-2M7T-9RW", "8QK4-2M7T-9RWDD", "8QK4-2M7T-9RWU", "🦊" * 12, "x" * 9000])
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert read_code(typed) == ""


def test_a_code_is_written_down_in_groups_and_kept_as_a_digest_alone() -> None:
    assert grouped("8QK42M7T9RWD") == "8QK4-2M7T-9RWD"
    assert b"8QK4" not in digest_of("8QK42M7T9RWD")
    assert len(digest_of("8QK42M7T9RWD")) == 32


def test_a_mark_tells_its_copy_and_its_hour_and_cannot_be_forged() -> None:
    mark = new_mark(AT)
    read = read_mark(mark)
    assert read is not None
    assert (read.given_at, len(read.token) >= 20) == (AT, True)
    assert read_mark(new_mark(AT)) != read
    for forged in ("", "x", mark[:-1], mark.replace(mark[3], "A" if mark[3] != "A" else "B", 1), "a:b:c"):
        assert read_mark(forged) is None, forged
