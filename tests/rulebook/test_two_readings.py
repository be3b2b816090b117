"""The engine and a second reading of the same text agree on random histories."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bihuan.rulebook import Policy, Reader, Rulebook, replay
from tests.rulebook.random_histories import history
from tests.rulebook.second_reading import read

POLICIES = ("strict", "hf", "xq", "gc", "zl", "ts")
SHIPPED = ("HF-", "XQ-", "GC-", "ZL-", "TS-")
BATCH = 25
Row = tuple[Any, ...]


@pytest.fixture(scope="module")
def policies() -> dict[str, Policy]:
    rulebook = Rulebook()
    return {name: rulebook.policy(name) for name in POLICIES}


def by_the_engine(policy: Policy, events: list[dict[str, Any]]) -> Counter[Row]:
    told = replay(policy, Reader(policy.vocabulary).dicts(events))
    return Counter(
        (
            *(one.rule.clause, one.subject, one.rule.duty, one.opened_at, one.due_at, one.original_due_at),
            *(one.state, one.met_at, one.late_seconds, one.breached_at),
        )
        for one in told
        if one.clause.startswith(SHIPPED)  # rules of your own are not in the second reading
    )


def by_the_reading(policy: str, events: list[dict[str, Any]]) -> Counter[Row]:
    keys = (
        "clause",
        "subject",
        "duty",
        "opened_at",
        "due_at",
        "original_due_at",
        "state",
        "met_at",
        "late_seconds",
        "breached_at",
    )
    return Counter(tuple(one[key] for key in keys) for one in read(events, policy=policy))


@pytest.mark.parametrize("batch", range(20))
def test_both_readings_agree(policies: dict[str, Policy], batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        events = history(seed)
        for name, policy in policies.items():
            assert by_the_engine(policy, events) == by_the_reading(name, events), f"seed {seed}, policy {name}"
