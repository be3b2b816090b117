"""Whatever happens, every number is the sum of its parts, every breakdown of its whole, and equals a slow recount."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.figures import parts
from bihuan.figures.counting import Tally, live
from bihuan.figures.listing import Behind, behind_page
from bihuan.figures.reports import report
from bihuan.figures.table import BY, table
from bihuan.figures.units import spans
from bihuan.kernel import clock
from tests.figures.rows import MARCH, complaint
from tests.obligations.rows import promise, save
from tests.world import CHINA, World

pytestmark = pytest.mark.django_db
BEGIN, END = (datetime(2026, month, 1, tzinfo=CHINA) for month in (3, 4))
HOURS = st.integers(-100, 900)  # from the first of March, over both its ends
LIVES = st.fixed_dictionaries(
    {
        "received": HOURS,
        "severity": st.sampled_from(["A", "B", "C", ""]),
        "problem": st.sampled_from(["03", "08", None]),
        "channel": st.sampled_from(["phone", "email"]),
        "valid": st.sampled_from([True, False, None]),
        "home": st.booleans(),
        "closed": st.none() | st.tuples(HOURS, st.integers(1, 2)),
        "resolve": st.lists(st.tuples(HOURS, st.sampled_from(["open", "on_time", "late", "extended"])), max_size=2),
        "visits": st.lists(st.tuples(HOURS, st.sampled_from(["met", "open", "declined", "anonymous"])), max_size=2),
    }
)


def live_it(world: World, life: dict[str, Any], event: Any) -> UUID:
    """A complaint that went that way."""

    def at(hours: int) -> datetime:
        return BEGIN + timedelta(hours=hours)

    given: dict[str, Any] = {"severity": life["severity"], "problem_id": life["problem"], "channel": life["channel"]}
    given |= {"valid": life["valid"], "home": world.home if life["home"] else None}
    if life["closed"]:
        closed, round_ = life["closed"]
        given |= {"state": "closed", "closed_at": at(closed), "handled_at": at(closed), "round": round_}
        given |= {"closing_event": event}
    case = complaint(world, received=at(life["received"]), **given)
    rows = []
    for hours, how in life["resolve"]:
        met = {"open": None, "late": at(hours + 1)}.get(how, at(hours))
        row = promise("complaint.resolve.b", due=at(hours), met=met, subject=case.subject)
        if how == "extended":
            row.extended, row.original_due_at = True, at(hours - 1)
        rows.append(row)
    for hours, how in life["visits"]:
        met, waived = (at(hours) if how == "met" else None), (how if how in ("declined", "anonymous") else "")
        rows.append(promise("complaint.visit", due=at(hours), met=met, waived=waived, subject=case.subject))
    save(*rows)
    return case.pk


def recount(lives: list[dict[str, Any]], now: datetime) -> Counter[str]:
    """The same by the words of the formulas, one complaint after the other."""
    found: Counter[str] = Counter()

    def in_march(hours: int) -> bool:
        return BEGIN <= BEGIN + timedelta(hours=hours) < END

    def fell_due(hours: int) -> bool:
        return in_march(hours) and BEGIN + timedelta(hours=hours) < now

    for life in lives:
        if in_march(life["received"]):
            found[{True: "valid", False: "invalid", None: "undecided"}[life["valid"]]] += 1
        due = [how for hours, how in life["resolve"] if fell_due(hours)]
        if due:
            late = {"open", "late"} & set(due)
            found["late" if late else "extended" if "extended" in due else "on_time"] += 1
        for hours, how in life["visits"]:
            if fell_due(hours):
                names = {"met": "visited", "open": "unvisited", "declined": "declined", "anonymous": "exempt"}
                found[names[how]] += 1
        if life["closed"] and in_march(life["closed"][0]):
            found["right" if life["closed"][1] == 1 else "reopened"] += 1
        before = BEGIN + timedelta(hours=life["received"]) < END
        if before and (life["closed"] is None or BEGIN + timedelta(hours=life["closed"][0]) >= END):
            found["open"] += 1
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=st.lists(LIVES, max_size=6), now=st.integers(0, 1000))
def test_every_number_ties_out(world: World, lives: list[dict[str, Any]], now: int) -> None:
    from django.db import transaction

    world.at("04-30 00:00")
    with transaction.atomic():
        event = world.record("complaint.noted", "case:x").events[0]
        for life in lives:
            live_it(world, life, event)
        at = BEGIN + timedelta(hours=now)
        rows = live(spans(["CH"], [MARCH]), at, broken_down=True)
        tally = Tally()
        for one in rows:
            tally.add(one, weight=Decimal("0.5"))
        told = {part: tally.of((part,)) for part in parts.PARTS if part not in parts.ANSWERED}
        assert +Counter(told) == recount(lives, at)
        for by in BY:
            made = table(tally, by)
            for place, cell in enumerate(made.total.cells):
                assert sum(line.cells[place].count for line in made.lines) == cell.count, (by, cell.column)
        for what, held in parts.WHATS.items():
            listed = behind_page(spans(["CH"], [MARCH]), Behind(what=what), at, size=1000)
            assert len(listed.rows) == tally.of(held), what
        transaction.set_rollback(True)


def test_the_parts_of_one_whole_are_no_part_of_another() -> None:
    wholes = [parts.RECEIVED, parts.DUE, parts.VISITS, parts.NOT_OWED, parts.ANSWERED, parts.CLOSED, parts.OPEN]
    assert sum(map(len, wholes)) == len(set(parts.PARTS)) == len(parts.PARTS)


def test_what_counting_costs_does_not_grow_with_the_number_of_complaints(
    world: World, django_assert_num_queries: Any
) -> None:
    for number in range(30):
        complaint(world, received=world.time("03-01 09:00") + timedelta(minutes=number))
    report(["CH"], MARCH, clock.now())
    with django_assert_num_queries(6):  # the rules' revision twice, closed months, homes, the months before, the month
        report(["CH"], MARCH, clock.now())
