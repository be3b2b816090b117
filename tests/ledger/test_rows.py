"""Rows written past the ORM are those that it would have written, and are read as it reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.accounts.models import Site
from bihuan.customers.models import Home
from bihuan.ledger.models import Event
from bihuan.ledger.rows import insert, one, update
from bihuan.obligations.models import Obligation
from tests.world import World


def as_new(row: Event | Obligation) -> dict[str, object]:
    """Its values, but for the key."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}


def test_an_event_comes_back_as_it_was_written(world: World) -> None:
    given = {"kind": "case.said", "subject": "case:a", "position": 0, "site": "CH", "actor": "staff:1"}
    said = {"refs": ["case:b", "visit:c"], "facts": {"text": "“楼上”\n\\x00", "none": None}, "hash": b"\x00\xff\\"}
    rows = [Event(at=world.now, recorded_at=world.now, **given | {"position": place}, **said) for place in (0, 1)]
    insert(rows)
    assert [as_new(row) for row in Event.objects.order_by("id")] == [as_new(row) for row in rows]
    assert [row.pk for row in rows] == list(Event.objects.order_by("position").values_list("pk", flat=True))


def test_only_what_is_named_is_updated_and_only_in_the_rows_that_are_given(world: World) -> None:
    case = world.receive()
    first, second, *others = Obligation.objects.filter(subject=case.subject).order_by("id")
    assert others
    for row in (first, second):
        row.due_at, row.reason, row.trace = row.due_at + timedelta(days=1), "not written", [[1, "made", {"due": None}]]
    update([first, second], ["due_at", "trace"])
    for row in (first, second):
        found = Obligation.objects.get(pk=row.pk)
        assert (found.due_at, found.trace, found.reason) == (row.due_at, row.trace, "")
    assert [as_new(Obligation.objects.get(pk=row.pk)) for row in others] == [as_new(row) for row in others]


def test_a_row_is_read_with_what_it_refers_to(world: World, django_assert_num_queries: pytest.FixtureRequest) -> None:
    Site.objects.filter(pk="CH").update(weekly={"mon": [["09:00", "12:00"]]})
    with django_assert_num_queries(1):  # type: ignore[operator]
        home = one(Home, "site", "building", id=world.home.pk)
        assert home is not None
        assert (home.site.weekly, home.building.name) == ({"mon": [["09:00", "12:00"]]}, "7栋")
    assert home == Home.objects.get(pk=world.home.pk)
    assert one(Home, "site", id=0) is None
