"""What the engine knows of one subject: its facts, its rounds, what happened, and its obligations.

A subject depends on nothing but its own events and those that name it in `refs`; so subjects can be kept, forgotten and
replayed one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bihuan.rulebook.event import CLOCK, NO_FACTS, Event
from bihuan.rulebook.model import Rule
from bihuan.rulebook.obligation import OPEN, VOID, Obligation
from bihuan.rulebook.sitetime import SiteTime, SiteTimes

if TYPE_CHECKING:
    from bihuan.rulebook.policy import Policy

ROUND_FACTS = ("declined", "exempted", "solution_agreed")
Occurrence = tuple[int, int, tuple[int, int], dict[str, Any]]  # at, round, order, facts that decide


class SubjectState:
    """The state of one subject. Everything in it is plain data, so that it can be stored and loaded again."""

    __slots__ = (
        "agreed",
        "calendar",
        "case",
        "ended",
        "facts",
        "judged_apart",
        "made",
        "moment",
        "next_act",
        "obligations",
        "occurred",
        "open",
        "overrun",
        "received_at",
        "round",
        "round_at",
        "severity_at",
        "severity_round",
        "site",
        "sited",
        "started",
        "subject",
    )

    def __init__(self, subject: str, site: str, calendar: SiteTime) -> None:
        self.subject, self.site, self.calendar = subject, site, calendar
        self.sited = False  # whether an event of its own has told the site; until then it is that of whoever names it
        self.facts: dict[str, Any] = {}
        self.moment: dict[str, Any] = NO_FACTS
        self.case = ""  # the noun of the case: complaint, demand, …
        self.round, self.round_at = 1, 0
        self.received_at: int | None = None
        self.severity_at: int | None = None  # when the clock set the present severity; None if a person did
        self.severity_round = 1
        self.judged_apart = False  # a person said with a reason that a joint complaint is not A
        self.ended = False  # withdrawn or merged
        self.started: dict[str, int] = {}  # what counts as the start of a kind, in this round
        self.occurred: dict[str, list[Occurrence]] = {}  # what rules may look back for, in order
        self.agreed: dict[str, list[tuple[int, int]]] = {}  # per fact: (given at, time agreed)
        self.overrun: tuple[int, int | None] | None = None  # asked at, until when
        self.obligations: list[Obligation] = []
        self.made: dict[tuple[str, int | None], Obligation] = {}  # the last per rule and start; None: of any start
        self.open: list[Obligation] = []
        self.next_act: int | None = None  # the next instant at which time alone does something

    def place(self, event: Event, calendars: SiteTimes) -> None:
        """The first event of the subject's own that does something tells its site."""
        self.sited, self.site, self.calendar = True, event.site, calendars[event.site]

    # ---- facts

    def lay(self, event: Event, policy: Policy) -> bool:
        """Lays an event's facts over those known; True if a lasting fact changed."""
        facts, changed = self.facts, False
        momentary, instants = policy.momentary, policy.instants
        self.moment = NO_FACTS
        severity = facts.get("severity")
        for name, value in event.facts.items():
            if name in momentary:
                self.moment = {**self.moment, name: value}
                continue
            if name in instants and value is not None:
                self.agreed.setdefault(name, []).append((event.at, value))
            if facts.get(name) != value or name not in facts:
                facts[name] = value
                changed = changed or name in policy.decisive
        if self.case == "complaint":
            self._judge_severity(event, severity, policy.settings.joint_signers)
            changed = changed or facts.get("severity") != severity
        return changed

    def _judge_severity(self, event: Event, before: Any, joint: int) -> None:
        """XQ-C5.2A: joint complaints are A unless judged otherwise with a reason; the clock's counts from itself."""
        facts = self.facts
        signers = facts.get("signers")
        if signers is not None and signers >= joint and not self.judged_apart:
            told = event.facts.get("severity")
            if (
                event.kind == "complaint.classified"
                and told not in (None, "A")
                and self.moment.get("reason") is not None
            ):
                self.judged_apart = True
            else:
                facts["severity"] = "A"
        if facts.get("severity") != before:
            by_clock = event.actor == CLOCK
            self.severity_at = event.at if by_clock else None
            self.severity_round = self.round

    # ---- rounds

    def begin_round(self, at: int) -> None:
        """The case is reopened: what held for the round before holds no longer."""
        self.round += 1
        self.round_at = at
        self.started = {}
        self.overrun = None
        for name in ROUND_FACTS:
            self.facts.pop(name, None)

    # ---- obligations

    def matters(self, now: int) -> bool:
        """Whether anything would be lost by forgetting the subject.

        What happened before `now` is only looked back for from a start; where nothing has started, none lies before.
        """
        if self.obligations or self.facts or self.case or self.started:
            return True
        return any(occurred[-1][0] >= now for occurred in self.occurred.values())

    def add(self, obligation: Obligation) -> None:
        """Takes a new obligation in; an open one is also listed as open."""
        self.obligations.append(obligation)
        self.index(obligation)
        if obligation.state == OPEN:
            self.open.append(obligation)
            self.plan(obligation)

    def index(self, obligation: Obligation) -> None:
        """Makes it the last of its rule and start."""
        self.made[obligation.rule.id, obligation.start] = self.made[obligation.rule.id, None] = obligation

    def stands(self, rule: Rule, start: int | None = None) -> bool:
        """Whether the rule has an obligation here (from that start) that is not void."""
        last = self.made.get((rule.id, start))
        return last is not None and last.state != VOID

    def plan(self, obligation: Obligation) -> None:
        """Notes when time alone will do something about it, if ever."""
        if obligation.rule.timed and (self.next_act is None or obligation.acts_at < self.next_act):
            self.next_act = obligation.acts_at

    def shed(self, now: int) -> list[Obligation]:
        """Lets go of what ended and can matter no more, and of what happened before; gives the obligations let go.

        Only for what is no case, where rules count from their own event: nothing looks back past `now` there.
        """
        gone = [one for one in self.obligations if one.state != OPEN and one.start < now]
        self.obligations = [one for one in self.obligations if one.state == OPEN or one.start >= now]
        for one in gone:
            self.made.pop((one.rule.id, one.start), None)
        for kind, occurred in self.occurred.items():
            self.occurred[kind] = [one for one in occurred if one[0] >= now]
        return gone

    def settle(self) -> None:
        """Forgets from the open list what is no longer open."""
        self.open = [one for one in self.open if one.state == OPEN]
