"""How fast what has fallen due is told to those above, beside the floor: as many rows claimed and updated."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg

from bihuan.ops.benches.throwaway import throwaway

DAYS = 3  # for which nobody deals with them
A_DAY = timedelta(days=1)
BATCH = 200
LEAST = 1.0  # seconds for which the floor is measured at least
CLAIM = """
    SELECT id FROM obligations_obligation WHERE next_action_at <= %s
    ORDER BY next_action_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
PUT_OFF = "UPDATE obligations_obligation SET next_action_at = next_action_at + interval '1 day' WHERE id = ANY(%s)"


@dataclass(slots=True)
class Swept:
    """How many rows were taken, and how long that took."""

    rows: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Counts the time of the block."""
        began = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - began


def bench_escalate(cases: int) -> float:
    """The rate of escalation as a share of its floor's, for so many complaints that nobody deals with for three days.

    All came in at one instant, so that their promises fall due together: batches are full. One process does it.
    """
    with throwaway():
        from bihuan.kernel import clock

        with clock.frozen(clock.now() - DAYS * A_DAY):
            take_in(cases)
            swept = sweep_until(clock.now() + DAYS * A_DAY)
            said = told()
        least = _floor(swept.rows)
    print(f"steps taken         {swept.rate:>8,.0f} rows a second: {swept.rows:,} rows; {said}")
    print(f"claimed and updated {least.rate:>8,.0f} rows a second, by bare psycopg in batches of {BATCH}")
    print(f"ratio               {swept.rate / least.rate:>8.3f}")
    return swept.rate / least.rate


def take_in(cases: int) -> None:
    """Classified complaints of the customers in turn."""
    from bihuan.accounts.access import actor_of
    from bihuan.cases.actions import Receipt, receive
    from bihuan.kernel import clock
    from bihuan.ops.benches.company import PROBLEM, found

    company = found()
    actors = {site: actor_of(staff) for site, staff in company.agents.items()}
    for number in range(cases):
        home, party = company.customers[number % len(company.customers)]
        receipt = Receipt(
            kind="complaint",
            channel="phone",
            site=home.site_id,
            summary="夜间施工噪声扰民",
            severity="B",
            problem=PROBLEM,
            home=home,
            party=party,
        )
        receive(receipt, by=actors[home.site_id], at=clock.now())


def sweep_until(end: datetime) -> Swept:
    """Takes every step at the instant at which it falls due, as a worker does that was never stopped."""
    from bihuan.kernel import clock
    from bihuan.obligations.escalator import sweep
    from bihuan.obligations.models import Obligation

    swept = Swept()
    due = Obligation.objects.filter(next_action_at__lte=end).order_by("next_action_at")
    while (at := due.values_list("next_action_at", flat=True).first()) is not None:
        clock.set_to(at)
        with swept.timed():
            swept.rows += sweep()
    return swept


def told() -> str:
    """What was written meanwhile, in words."""
    from bihuan.ledger.models import Event
    from bihuan.obligations.models import Escalation, Notice

    events = Event.objects.filter(kind__startswith="obligation.").count()
    return f"{Escalation.objects.count():,} escalations, {Notice.objects.count():,} notices, {events:,} events"


def _floor(rows: int) -> Swept:
    """Claims as many rows of the same table, or more, and puts each off by a day, batch after batch, nothing else."""
    least = Swept()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0) as connection:
        row = connection.execute("SELECT max(next_action_at) FROM obligations_obligation").fetchone()
        assert row is not None
        due: datetime = row[0]
        connection.execute("UPDATE obligations_obligation SET next_action_at = %s WHERE state = 'open'", [due])
        while least.rows < rows or least.seconds < LEAST:
            with least.timed(), connection.transaction():
                claimed = [one for (one,) in connection.execute(CLAIM, [due, BATCH])]
                connection.execute(PUT_OFF, [claimed])
            due += timedelta(0) if claimed else A_DAY  # all have been put off: then once more
            least.rows += len(claimed)
    return least
