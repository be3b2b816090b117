"""Keeping something running: started again when it ends, later each time, and never given up."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol

from bihuan.kernel.errors import Refused
from bihuan.ops.serving.children import fate

DELAYS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)  # seconds before the first, second, … start again
HEALTHY = 60.0  # seconds after which what ends is taken to have been well, and starts again as if for the first time


class Backoff:
    """How long to wait before the next start."""

    def __init__(self, delays: tuple[float, ...] = DELAYS) -> None:
        self._delays, self._failures = delays, 0

    def after(self, lived: float) -> float:
        """Seconds to wait, given how many it had run."""
        if lived >= HEALTHY:
            self._failures = 0
        delay = self._delays[min(self._failures, len(self._delays) - 1)]
        self._failures += 1
        return delay


class Runs(Protocol):
    """What can be kept running."""

    def restart(self) -> None:
        """Starts it; may raise Refused."""

    def ended(self) -> int | None:
        """Its exit code; None while it runs."""


class Kept:
    """Something that runs and is to go on running; `say` is told of every end, in a line."""

    def __init__(self, name: str, kept: Runs, *, say: Callable[[str], None], backoff: Backoff) -> None:
        self._name, self._kept, self._say, self._backoff = name, kept, say, backoff
        self._since, self._due = time.monotonic(), math.inf

    @property
    def is_up(self) -> bool:
        """Whether it runs, as far as was seen at the last look."""
        return self._due == math.inf

    def tend(self) -> float:
        """Sees to it: starts it when that is due. After how many seconds it wants to be seen to again."""
        if self.is_up and (code := self._kept.ended()) is not None:
            self._note(f"{self._name} ended ({fate(code)})")
        if time.monotonic() >= self._due:
            self._start()
        return max(0.0, self._due - time.monotonic())

    def _start(self) -> None:
        self._due, self._since = math.inf, time.monotonic()
        try:
            self._kept.restart()
        except (Refused, OSError) as trouble:
            self._note(f"{self._name} does not start ({trouble})")

    def _note(self, what: str) -> None:
        delay = self._backoff.after(time.monotonic() - self._since)
        self._due = time.monotonic() + delay
        self._say(f"{what}; starting it again {f'in {delay:g} s' if delay else 'now'}.")
