"""An obligation as other programs read it: one JSON object, with ISO times in the site's zone."""

from __future__ import annotations

from typing import Any

import msgspec

from bihuan.rulebook.obligation import Obligation
from bihuan.rulebook.sitetime import SiteTime, SiteTimes

_encode = msgspec.json.Encoder().encode


def record(obligation: Obligation, calendars: SiteTimes) -> dict[str, Any]:
    """The obligation in the form of the replay contract."""
    time = calendars[obligation.site]
    return {
        "rule": obligation.rule.id,
        "clause": obligation.rule.clause,
        "subject": obligation.subject,
        "duty": obligation.rule.duty,
        "owed_by": obligation.rule.by,
        "opened_at": time.iso(obligation.opened_at),
        "due_at": time.iso(obligation.due_at),
        "original_due_at": time.iso(obligation.original_due_at),
        "state": obligation.state,
        "met_at": time.iso(obligation.met_at),
        "late_seconds": obligation.late_seconds,
        "breached_at": time.iso(obligation.breached_at),
        "reason": obligation.reason or None,
    }


def encode(obligation: Obligation, calendars: SiteTimes) -> bytes:
    """The record as one line of JSON, with its newline."""
    return _encode(record(obligation, calendars)) + b"\n"


def order(obligation: Obligation) -> tuple[int, str, str, int]:
    """What sorts obligations: due, rule, subject, opened."""
    return obligation.due_at, obligation.rule.id, obligation.subject, obligation.opened_at


def target_at(obligation: Obligation, time: SiteTime) -> int | None:
    """The earlier instant that is wished for, where the rule names one (XQ-C7.4R: the same day)."""
    target = obligation.rule.target
    return None if target is None else target.after(obligation.start, calendar=time)


def escalations(obligation: Obligation, time: SiteTime) -> list[tuple[int, str]]:
    """Who is told when while it stays open: (instant, post), earliest first. Shares count from opening to due."""
    told = []
    for step in obligation.rule.steps:
        if step.after is not None:
            at = step.after.after(obligation.due_at, calendar=time)
        else:
            at = obligation.due_at - round((obligation.due_at - obligation.opened_at) * (1 - step.share))
        told.append((at, obligation.rule.by if step.tell == "owed_by" else step.tell))
    return sorted(told, key=lambda one: one[0])
