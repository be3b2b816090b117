"""How long a start again waits, and with how much memory PostgreSQL begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.kernel.errors import Refused
from bihuan.ops.serving.children import fate
from bihuan.ops.serving.keeping import DELAYS, HEALTHY, Backoff, Kept
from bihuan.ops.serving.tuning import settings

GIGABYTE = 1 << 30


def test_each_start_again_waits_longer_up_to_half_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.after(0.1) for _ in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(("lived", "delay"), [(HEALTHY - 0.1, 4), (HEALTHY, 1)])
def test_what_was_well_for_a_while_begins_anew(lived: float, delay: float) -> None:
    backoff = Backoff()
    backoff.after(0)
    backoff.after(0)
    assert backoff.after(lived) == delay


def test_postgres_is_started_again_at_once_the_first_time() -> None:
    backoff = Backoff((0.0, *DELAYS))
    assert [backoff.after(0) for _ in range(3)] == [0, 1, 2]


class Failing:
    """Ended, and cannot be started twice."""

    starts = 0

    def restart(self) -> None:
        self.starts += 1
        if self.starts == 1:
            raise Refused("the disk is full.", remedy="Free some space.")
        if self.starts == 2:
            raise OSError("no memory")

    def ended(self) -> int | None:
        return 7 if self.starts < 3 else None


def test_what_cannot_be_started_is_tried_again_and_never_given_up() -> None:
    said: list[str] = []
    failing = Failing()
    kept = Kept("PostgreSQL", failing, say=said.append, backoff=Backoff((0.0, 0.0, 0.0)))
    for _ in range(3):
        kept.tend()
    assert said == [
        "PostgreSQL ended (exit code 7); starting it again now.",
        "PostgreSQL does not start (the disk is full. Free some space.); starting it again now.",
        "PostgreSQL does not start (no memory); starting it again now.",
    ]
    assert kept.is_up
    assert kept.tend() == float("inf")


@pytest.mark.parametrize(
    ("code", "words"), [(0, "exit code 0"), (1, "exit code 1"), (-9, "SIGKILL"), (-35, "signal 35")]
)
def test_an_end_is_put_in_words(code: int, words: str) -> None:
    assert fate(code) == words


@pytest.mark.parametrize(
    ("memory", "buffers"), [(64 << 20, 16), (GIGABYTE, 128), (2 * GIGABYTE, 256), (64 * GIGABYTE, 256)]
)
def test_buffers_take_an_eighth_of_the_memory_up_to_256_megabytes(memory: int, buffers: int) -> None:
    assert f"shared_buffers={buffers}MB" in settings(socket_folder=Path("/s"), name="n", memory=memory)
