"""How long a rule gives, from an instant, before anything has been recorded: for what counts down on a screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bihuan.obligations.books import books


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a rule gives: better by `target_at` (where it names one), at the latest by `due_at`."""

    clause: str
    start: datetime
    due_at: datetime
    target_at: datetime | None
    value: str  # durations, such as PT5M
    target: str


def span(rule: str, *, site: str, start: datetime) -> Span | None:
    """What the rule gives at a site to what begins at `start`; None where no such rule is in force there then."""
    held, second = books(), int(start.timestamp())
    time = held.calendars[site]
    one = held.policy(site, start).by_id.get(rule)
    value = one.value_on(start.astimezone(time.zone).date()) if one else None
    if one is None or value is None:
        return None
    due = value.duration.after(second, calendar=time, clock=value.clock)
    target = one.target.after(second, calendar=time) if one.target else None
    return Span(
        clause=one.clause,
        start=start,
        due_at=datetime.fromtimestamp(due, UTC),
        target_at=None if target is None else datetime.fromtimestamp(target, UTC),
        value=value.duration.text,
        target=one.target.text if one.target else "",
    )
