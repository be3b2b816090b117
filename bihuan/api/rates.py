"""How many requests a token may send: so many a second, a heap at once after a pause. Each process counts by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

RATE = 20.0  # requests a second
BURST = 100
MANY = 10_000  # tokens that are remembered before those that have rested are forgotten


class Limiter:
    """A bucket for each token, which holds `burst` requests and fills again at `rate` a second."""

    def __init__(self, *, rate: float = RATE, burst: int = BURST, now: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst = rate, burst
        self._now, self._lock = now, Lock()
        self._left: dict[bytes, tuple[float, float]] = {}  # token → (requests left, at which second)

    def take(self, token: bytes) -> float:
        """Takes one request out of the bucket: 0 where there was one, else the seconds until there is."""
        with self._lock:
            now = self._now()
            left, since = self._left.get(token, (float(self.burst), now))
            left = min(self.burst, left + (now - since) * self.rate)
            self._left[token] = (left - 1, now) if left >= 1 else (left, now)
            if len(self._left) > MANY:
                self._forget(now)
            return 0.0 if left >= 1 else (1 - left) / self.rate

    def _forget(self, now: float) -> None:
        """Drops the tokens whose bucket is full again: they are as good as new ones."""
        rest = self.burst / self.rate
        self._left = {token: one for token, one in self._left.items() if now - one[1] < rest}


limiter = Limiter()
