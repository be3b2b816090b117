"""The same seed gives the same bytes, anywhere; the size follows the homes, the memory does not follow the months."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import bihuan
from bihuan.ops.generate import generate, write
from bihuan.ops.generate.clock import day_number
from bihuan.ops.generate.complaint import complaint
from bihuan.ops.generate.demand import demand
from bihuan.ops.generate.run import FIRST_DAY, one_day
from bihuan.ops.generate.tables import DAY
from bihuan.ops.generate.world import World

SCRIPT = """import sys
from bihuan.ops.generate import generate, write
write(sys.stdout.buffer, generate(sites=2, homes=200, months=1, seed=5))"""


def made(seed: int, homes: int = 200) -> bytes:
    stream = io.BytesIO()
    write(stream, generate(sites=2, homes=homes, months=1, seed=seed))
    return stream.getvalue()


def elsewhere(hash_seed: str) -> bytes:
    root = str(Path(bihuan.__path__[0]).parent)
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": root}
    return subprocess.run([sys.executable, "-c", SCRIPT], env=environment, check=True, capture_output=True).stdout


def in_flight(days: int) -> list[int]:
    first = day_number(FIRST_DAY)
    world = World(sites=1, homes=500, seed=3, end=(first + days) * DAY, take_up=demand, repeat=complaint)
    held = []
    for day in range(first, first + days):
        assert all(entry[0] // DAY == day for entry in one_day(world, day))
        held.append(world.agenda.pending)
    return held


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    assert made(5) == elsewhere("1") == elsewhere("2")


def test_other_seeds_give_other_histories() -> None:
    assert len({hashlib.sha256(made(seed)).digest() for seed in (-1, 0, 1, 2)}) == 4


def test_twice_the_homes_make_about_twice_the_events() -> None:
    few, many = (sum(1 for _ in generate(sites=1, homes=homes, months=2, seed=1)) for homes in (1500, 3000))
    assert 1.8 < many / few < 2.1


def test_what_is_held_does_not_grow_with_the_history() -> None:
    held = in_flight(24 * 30)
    early, late = held[60:180], held[-240:-120]
    assert max(late) < 1.6 * max(early)


def test_the_agenda_is_empty_at_the_end() -> None:
    assert in_flight(60)[-1] == 0
