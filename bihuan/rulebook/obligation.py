"""An obligation: who owes which duty by when, under which clause, and how it went."""

from __future__ import annotations

from typing import Final, Literal

from bihuan.rulebook.model import Rule, Value

State = Literal["open", "met", "waived", "void"]
OPEN: Final = "open"
MET: Final = "met"
WAIVED: Final = "waived"
VOID: Final = "void"


class Obligation:
    """One promise. Instants are UTC seconds; None where there is none.

    Frozen at opening: rule, value, start, opened_at, original_due_at. `due_at` moves only by an agreed time or an
    extension; each move stands in `moves`. `breached_at` is the due time that passed unmet; it stays, whatever comes.
    """

    __slots__ = (
        "again",
        "breached_at",
        "due_at",
        "ended_at",
        "ended_by",
        "extended",
        "late_birth",
        "met_at",
        "met_order",
        "moves",
        "opened_at",
        "original_due_at",
        "own",
        "reason",
        "rule",
        "site",
        "start",
        "start_round",
        "started_by",
        "state",
        "subject",
        "value",
    )

    def __init__(self, rule: Rule, subject: str, site: str, *, start: int, start_round: int, started_by: str) -> None:
        self.rule, self.subject, self.site = rule, subject, site
        self.start, self.start_round, self.started_by = start, start_round, started_by
        self.state: State = OPEN
        self.value: Value
        self.opened_at = self.due_at = self.original_due_at = start
        self.own: int | None = None
        self.again = self.late_birth = self.extended = False
        self.met_at: int | None = None
        self.met_order: tuple[int, int] | None = None
        self.breached_at: int | None = None
        self.ended_at: int | None = None
        self.ended_by = self.reason = ""
        self.moves: list[tuple[str, int, int]] | None = None

    @property
    def clause(self) -> str:
        """The clause it rests on."""
        return self.rule.clause

    @property
    def duty(self) -> str:
        """What is owed."""
        return self.rule.duty

    @property
    def owed_by(self) -> str:
        """The post that owes it, or the clock."""
        return self.rule.by

    @property
    def late_seconds(self) -> int | None:
        """0 when met in time, whole seconds when met late, else None."""
        return None if self.met_at is None else max(0, self.met_at - self.due_at)

    @property
    def cap(self) -> int:
        """How far an agreed time may go where the rule caps it: its own time, or the grace it was born with."""
        return self.original_due_at if self.own is None or self.late_birth else self.own

    @property
    def acts_at(self) -> int:
        """When the clock acts on it: at due, or at once where it opened (again) with its due time passed."""
        return max(self.due_at, self.opened_at)

    def breach(self, now: int) -> None:
        """Remembers the due time that has passed unmet before `now`."""
        if self.breached_at is None and self.due_at < now:
            self.breached_at = self.due_at

    def meet(self, at: int, order: tuple[int, int] | None, by: str) -> None:
        """Kept by an event at `at`; late where that is after due."""
        self.breach(at)
        self.state, self.met_at, self.met_order, self.ended_at, self.ended_by = MET, at, order, at, by

    def end(self, state: State, at: int, *, reason: str, by: str) -> None:
        """Waived or void from `at` on."""
        self.breach(at)
        self.state, self.ended_at, self.reason, self.ended_by = state, at, reason, by

    def move(self, due: int, at: int, *, why: str) -> None:
        """The due time moves; what was breached before stays breached."""
        self.breach(at)
        self.moves = [*(self.moves or ()), (why, at, due)]
        self.due_at = due
