"""What must happen upward, in the same transaction. Who reacts to what is settled in `config.wiring` alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from bihuan.ledger.models import Event
from bihuan.obligations.models import Obligation

OnEvent = Callable[[Event], None]
OnDuty = Callable[[list[Obligation]], None]

_on_event: dict[str, list[OnEvent]] = defaultdict(list)
_on_duty: dict[str, list[OnDuty]] = defaultdict(list)


def on_event(kind: str, handler: OnEvent) -> None:
    """Calls the handler with every event of that kind, as it is recorded."""
    _on_event[kind].append(handler)


def on_duty(duty: str, handler: OnDuty) -> None:
    """Calls the handler with the obligations of that duty that opened, moved or ended in one recording."""
    _on_duty[duty].append(handler)


def react(events: Iterable[Event], changed: Iterable[Obligation]) -> None:
    """Lets everybody react. What fails here undoes the whole transaction: nothing is half done."""
    for event in events:
        for handler in _on_event[event.kind]:
            handler(event)
    by_duty: dict[str, list[Obligation]] = defaultdict(list)
    for row in changed:
        by_duty[row.duty].append(row)
    for duty, rows in by_duty.items():
        for told in _on_duty[duty]:
            told(rows)
