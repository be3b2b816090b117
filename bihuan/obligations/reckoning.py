"""From the log of a subject to its rows: the engine decides, the rows follow, and what differs is what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bihuan.ledger.rows import insert, update
from bihuan.obligations.books import Books
from bihuan.obligations.models import Obligation as Row
from bihuan.obligations.tallies import soil
from bihuan.rulebook import Obligation, Policy
from bihuan.rulebook.explain import trace
from bihuan.rulebook.life import numbered
from bihuan.rulebook.obligation import OPEN, VOID
from bihuan.rulebook.record import escalations, target_at
from bihuan.rulebook.subject import SubjectState

LIVE = ("state", "due_at", "met_at", "breached_at", "ended_at", "ended_by", "reason", "extended", "calendar")
WRITTEN = (*LIVE, "opened_at", "original_due_at", "target_at", "trace", "steps", "next_action_at")


@dataclass(slots=True)
class Written:
    """What became of obligations: the rows that opened, ended, moved, were breached, and whose breach is taken back.

    Of those that moved, `replanned` did so because the working time of their site was changed.
    """

    opened: list[Row] = field(default_factory=list)
    ended: list[Row] = field(default_factory=list)
    moved: list[Row] = field(default_factory=list)
    replanned: list[Row] = field(default_factory=list)
    breached: list[Row] = field(default_factory=list)
    retracted: list[Row] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """Every row that changed, once."""
        changed = (*self.opened, *self.ended, *self.moved, *self.breached, *self.retracted)
        return list({row.pk: row for row in changed}.values())

    def add(self, other: Written) -> None:
        """Takes in what changed afterwards."""
        for name in self.__slots__:
            getattr(self, name).extend(getattr(other, name))


def write(
    states: Iterable[SubjectState], books: Books, now: datetime, owners: Mapping[str, int], *, new: bool = False
) -> Written:
    """Brings the rows of these subjects to what the engine says. Where they are `new` they have none yet."""
    states = list(states)
    known: dict[str, dict[tuple[str, int, int], Row]] = {state.subject: {} for state in states}
    for row in () if new else Row.objects.filter(subject__in=list(known)).order_by("id"):
        known[row.subject][row.rule, int(row.start.timestamp()), row.nth] = row
    written = Written()
    added: list[Row] = []
    changed: list[Row] = []
    for state in states:
        policy = books.policy(state.site, now)
        rows = known[state.subject]
        for key, one in numbered(state.obligations).items():
            known_row = rows.pop(key, None)
            if known_row is None:
                row = _new(one, key[2], policy, books)
                row.staff_id = owners.get(row.owed_by)
                added.append(row)
                _note_new(written, row)
            elif _follow(known_row, one, books, written):
                changed.append(known_row)
        changed += [row for row in rows.values() if _unmake(row, now, written)]
    soil([*added, *changed], moved=written.moved, times=books.calendars, now=now)
    insert(added)
    update(changed, WRITTEN)
    return written


def _note_new(written: Written, row: Row) -> None:
    written.opened.append(row)
    if row.state != OPEN:
        written.ended.append(row)
    if row.breached_at is not None:
        written.breached.append(row)


def _new(one: Obligation, nth: int, policy: Policy, books: Books) -> Row:
    time = books.calendars[one.site]
    row = Row(subject=one.subject, rule=one.rule.id, start=_at(one.start), nth=nth, site=one.site, clause=one.clause)
    row.noun, row.duty, row.owed_by, row.owed_to = one.rule.noun, one.duty, one.owed_by, one.rule.to
    row.policy, row.value = policy.version, one.value.duration.text
    row.calendar = time.calendar.version
    _lay(row, one, books)
    return row


def _lay(row: Row, one: Obligation, books: Books) -> None:
    """Everything of a row that the engine may change."""
    time = books.calendars[one.site]
    row.opened_at, row.original_due_at, row.due_at = _at(one.opened_at), _at(one.original_due_at), _at(one.due_at)
    row.state, row.reason, row.ended_by, row.extended = one.state, one.reason, one.ended_by, one.extended
    row.met_at, row.breached_at, row.ended_at = _maybe(one.met_at), _maybe(one.breached_at), _maybe(one.ended_at)
    row.target_at = _maybe(target_at(one, time))
    row.trace = [[step.at, step.code, step.values] for step in trace(one)]
    row.steps = [list(step) for step in escalations(one, time)] if one.rule.by != "clock" else []
    row.next_action_at = next_action(row, timed_at=one.acts_at if one.rule.timed else None)


def next_action(row: Row, *, timed_at: int | None = None) -> datetime | None:
    """When time alone does something about an open row: its breach, its next step of escalation, the clock's own act.

    A due instant has passed a second later.
    """
    if row.state != OPEN:
        return None
    ahead = [at for at, _ in row.steps[row.steps_taken :][:1]]
    if row.breached_at is None:
        ahead.append(int(row.due_at.timestamp()) + 1)
    if timed_at is not None:
        ahead.append(timed_at + 1)
    return _maybe(min(ahead, default=None))


def _follow(row: Row, one: Obligation, books: Books, written: Written) -> bool:
    before = tuple(getattr(row, name) for name in (*LIVE, "opened_at", "next_action_at"))
    state, due, breached, calendar = row.state, row.due_at, row.breached_at, row.calendar
    if row.rule in books.working:
        row.calendar = books.calendars[one.site].calendar.version
    _lay(row, one, books)
    if before == tuple(getattr(row, name) for name in (*LIVE, "opened_at", "next_action_at")):
        return False
    if row.state != state:
        (written.opened if row.state == OPEN else written.ended).append(row)
    if row.due_at != due:
        written.moved.append(row)
        if row.calendar != calendar:
            written.replanned.append(row)
    if row.breached_at is not None and breached is None:
        written.breached.append(row)
    if row.breached_at is None and breached is not None:
        written.retracted.append(row)
    return True


def _unmake(row: Row, now: datetime, written: Written) -> bool:
    """What was owed on what was known, and never was: a backdated event shows it. The line stays, void."""
    if row.state == VOID and row.reason == "unmade":
        return False
    if row.breached_at is not None:
        written.retracted.append(row)
    row.state, row.reason, row.ended_at, row.ended_by = VOID, "unmade", now, ""
    row.breached_at = row.met_at = row.next_action_at = None
    written.ended.append(row)
    return True


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _maybe(seconds: int | None) -> datetime | None:
    return None if seconds is None else _at(seconds)
