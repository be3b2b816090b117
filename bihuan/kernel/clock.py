"""The one place that reads the clock. Everywhere else time is an argument; a test or the demo company sets it here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_set: datetime | None = None


def now() -> datetime:
    """The present instant in UTC, in whole seconds: fractions are cut off everywhere."""
    return (_set or datetime.now(UTC)).replace(microsecond=0)


def set_to(at: datetime | None) -> None:
    """Sets the clock of this process to an aware instant, where it stands still; None lets it run again."""
    global _set
    if at is not None and at.tzinfo is None:
        raise ValueError("the clock is set to an aware datetime: give it a time zone.")
    _set = at


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """The clock stands still at `at` for a while."""
    before = _set
    set_to(at)
    try:
        yield
    finally:
        set_to(before)
