"""Spans: half-open pieces `[start, end)` of a whole-number axis (minutes, microseconds, days)."""

from collections.abc import Iterable

Span = tuple[int, int]


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the same ground in order, overlapping and touching spans merged, empty ones dropped."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def clip(spans: Iterable[Span], first: int, last: int) -> list[Span]:
    """Return what of the spans lies in `[first, last)`."""
    cut = ((max(start, first), min(end, last)) for start, end in spans)
    return [span for span in cut if span[0] < span[1]]
