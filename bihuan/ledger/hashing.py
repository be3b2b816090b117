"""The hash of an event: over canonical JSON of all it says, and the hash of its predecessor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bihuan.ledger.models import Event

START = b""  # what the first event of a chain follows


def canonical(event: Event) -> bytes:
    """All that the event says, written the same way every time."""
    said: dict[str, Any] = {
        "actor": event.actor,
        "at": _utc(event.at),
        "facts": event.facts,
        "kind": event.kind,
        "position": event.position,
        "recorded_at": _utc(event.recorded_at),
        "refs": event.refs,
        "site": event.site,
        "subject": event.subject,
        "v": event.v,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def chained(before: bytes | memoryview, event: Event) -> bytes:
    """The event's hash in its chain."""
    return hashlib.sha256(bytes(before) + canonical(event)).digest()


def anchored(before: bytes | memoryview, heads: Iterable[tuple[str, int, bytes]]) -> tuple[int, bytes]:
    """How many chains, and the hash over the anchor before and their (subject, position, head), in that order."""
    digest, count = hashlib.sha256(bytes(before)), 0
    for subject, position, head in heads:
        digest.update(f"{subject} {position} ".encode() + bytes(head))
        count += 1
    return count, digest.digest()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()  # with a fraction of a second, where somebody has added one
