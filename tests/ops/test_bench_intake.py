"""`bench intake` and `bench escalate`, on little: they run, and set what was really written beside its floor."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.obligations.models import Escalation, Notice, Obligation
from bihuan.ops.benches.escalating import sweep_until, take_in
from tests.ops.conftest import Run
from tests.world import BEGIN

SMALL = {"intake": ("--seconds", "0.3"), "escalate": ("--cases", "3")}


def figures(told: str) -> list[float]:
    """The first number of each line: a rate, its floor, and their ratio."""
    return [float(re.findall(r"[0-9][0-9,.]*", line)[0].replace(",", "")) for line in told.splitlines()]


@pytest.mark.parametrize("what", SMALL)
def test_a_rate_stands_beside_its_floor_and_fails_where_more_is_asked(bihuan: Run, what: str) -> None:
    ran = bihuan("bench", what, *SMALL[what], "--least", "1")
    assert (ran.returncode, ran.stderr) == (1, "")
    rate, floor, ratio = figures(ran.stdout)
    assert floor > rate > 0
    assert ratio == pytest.approx(rate / floor, rel=0.05, abs=0.001)


@pytest.mark.django_db
def test_whatever_falls_due_within_three_days_is_taken_with_all_that_follows() -> None:
    with clock.frozen(BEGIN):
        take_in(2)
        swept = sweep_until(BEGIN + timedelta(days=3))
        assert not Obligation.objects.filter(next_action_at__lte=BEGIN + timedelta(days=3)).exists()
    steps, breaches = Escalation.objects.count(), Obligation.objects.exclude(breached_at=None).count()
    assert Notice.objects.count() == steps > 0
    assert Event.objects.filter(kind="obligation.escalated").count() == steps
    assert Event.objects.filter(kind="obligation.breached").count() == breaches > 0
    assert max(steps, breaches) <= swept.rows <= steps + breaches
