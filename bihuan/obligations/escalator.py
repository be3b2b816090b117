"""The escalator: takes whatever has fallen due by now, each step once. Its cost follows what is due, not what exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache

from django.db import connection, transaction

from bihuan.accounts.access import holders
from bihuan.accounts.permissions import ABOVE
from bihuan.kernel import clock
from bihuan.ledger.actions import Happened, append
from bihuan.obligations.actions import reckon
from bihuan.obligations.books import books
from bihuan.obligations.models import Escalation, Notice, Obligation
from bihuan.obligations.reactions import react
from bihuan.obligations.reckoning import next_action
from bihuan.rulebook.event import CLOCK

BATCH = 200
# Chains are what everybody locks, in every room; here, those that nobody holds just now.
_CLAIM = """
    SELECT c.subject, c.site FROM obligations_obligation o JOIN ledger_chain c ON c.subject = o.subject
    WHERE o.next_action_at <= %s AND (%s::text IS NULL OR o.site = %s)
    ORDER BY o.next_action_at LIMIT %s FOR UPDATE OF c SKIP LOCKED
"""


def sweep() -> int:
    """Takes every step that is due now, batch after batch; gives how many obligations were looked at."""
    total = 0
    while taken := sweep_once():
        total += taken
    return total


@transaction.atomic
def sweep_once(batch: int = BATCH, *, site: str | None = None) -> int:
    """Takes one batch (of one site, where one is named), in one transaction: several workers may do so side by side."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, site, site, batch])
        claimed = dict(cursor.fetchall())
    if not claimed:
        return 0
    rows = list(_due(claimed, now))
    timed = {row.subject: claimed[row.subject] for row in rows if _timed(row)}
    if timed:
        reckon(timed, now=now)
        rows = list(_due(claimed, now))
    _breach([row for row in rows if row.breached_at is None and row.due_at < now])
    _escalate(rows, now)
    for row in rows:
        row.next_action_at = next_action(row, timed_at=_ahead(row, now))
    Obligation.objects.bulk_update(rows, ["breached_at", "steps_taken", "next_action_at"])
    return max(len(rows), len(timed))


def _due(subjects: Iterable[str], now: datetime) -> Iterable[Obligation]:
    return Obligation.objects.filter(subject__in=list(subjects), next_action_at__lte=now).order_by("due_at", "id")


def _timed(row: Obligation) -> bool:
    """Whether the clock itself acts on the row: closing, raising to A, the next round of a cycle."""
    rule = books().base.by_id.get(row.rule)
    return rule is not None and rule.timed


def _ahead(row: Obligation, now: datetime) -> int | None:
    """A cycle's round that is over has had its act; one that is ahead keeps its time."""
    if not _timed(row) or row.due_at < now:
        return None
    return int(row.due_at.timestamp())


def _breach(rows: list[Obligation]) -> None:
    for row in rows:
        row.breached_at = row.due_at
    events = [
        Happened("obligation.breached", row.subject, row.site, row.due_at, CLOCK, _facts(row)) for row in rows
    ]
    if events:
        written, _ = append(events)
        react(written, [])


def _escalate(rows: list[Obligation], now: datetime) -> None:
    whom = cache(lambda site, post: _whom(site, post, now))
    steps = [step for row in rows for step in _steps(row, now, whom)]
    Escalation.objects.bulk_create(steps)
    Notice.objects.bulk_create([Notice(staff_id=one, escalation=step) for step in steps for one in step.told])
    if steps:
        append([_event(step) for step in steps])


def _steps(row: Obligation, now: datetime, whom: Callable[[str, str], tuple[str, list[int]]]) -> list[Escalation]:
    """The steps whose time has come, marked as taken."""
    steps = []
    for number, (at, post) in enumerate(row.steps):
        due = datetime.fromtimestamp(at, UTC)
        if number < row.steps_taken or due > now:
            continue
        owner = row.staff_id if post == row.owed_by else None
        told_post, told = (post, [owner]) if owner is not None else whom(row.site, post)
        steps.append(
            Escalation(
                obligation=row, step=number, site=row.site, due_at=due, told_at=now, post=told_post, told=told
            )
        )
        row.steps_taken = number + 1
    return steps


def _whom(site: str, post: str, now: datetime) -> tuple[str, list[int]]:
    """All who hold the post there, or else the nearest post above that somebody holds: nobody's promise warns somebody."""
    for candidate in (post, *ABOVE):
        told = holders(site, candidate, now.date())
        if told:
            return candidate, told
    return post, []


def _event(step: Escalation) -> Happened:
    row = step.obligation
    facts = _facts(row) | {"step": step.step, "post": step.post, "told": step.told}
    return Happened("obligation.escalated", row.subject, row.site, step.told_at, CLOCK, facts)


def _facts(row: Obligation) -> dict[str, object]:
    return {"obligation": row.pk, "rule": row.rule}
