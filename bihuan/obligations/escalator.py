"""The escalator: takes whatever has fallen due by now, each step once. What it costs follows what is due."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.db import InterfaceError, OperationalError, connection, transaction

from bihuan.accounts.access import holders, today
from bihuan.accounts.permissions import ABOVE
from bihuan.accounts.queries import staff_of_sites
from bihuan.kernel import clock
from bihuan.ledger.actions import Happened, append
from bihuan.ledger.rows import insert, update
from bihuan.obligations.actions import reckon
from bihuan.obligations.books import rulebook
from bihuan.obligations.models import Escalation, Notice, Obligation
from bihuan.obligations.reactions import react
from bihuan.obligations.reckoning import next_action
from bihuan.rulebook.event import CLOCK

BATCH = 200
LEAST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)  # before what failed is tried again
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
    """Takes one batch (of one site, where one is named), in one transaction: several workers may do so side by side.

    A subject that cannot be reckoned is put off and told on stderr; the others go on without it.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, site, site, batch])
        claimed = dict(cursor.fetchall())
    if not claimed:
        return 0
    try:
        return _take(claimed, now)
    except (InterfaceError, OperationalError):  # the database, not a subject: nothing was done, and all is taken again
        raise
    except Exception:  # one of them; which one shows when each is taken alone
        return sum(_take_alone(subject, claimed[subject], now) for subject in claimed)


@transaction.atomic
def _take(claimed: Mapping[str, str], now: datetime) -> int:
    rows = list(_due(claimed, now))
    timed = {row.subject: claimed[row.subject] for row in rows if _timed(row)}
    if timed:
        reckon(timed, now=now)
        rows = list(_due(claimed, now))
    _breach([row for row in rows if row.breached_at is None and row.due_at < now])
    _escalate(rows, now)
    for row in rows:
        row.next_action_at = next_action(row, timed_at=_ahead(row, now))
    update(rows, ["breached_at", "steps_taken", "next_action_at"])
    return max(len(rows), len(timed))


def _take_alone(subject: str, site: str, now: datetime) -> int:
    try:
        return _take({subject: site}, now)
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:
        until = _put_off(subject, now)
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        print(f"bihuan: {subject} is put off until {until.isoformat()}: {reason}", file=sys.stderr, flush=True)
        return 1


def _put_off(subject: str, now: datetime) -> datetime:
    """Has the subject tried again after a pause as long as its first step has been waiting.

    First only what the clock itself does there, where that is due: the rest needs no reckoning and may well succeed.
    """
    due = list(_due([subject], now))
    rows = [row for row in due if _timed(row)] or due
    since = min((next_action(row, timed_at=_acts_at(row)) or now for row in rows), default=now)
    until = now + min(max(now - since, LEAST_PAUSE), LONGEST_PAUSE)
    Obligation.objects.filter(pk__in=[row.pk for row in rows]).update(next_action_at=until)
    return until


def _due(subjects: Iterable[str], now: datetime) -> Iterable[Obligation]:
    due = Obligation.objects.filter(subject__in=list(subjects), next_action_at__lte=now)
    return due.defer("trace").order_by("due_at", "id")


@cache
def _timed_rules() -> frozenset[str]:
    """The rules on whose obligations the clock itself acts: closing, raising to A, the next round of a cycle."""
    return frozenset(rule.id for rule in rulebook().rules if rule.timed)


def _timed(row: Obligation) -> bool:
    return row.rule in _timed_rules()


def _acts_at(row: Obligation) -> int | None:
    return int(max(row.due_at, row.opened_at).timestamp()) if _timed(row) else None


def _ahead(row: Obligation, now: datetime) -> int | None:
    """A cycle's round that is over has had its act; one that is ahead keeps its time."""
    return None if row.due_at < now else _acts_at(row)


def _breach(rows: list[Obligation]) -> None:
    for row in rows:
        row.breached_at = row.due_at
    events = [Happened("obligation.breached", row.subject, row.site, row.due_at, CLOCK, _facts(row)) for row in rows]
    if events:
        written, _ = append(events)
        react(written, [])


@dataclass(slots=True)
class _Company:
    """Whom to tell on a day; each question is asked of the database once in a batch."""

    day: date
    known: dict[tuple[str, str], tuple[str, list[int]]] = field(default_factory=dict)
    here: dict[tuple[str, int], bool] = field(default_factory=dict)

    def whom(self, site: str, post: str) -> tuple[str, list[int]]:
        """All who hold the post there, or else the nearest post above that somebody holds."""
        if (site, post) not in self.known:
            asked = ((one, holders(site, one, self.day)) for one in (post, *ABOVE))
            self.known[site, post] = next(((one, told) for one, told in asked if told), (post, []))
        return self.known[site, post]

    def works(self, site: str, staff: int) -> bool:
        """Whether this person still works there: whoever has left warns nobody."""
        if (site, staff) not in self.here:
            self.here[site, staff] = staff_of_sites([site]).filter(pk=staff).exists()
        return self.here[site, staff]


def _escalate(rows: list[Obligation], now: datetime) -> None:
    company = _Company(today())
    steps = [step for row in rows for step in _steps(row, now, company)]
    insert(steps)
    insert([Notice(staff_id=one, escalation=step) for step in steps for one in step.told])
    if steps:
        append([_event(step) for step in steps])


def _steps(row: Obligation, now: datetime, company: _Company) -> list[Escalation]:
    """The steps whose time has come, marked as taken."""
    steps = []
    for number, (at, post) in enumerate(row.steps):
        due = datetime.fromtimestamp(at, UTC)
        if number < row.steps_taken or due > now:
            continue
        told_post, told = _told(row, post, company)
        steps.append(
            Escalation(obligation=row, step=number, site=row.site, due_at=due, told_at=now, post=told_post, told=told)
        )
        row.steps_taken = number + 1
    return steps


def _told(row: Obligation, post: str, company: _Company) -> tuple[str, list[int]]:
    """Who owes it, where a person does and it is that post's turn; else whoever holds the post."""
    owner = row.staff_id if post == row.owed_by else None
    return (post, [owner]) if owner is not None and company.works(row.site, owner) else company.whom(row.site, post)


def _event(step: Escalation) -> Happened:
    row = step.obligation
    facts = _facts(row) | {"step": step.step, "post": step.post, "told": step.told}
    return Happened("obligation.escalated", row.subject, row.site, step.told_at, CLOCK, facts)


def _facts(row: Obligation) -> dict[str, object]:
    return {"obligation": row.pk, "rule": row.rule}
