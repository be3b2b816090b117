"""Whoever changes something about a subject holds its chain; who comes second waits, and sees what the first one did."""

from __future__ import annotations

from threading import Event as Flag
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from bihuan.ledger.actions import Happened, append, hold
from bihuan.ledger.models import Chain
from tests.world import World, at_once

pytestmark = pytest.mark.django_db(transaction=True)
HERE = {"case:a": "CH", "case:b": "CH", "case:c": "CH"}


def impatient() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")


@pytest.mark.parametrize("known", [True, False], ids=["known before", "begun just now"])
def test_what_one_holds_another_waits_for(world: World, known: bool) -> None:
    if known:
        with transaction.atomic():
            hold(HERE)
    held, done = Flag(), Flag()

    def first() -> None:
        with transaction.atomic():
            hold({"case:b": "CH"})
            held.set()
            assert done.wait(30)

    def second() -> None:
        assert held.wait(30)
        try:
            with transaction.atomic():
                impatient()
                hold(HERE)
        finally:
            done.set()

    assert [type(one) for one in at_once(first, second)] == [type(None), OperationalError]


def test_what_one_does_not_need_another_has_at_once(world: World) -> None:
    held, done = Flag(), Flag()

    def first() -> None:
        with transaction.atomic():
            hold({"case:b": "CH"})
            held.set()
            assert done.wait(30)

    def second() -> str:
        assert held.wait(30)
        with transaction.atomic():
            impatient()
            hold({"case:a": "CH", "case:c": "CH"})
        done.set()
        return "went on"

    assert at_once(first, second) == [None, "went on"]


def test_many_who_want_the_same_subjects_in_any_order_all_get_them(world: World) -> None:
    """Nobody waits for somebody who waits for oneself: all take them in the same order."""

    def tell(*subjects: str) -> Any:
        told = {"second_step": True}
        for _ in range(5):
            with transaction.atomic():
                append([Happened("staff.signed_in", one, "CH", world.now, one, told) for one in subjects])

    orders = [("staff:1", "staff:2", "staff:3"), ("staff:3", "staff:2", "staff:1"), ("staff:2", "staff:3", "staff:1")]
    assert at_once(*(lambda order=order: tell(*order) for order in orders)) == [None, None, None]
    assert set(Chain.objects.filter(subject__startswith="staff:").values_list("length", flat=True)) == {15}


def test_a_chain_keeps_the_site_where_it_began(world: World) -> None:
    with transaction.atomic():
        hold({"case:a": "CH"})
        assert hold({"case:a": "NS", "case:b": "NS"})["case:a"].site == "CH"
    assert dict(Chain.objects.values_list("subject", "site")) == {"case:a": "CH", "case:b": "NS"}


def test_events_are_written_in_a_transaction_only(world: World) -> None:
    with pytest.raises(AssertionError, match="transaction"):
        append([Happened("staff.signed_in", "staff:1", "CH", world.now, "staff:1", {"second_step": True})])
