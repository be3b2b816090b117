"""What is encrypted opens again, is found again, and outlives a change of keys."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.errors import Refused
from bihuan.kernel.secrets import Vault

OLD, NEW, FINDING = (os.urandom(32) for _ in range(3))
vault = Vault([NEW, OLD], finding=FINDING)
before = Vault([OLD], finding=FINDING)
after = Vault([NEW], finding=FINDING)


@given(st.text())
def test_what_was_sealed_opens(text: str) -> None:
    assert vault.open(vault.seal(text)) == text


def test_the_sealed_text_does_not_show_and_is_never_the_same_twice() -> None:
    first, second = vault.seal("+8613812345521"), vault.seal("+8613812345521")
    assert first != second
    assert b"5521" not in first


def test_after_a_rotation_old_and_new_open_and_the_new_key_seals() -> None:
    assert vault.open(before.seal("王女士")) == "王女士"
    assert after.open(vault.seal("王女士")) == "王女士"


def test_a_key_may_go_once_everything_is_sealed_anew() -> None:
    old = before.seal("王女士")
    assert after.open(vault.reseal(old)) == "王女士"
    with pytest.raises(Refused) as refused:
        after.open(old)
    assert refused.value.code == "secret_key_missing"


def test_what_the_newest_key_sealed_is_not_sealed_anew() -> None:
    sealed = vault.seal("王女士")
    assert vault.reseal(sealed) is sealed


@given(st.data())
def test_no_bit_can_be_changed_unnoticed(data: st.DataObject) -> None:
    sealed = bytearray(vault.seal("+8613812345521"))
    place, bit = data.draw(st.integers(0, len(sealed) - 1)), data.draw(st.integers(0, 7))
    sealed[place] ^= 1 << bit
    with pytest.raises(Refused) as refused:
        vault.open(bytes(sealed))
    assert refused.value.code in ("secret_damaged", "secret_key_missing")


@pytest.mark.parametrize("length", [0, 1, 4, 5, 16, 17, 32, 33])
def test_what_was_cut_short_is_refused(length: int) -> None:
    with pytest.raises(Refused) as refused:
        vault.open(vault.seal("+8613812345521")[:length])
    assert refused.value.code in ("secret_damaged", "secret_key_missing")


def test_digests_find_the_same_text_whatever_the_sealing_keys() -> None:
    found = {one.digest("+8613812345521", "phone") for one in (before, vault, after)}
    assert len(found) == 1
    assert len(found.pop()) == 32


@given(st.text(), st.text())
def test_digests_differ_where_texts_differ(one: str, other: str) -> None:
    assert (vault.digest(one, "phone") == vault.digest(other, "phone")) is (one == other)


def test_digests_differ_by_purpose_and_by_installation() -> None:
    assert vault.digest("5521", "phone") != vault.digest("5521", "last four")
    assert vault.digest("1", "phone2") != vault.digest("21", "phone")
    assert vault.digest("5521", "phone") != Vault([NEW], finding=OLD).digest("5521", "phone")


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, OLD[:-1]], [NEW + b"\0"]])
def test_a_vault_needs_whole_keys(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(keys, finding=FINDING)


def test_a_vault_needs_a_whole_key_for_finding() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault([NEW], finding=b"")
