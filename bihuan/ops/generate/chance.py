"""Chance, the same for the same seed on every machine: only `random()` is used, whose sequence Python guarantees."""

from collections.abc import Mapping, Sequence
from math import exp, log, sqrt
from random import Random
from typing import TypeVar

from bihuan.ops.generate.tables import DAY, EARLIEST, HASTE, HOUR, LATE, OFFICE, OVERDUE, SPAN, TAIL, TAILED, Pace

T = TypeVar("T")
SLOTS = 1000


def mix(weights: Mapping[T, float]) -> tuple[T, ...]:
    """Lay weights out over a thousand slots, so that a pick is one index; whatever has a weight has a slot."""
    total, slots, reached = sum(weights.values()), list[T](), 0.0
    for value, weight in weights.items():
        reached += weight * SLOTS / total
        slots += [value] * max(round(reached) - len(slots), 1 if weight else 0)
    return tuple(slots)


class Chance:
    """All the dice of one run."""

    __slots__ = ("random",)

    def __init__(self, seed: int) -> None:
        self.random = Random(f"seed {seed}").random  # text is hashed by SHA-512: no PYTHONHASHSEED, and -1 is not 1

    def happens(self, share: float) -> bool:
        """Say yes to this share of the questions."""
        return self.random() < share

    def pick(self, values: Sequence[T]) -> T:
        """Choose one, all alike."""
        return values[int(self.random() * len(values))]

    def between(self, low: int, high: int) -> int:
        """Choose a whole number of seconds from low up to high."""
        return low + int(self.random() * (high - low))

    def count(self, mean: float) -> int:
        """Draw how many happen where `mean` is usual (Poisson, or its normal shape where many do)."""
        if mean > 30:
            normal = sum(self.random() for _ in range(12)) - 6
            return max(0, round(mean + sqrt(mean) * normal))
        number, left, floor = 0, self.random(), exp(-mean)
        while left > floor:
            number, left = number + 1, left * self.random()
        return number

    def within(self, start: int, pace: Pace) -> int | None:
        """Say when a duty that runs from `start` is done, in the office's hours if it has the time; None is never."""
        drawn, part = self.random(), self.random()
        if drawn < pace.kept:
            done = start + int(pace.limit * (EARLIEST + SPAN * part * part)) + 1
        elif drawn < 1 - pace.never:
            tail = -log(1 - part) * LATE * (TAIL if self.random() < TAILED else 1)
            done = start + int(pace.limit * (OVERDUE + tail)) + 1
        else:
            return None
        return done if pace.limit <= HASTE else self.office(done, start)

    def surely(self, start: int, pace: Pace) -> int:
        """As `within`, for what is done sooner or later: never is twice the limit."""
        done = self.within(start, pace)
        return start + 2 * pace.limit if done is None else done

    def office(self, at: int, floor: int) -> int:
        """Move `at` into the office's hours: back to the evening where that is after `floor`, else to the morning."""
        opens, shuts = OFFICE
        clock = at % DAY
        if opens <= clock < shuts:
            return at
        midnight = at - clock - (0 if clock >= shuts else DAY)
        evening = midnight + shuts - int(self.random() * 2 * HOUR) - 1
        if evening > floor:
            return evening
        return max(floor, midnight + DAY + opens + int(self.random() * HOUR))
