"""E-mail addresses as they are typed, kept and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.emails import LONGEST, mask_email, read_email


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("wang@example.com", "wang@example.com"),
        ("  Wang.Li+1@Example.COM\n", "wang.li+1@example.com"),
        ("ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "wang@example.com"),
        ("王丽@例子.中国", "王丽@xn--fsqu00a.xn--fiqs8s"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_kept_in_one_form(written: str, kept: str) -> None:
    assert read_email(written) == kept
    assert read_email(kept) == kept


@pytest.mark.parametrize(
    "written",
    ["", "wang", "@example.com", "wang@", "a b@example.com", "a@b@example.com", "a@-x.com", "a@x-.com", "a@x..com", "<a@x.com>",
     "a,b@x.com", "a;b@x.com", 'a"@x.com', "a\x00@x.com", "a\r\nBcc: b@x.com"],
)  # fmt: skip
def test_what_is_no_address_is_none(written: str) -> None:
    assert read_email(written) is None


@pytest.mark.parametrize(("local", "domain"), [(64, True), (65, False)])
def test_the_part_before_the_at_has_64_characters_at_most(local: int, domain: bool) -> None:
    assert (read_email("a" * local + "@x.com") is not None) == domain


@pytest.mark.parametrize(("length", "is_one"), [(LONGEST, True), (LONGEST + 1, False)])
def test_an_address_has_254_characters_at_most(length: int, is_one: bool) -> None:
    domain = ".".join(["d" * 62] * 3)
    local = "a" * (length - len(domain) - 1 - 3)
    assert (read_email(f"{local}@{domain}.cn") is not None) == is_one


@pytest.mark.parametrize(
    ("address", "mask"),
    [("wang@example.com", "w***@example.com"), ("王@x.cn", "王***@x.cn"), ("nothing", "***"), ("@x", "***")],
)
def test_lists_show_the_first_letter_and_the_domain(address: str, mask: str) -> None:
    assert mask_email(address) == mask


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    kept = read_email(text)
    assert kept is None or read_email(kept) == kept
