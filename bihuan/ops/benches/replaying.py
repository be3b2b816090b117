"""How fast the rules run: a generated year, and working time. On one core, in processor seconds."""

from __future__ import annotations

import gc
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from bihuan.ops.generate import generate, write
from bihuan.ops.sorting import sorted_lines
from bihuan.rulebook import Event, Policy, Reader, SiteTimes, load, replay
from bihuan.rulebook.sitetime import HOURS, WEEKLY
from bihuan.worktime import Calendar, chinese_holidays

HOMES, MONTHS, SEED = 2000, 12, 1


def bench_replay(sites: int) -> float:
    """Events a second, from lines to sorted lines; and what twice the events take."""
    policy = load()
    with tempfile.TemporaryDirectory() as folder:
        once, twice = Path(folder, "once.jsonl"), Path(folder, "twice.jsonl")
        for path, count in ((once, sites), (twice, 2 * sites)):
            with path.open("wb") as file:
                write(file, generate(sites=count, homes=HOMES, months=MONTHS, seed=SEED))
        gc.disable()  # as the replay command does
        rate, seconds, count = _whole(policy, once)
        _, seconds_twice, count_twice = _whole(policy, twice)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        _alone(policy, once)
        gc.enable()
    more, longer = count_twice / count, seconds_twice / seconds
    print(f"twice the events    {more:.2f} times the events took {longer:.2f} times the time")
    print(f"memory              {memory} MiB at most")
    return rate


def _whole(policy: Policy, path: Path) -> tuple[float, float, int]:
    """Reading, applying, sorting and writing."""
    calendars, reader = SiteTimes(), Reader(policy.vocabulary)
    began, count = time.process_time(), 0
    with path.open("rb") as file:
        events = _Counted(reader, file)
        obligations = sum(1 for _ in sorted_lines(replay(policy, events, calendars), calendars))
        count = events.count
    seconds = time.process_time() - began
    rate = count / seconds
    print(f"events to lines     {count:>9,} events, {obligations:,} obligations: {rate:,.0f} events a second")
    return rate, seconds, count


class _Counted(Iterator[Event]):
    """The events of a file, counted as they pass."""

    def __init__(self, reader: Reader, file: IO[bytes]) -> None:
        self.count, self._events = 0, reader.lines(file)

    def __next__(self) -> Event:
        self.count += 1
        try:
            return next(self._events)
        except StopIteration:
            self.count -= 1
            raise


def _alone(policy: Policy, path: Path) -> None:
    """The parts: reading alone, and applying events that are read already."""
    reader = Reader(policy.vocabulary)
    began = time.process_time()
    with path.open("rb") as file:
        events = list(reader.lines(file))
    read = time.process_time()
    for _ in replay(policy, events):
        pass
    applied = time.process_time()
    print(f"reading alone       {len(events) / (read - began):,.0f} events a second")
    print(f"applying alone      {len(events) / (applied - read):,.0f} events a second")


def bench_worktime() -> float:
    """Calls a second of `add` and `between`, near and far; the slower of all is the rate."""
    found = chinese_holidays(range(2004, 2030))
    calendar = Calendar(weekly={day: list(HOURS) for day in WEEKLY}, holidays=found.holidays, overrides=found.overrides)
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    rates = [
        _rate("add 8 hours", lambda: calendar.add(start, timedelta(hours=8))),
        _rate("add 20 years", lambda: calendar.add(start, timedelta(hours=8 * 250 * 20))),
        _rate("between, 8 hours", lambda: calendar.between(start, start + timedelta(hours=8))),
        _rate("between, 20 years", lambda: calendar.between(start, start + timedelta(days=7300))),
        _rate("add 3 working days", lambda: calendar.add_days(start, 3)),
        _rate("add 5000 working days", lambda: calendar.add_days(start, 5000)),
    ]
    return min(rates)


def _rate(name: str, call: Callable[[], object], *, calls: int = 20_000) -> float:
    call()  # the tables of the years it needs
    began = time.process_time()
    for _ in range(calls):
        call()
    rate = calls / (time.process_time() - began)
    print(f"{name:<24}{rate:>10,.0f} calls a second")
    return rate
