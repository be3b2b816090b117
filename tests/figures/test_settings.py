"""What the environment says about figures: read, or refused with what to write instead."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bihuan.config.given import mailbox, weight
from bihuan.kernel.errors import Refused


@pytest.mark.parametrize(
    ("given", "read"), [("1", 1), ("0", 0), (" 0.6 ", Decimal("0.6")), ("0.125", Decimal("0.125"))]
)
def test_a_weight_goes_from_nought_to_one(given: str, read: Decimal) -> None:
    assert weight(given) == read


@pytest.mark.parametrize("given", ["1.001", "-0.1", "0.1234", "half", "", "NaN", "Infinity"])
def test_what_is_no_weight_is_refused(given: str) -> None:
    with pytest.raises(Refused) as refused:
        weight(given)
    assert (refused.value.code, "from 0 to 1" in refused.value.remedy) == ("bad_weight", True)


@pytest.mark.parametrize(("given", "read"), [("", ""), (" ", ""), ("Centre@Example.com", "centre@example.com")])
def test_head_office_has_one_address_or_none(given: str, read: str) -> None:
    assert mailbox(given) == read


@pytest.mark.parametrize("given", ["centre", "a@example.com, b@example.com"])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(Refused) as refused:
        mailbox(given)
    assert refused.value.code == "bad_email"
