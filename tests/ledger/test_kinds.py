"""What an event may tell: codes, figures, times and ids; no name, no telephone number, no sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from bihuan.kernel.errors import Refused
from bihuan.ledger import kinds
from bihuan.ledger.kinds import check, declare, speaks_in_codes
from bihuan.obligations.books import rulebook

CODES: list[Any] = [
    *(None, True, False, 0, -3, 147, 99_999_999_999, 2**40),
    *("A", "03", "walk_in", "CH-B-03-0147", "all_means_used", "XQ-C7.4B2"),
    *("2026-11-24T09:30:00+08:00", datetime(2026, 11, 24, tzinfo=UTC).isoformat()),
    *(str(UUID(int=7)), "case:01939d1e-8f3a-7c45-b1d2-3e4f5a6b7c8d", "party:12", "f" * 32, "20261124"),
    *([1, "B", None], (), {"intake": 5, "result": 4}, [{"step": 1}]),
    *("x" * 80, "12345678901", "23812345678", "1381234567", "138123456789"),
]
WORDS: list[Any] = [
    *(
        "王丽",
        "楼上半夜太吵",
        "the pipe leaks",
        "two words",
        "",
        " ",
        "a\nb",
        "x" * 81,
        "_begins_so",
        "wang@example.org",
    ),
    *("半夜", ["A", "吵"], {"said": "太 吵"}, {"说": 1}, {1: "A"}, 1.5, b"A", {"A"}, object()),
]
OF_PEOPLE: list[Any] = [
    *("13812345678", "+8613812345678", "8613812345678", "138-1234-5678", "+86-138-1234-5678", "138.1234.5678"),
    *(13812345678, 8613812345678, "0755-26731234", "075526731234", "010-62345678", ["13812345678"]),
    *({"phone": "13812345678"}, {"13812345678": 1}, "110101199001010000", "11010119900101001X", 110101199001010000),
]


@pytest.mark.parametrize("value", CODES, ids=repr)
def test_codes_figures_times_and_ids_are_facts(value: Any) -> None:
    assert speaks_in_codes(value)


@pytest.mark.parametrize("value", WORDS, ids=lambda value: repr(value).partition(" at 0x")[0])
def test_what_could_hold_a_sentence_is_none(value: Any) -> None:
    assert not speaks_in_codes(value)


@pytest.mark.parametrize("value", OF_PEOPLE, ids=repr)
def test_telephone_and_identity_numbers_are_none(value: Any) -> None:
    assert not speaks_in_codes(value)


def test_a_kind_that_nobody_declares_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        check("complaint.recieved", {})
    assert refused.value.code == "unknown_kind"


def test_a_fact_that_is_not_in_the_schema_is_refused() -> None:
    check("complaint.received", {"channel": "phone", "signers": 2})
    with pytest.raises(Refused) as refused:
        check("complaint.received", {"channel": "phone", "name": "A"})
    assert refused.value.code == "unknown_fact"


def test_a_fact_that_would_hold_free_text_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        check("complaint.received", {"channel": "phone", "problem": "too loud at night"})
    assert refused.value.code == "free_text"


def test_a_fact_that_must_be_told_is_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        check("complaint.received", {})
    assert refused.value.code == "missing_fact"
    assert "channel" in str(refused.value)


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare(["complaint.received"])


def test_every_kind_that_is_declared_is_one_that_rules_can_speak_of() -> None:
    """Else the replay of a ledger would call it a malformed line."""
    assert set(kinds.KINDS) <= set(rulebook().vocabulary.kinds)
