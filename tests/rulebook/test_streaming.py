"""A sorted history streams: what has nothing open waits on disk, and nothing is different for it."""

from __future__ import annotations

import tracemalloc

import pytest

from bihuan.ops.generate import generate
from bihuan.rulebook import Policy, Reader, SiteTimes, load, replay
from bihuan.rulebook.replay import Run
from tests.rulebook.random_histories import history
from tests.rulebook.test_live import told


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load()


@pytest.mark.parametrize("seed", range(60))
def test_putting_aside_changes_nothing(policy: Policy, seed: int) -> None:
    events = list(Reader(policy.vocabulary).dicts(history(seed)))
    run = Run(policy, SiteTimes(), room=1)
    for event in events:
        run.take(event)
    assert told(list(run.finish())) == told(list(replay(policy, events)))


def test_memory_follows_what_is_open_and_not_what_happened(policy: Policy) -> None:
    reader = Reader(policy.vocabulary)

    def peak(months: int) -> int:
        tracemalloc.start()
        run = Run(policy, SiteTimes(), room=200)
        for event in reader.dicts(generate(sites=1, homes=600, months=months, seed=5)):
            run.take(event)
        for _ in run.finish():
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(12)  # the reader remembers every time of day it has read: 86,400 at most
    assert peak(12) < 2 * peak(3)  # four times the events; about four times as many customers on a cycle are open
