"""Charts as SVG paths, drawn here: they need no script, print as they are, and every bar is a link to what it counts.

The field of a chart is stretched to whatever place there is; words stand beside it as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

COLUMN, BAR, HIGH = 10, 6, 100  # from one column to the next, width of a bar, height of the field
TENS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
SPARK_STEP, SPARK_HIGH = 10, 24


def stacks(series: Sequence[Sequence[int]], top: int) -> list[str]:
    """Of each series the path of its bars, upon those of the series before; `top` is the number at the upper edge."""
    paths = ["" for _ in series]
    for at, column in enumerate(zip(*series, strict=True)):
        beneath = 0
        for number, count in enumerate(column):
            paths[number] += _bar(at, beneath, count, top)
            beneath += count
    return paths


def line(values: Sequence[Decimal | None], low: int, high: int, *, step: int = COLUMN, tall: int = HIGH) -> str:
    """The path of a line through values; it is broken where there is none."""
    path, drawing = "", False
    for at, value in enumerate(values):
        if value is not None:
            path += f"{'L' if drawing else 'M'}{_middle(at, step)} {_height(value, low, high, tall)}"
        drawing = value is not None
    return path


def dots(values: Sequence[Decimal | None], low: int, high: int, *, step: int = COLUMN, tall: int = HIGH) -> str:
    """The same values as dots: strokes of no length with round ends."""
    return "".join(
        f"M{_middle(at, step)} {_height(value, low, high, tall)}h0"
        for at, value in enumerate(values)
        if value is not None
    )


def spark(values: Sequence[Decimal | None]) -> dict[str, str]:
    """A small line through values between their extremes, and its last point."""
    known = [value for value in values if value is not None]
    if not known:
        return {"line": "", "last": ""}
    low, high = int(min(known)), int(max(known)) + 1
    last = [None] * (len(values) - 1) + list(values[-1:])
    size = {"step": SPARK_STEP, "tall": SPARK_HIGH}
    return {"line": line(values, low, high, **size), "last": dots(last, low, high, **size)}


def ceiling(counts: Iterable[int]) -> int:
    """A round number that none exceeds: 1, 2, 4, 5 or 8 and noughts, at least 4."""
    most = max(counts, default=0)
    sizes = (step * ten for ten in TENS for step in (1, 2, 4, 5, 8))
    return next(size for size in sizes if size >= max(most, 4))


def floor_of(values: Iterable[Decimal | None]) -> int:
    """Where an axis of shares begins, so that the line is not lost at the top: a ten below the lowest value."""
    known = [int(value) for value in values if value is not None]
    return max(0, min(80, (min(known, default=100) - 1) // 10 * 10))


def _bar(at: int, beneath: int, count: int, top: int) -> str:
    if not count:
        return ""
    upper, lower = (_rounded(HIGH - edge * HIGH / top) for edge in (beneath + count, beneath))
    return f"M{at * COLUMN + (COLUMN - BAR) // 2} {lower}V{upper}h{BAR}V{lower}z"


def _middle(at: int, step: int) -> str:
    return _rounded(at * step + step / 2)


def _height(value: Decimal, low: int, high: int, tall: int) -> str:
    return _rounded(tall - float(value - low) * tall / (high - low))


def _rounded(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
