"""What is counted. Every unit of a month is of exactly one part, and parts make up wholes: so everything ties out.

A complaint received is valid, invalid or undecided; one that fell due was on time, extended or late; and so on. A
number on a page is the sum of some parts, and the same parts name the list behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RECEIVED = ("valid", "invalid", "undecided")
DUE = ("on_time", "extended", "late")
VISITS = ("visited", "unvisited")  # that were owed; those below are in neither side
NOT_OWED = ("exempt", "declined")
ANSWERED = ("satisfied", "basically", "dissatisfied")
CLOSED = ("right", "reopened")
OPEN = ("open",)
PARTS = (*RECEIVED, *DUE, *VISITS, *NOT_OWED, *ANSWERED, *CLOSED, *OPEN)

WHATS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {part: (part,) for part in PARTS}
    | {
        "received": RECEIVED,
        "decided": ("valid", "invalid"),
        "due": DUE,
        "visits": VISITS,
        "answered": ANSWERED,
        "content": ("satisfied", "basically"),
        "closed": CLOSED,
    }
)
ALL = "all"
SEVERITIES = ("A", "B", "C", "")  # "" is not graded yet
DIMENSIONS = ("problem", "channel", "building", "in_charge")
