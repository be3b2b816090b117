"""A second reading of the rulebook: slow, plain, and written from the text alone.

`read(events)` says which obligations a history brings and how each ended. It shares no line with the engine, knows
neither YAML nor database, and looks at one subject at a time: its own events and those that name it in `refs`, oldest
first, with the clock's own acts in between. Where it and the engine differ, one of them has misread a sentence.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.rulebook.second_rules import GONE, HOUR, INSTANTS, KEPT, RECEIVED, Facts, Rule, kinds, rules_of


def later(start: int, span: str, zone: ZoneInfo) -> int:
    """PTn is elapsed time; days, weeks and months keep the wall clock; same_day is 24:00 of the local day."""
    local = datetime.fromtimestamp(start, zone).replace(tzinfo=None)
    if span == "same_day":
        midnight = datetime(local.year, local.month, local.day) + timedelta(days=1)
        return int(midnight.replace(tzinfo=zone).timestamp())
    time, count, unit = re.fullmatch(r"P(T?)(\d+)([DWMH])", span).groups()  # type: ignore[union-attr]
    if time:
        return start + int(count) * {"H": HOUR, "M": 60}[unit]
    if unit == "M":
        year, month = divmod(local.year * 12 + local.month - 1 + int(count), 12)
        moved = local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
    else:
        moved = local + timedelta(days=int(count) * {"D": 1, "W": 7}[unit])
    return int(moved.replace(tzinfo=zone).timestamp())


@dataclass(frozen=True, eq=False)
class Event:
    at: int
    kind: str
    facts: Facts
    own: bool = True  # False: it reached the subject through `refs`
    by_clock: bool = False


@dataclass(frozen=True)
class Start:
    at: int
    round: int  # where in the log its round began: nothing before that can meet what counts from here


@dataclass
class Line:
    rule: Rule
    start: Start
    opened_at: int
    due: int
    original: int
    state: str = "open"
    met_by: Event | None = None
    breached_at: int | None = None
    ended_at: int = 0
    followed: bool = False  # periodic: the next line exists

    def note(self, now: int) -> None:
        """Breached when the time is later than due and it is not met; the first breach stays."""
        if now > self.due and self.breached_at is None:
            self.breached_at = self.due

    def end(self, state: str, now: int) -> None:
        self.note(now)
        self.state, self.ended_at = state, now

    def meet(self, event: Event) -> None:
        self.end("met", event.at)
        self.met_by = event


class Subject:
    """One subject's life, read from its log."""

    def __init__(self, policy: str, zone: ZoneInfo) -> None:
        self.rules, self.zone = rules_of(policy), zone
        self.exemptions = policy in ("strict", "ts")  # TS-10.6
        self.log: list[Event] = []
        self.lines: list[Line] = []
        self.facts: Facts = {}
        self.said: list[tuple[int, str, int]] = []  # agreed times: when, which fact, what
        self.is_complaint = self.gone = False
        self.received: dict[str, Start] = {}
        self.round, self.this_round = 0, dict[str, Any]()  # declined, exempted, solution_agreed
        self.starts: dict[str, Start] = {}  # this round's first handled and result_told
        self.reopened: Start | None = None
        self.joint = self.joint_over = False
        self.made_by_clock: Start | None = None  # set while the present severity is the clock's
        self.third_signer: Start | None = None
        self.request: tuple[int, int | None] | None = None  # an overrun asked for: when, until

    def take(self, event: Event) -> None:
        if self.gone:
            return
        self.log.append(event)
        self.learn(event)
        if event.own and event.kind in GONE:
            for line in self.open_lines():
                line.end("void", event.at)
            self.gone = True
            return
        self.meet(event)
        self.void(event)
        self.waive(event)
        self.move(event)
        self.open(event)
        self.go_on(event.at)

    # ---- what an event tells
    def here(self, event: Event) -> Start:
        return Start(event.at, self.round)

    def learn(self, event: Event) -> None:
        """Lay the event's facts over those known; keep what lasts for the round."""
        noun, verb = event.kind.split(".")
        if event.kind in ("visit.declined", "visit.exempted"):
            self.this_round[verb] = True
        if not event.own:
            return
        self.is_complaint = self.is_complaint or noun == "complaint"
        if verb == "received" and noun not in self.received:
            self.this_round, self.received[noun] = {}, self.here(event)
        if verb == "reopened":
            self.round, self.this_round, self.starts, self.request = len(self.log) - 1, {}, {}, None
            self.reopened = self.here(event)
        if event.kind in kinds("complaint.handled result_told"):
            self.starts.setdefault(verb, self.here(event))  # a second one in a round starts nothing
        if event.kind == "complaint.solution_agreed":
            self.this_round["solution_agreed"] = True
        before, self.facts = self.facts, self.facts | {name: event.facts[name] for name in KEPT & event.facts.keys()}
        self.said += [(event.at, name, event.facts[name]) for name in INSTANTS if event.facts.get(name) is not None]
        self.grade(event, before.get("severity"))

    def grade(self, event: Event, before: str | None) -> None:
        """Two signers make it A until a classification with a reason says otherwise, and that is for good."""
        if (self.facts.get("signers") or 0) >= 2 and not self.joint_over:
            self.joint = True
        reasoned = event.facts.get("reason") is not None and event.facts.get("severity") in ("B", "C")
        if self.joint and event.kind == "complaint.classified" and reasoned:
            self.joint, self.joint_over = False, True
        if self.joint:
            self.facts["severity"] = "A"
        if self.facts.get("severity") != before:  # one that leaves the severity as it was changes no limit
            self.made_by_clock = self.here(event) if event.by_clock else None

    # ---- questions
    def open_lines(self) -> list[Line]:
        return [line for line in self.lines if line.state == "open"]

    def holds(self, rule: Rule, event: Event | None = None) -> bool:
        momentary = event.facts if event else {}
        return rule.if_(defaultdict(lambda: None, momentary | self.facts | self.this_round))

    def start_of(self, rule: Rule, event: Event) -> Start | None:
        receipt, clock = self.received.get(rule.when.split(".")[0]), self.made_by_clock
        if rule.start == "received":
            return receipt
        if rule.start in ("handled", "result_told"):
            return self.starts.get(rule.start)
        if rule.start == "third_signer":
            self.third_signer = self.third_signer or self.here(event)
            return self.third_signer
        if rule.start == "severity":
            return clock or receipt
        if rule.start == "resolve":
            base = self.reopened or receipt
            return clock if clock and base and clock.at > base.at else base
        return self.here(event)

    def meeting(self, rule: Rule, start: Start) -> list[Event]:
        """The events so far that can meet what counts from `start`, oldest first."""
        others = [line for line in self.lines if line.rule.clause == rule.apart_from and line.start.at == start.at]
        taken = [line.met_by for line in others]
        fits = [event for event in self.log[start.round :] if event.at >= start.at and event.kind in kinds(rule.met_by)]
        right = [event for event in fits if rule.check is None or event.facts.get("check") in (None, rule.check)]
        if rule.duty == "take_up":  # a case takes up what a visit to another subject found
            right = [event for event in right if not event.own]
        return [event for event in right if event not in taken]

    def exempt(self) -> bool:
        """Declined or exempted in this round; and TS-10.6, where it is in the policy. Of complaints only."""
        fact = self.facts.get
        excused = fact("settled_on_the_spot") is True or fact("anonymous") is True or fact("sensitive") is True
        by_rule = self.exemptions and (excused or fact("reachable") is False)
        return self.is_complaint and bool(by_rule or {"declined", "exempted"} & self.this_round.keys())

    @staticmethod
    def voids(rule: Rule, event: Event) -> bool:
        kind = event.kind if event.own else event.kind.replace("complaint.received", "repeat.complaint")
        return kind in kinds(rule.void_by)

    # ---- what an event does to what is open
    def meet(self, event: Event) -> None:
        for line in sorted(self.open_lines(), key=lambda line: line.rule.apart_from != ""):
            if event in self.meeting(line.rule, line.start):
                line.meet(event)

    def void(self, event: Event) -> None:
        again = event.own and event.kind.endswith(".reopened")
        for line in self.open_lines():
            old_round = again and line.rule.duty in ("resolve", "tell_result", "visit")
            no_longer = not line.rule.judged_once and not self.holds(line.rule)
            if old_round or no_longer or self.voids(line.rule, event):
                line.end("void", event.at)

    def waive(self, event: Event) -> None:
        for line in self.open_lines():
            if line.rule.duty == "visit" and (event.kind in ("visit.declined", "visit.exempted") or self.exempt()):
                line.end("waived", event.at)

    def move(self, event: Event) -> None:
        """Agreed times and extensions."""
        verb, until = event.kind.removeprefix("complaint."), event.facts.get("agreed_until")
        asked, wished = self.request if self.request and verb == "overrun_approved" else (event.at, None)
        for line in self.open_lines():
            rule = line.rule
            if event.own and event.facts.get(rule.instead) is not None:
                line.due = self.agreed(rule, line.start, line.due, event.at, event.facts[rule.instead]) or line.due
            if (rule.extend == "overrun" and verb == "overrun_approved") or rule.extend == event.kind:
                moved = wished if until is None else until
                if moved is not None and asked <= line.due and moved > asked:
                    line.note(event.at)  # approved late: the breach in between stays
                    line.due = moved
        if verb == "overrun_requested":
            self.request = (event.at, until)
        if verb in ("overrun_approved", "overrun_refused"):
            self.request = None

    def agreed(self, rule: Rule, start: Start, due: int | None, when: int, time: int) -> int | None:
        """The due time after `time` was agreed at `when`."""
        if time <= start.at or time < when or (due is not None and when > due):
            return due
        return min(time, later(start.at, rule.within, self.zone)) if rule.cap and rule.within else time

    # ---- what an event opens
    def open(self, event: Event) -> None:
        for rule in self.rules:
            heard = event.own or event.kind == "visit.declined"  # through `refs` a decline may begin the quiet week
            if heard and event.kind in kinds(rule.when) and self.holds(rule, event):
                self.consider(rule, event)

    def consider(self, rule: Rule, event: Event) -> None:
        latest, start = self.latest(rule), self.start_of(rule, event)
        if rule.every and latest and latest.state == "open":  # a start is ignored while the chain runs
            return
        if start is None:
            return
        since = len(self.log) - 1 if rule.every or rule.start == "event" else self.round
        if any(self.voids(rule, other) and other.at >= start.at for other in self.log[since:]):
            return
        before = [line for line in self.lines if line.rule is rule and line.start.at == start.at]
        if any(line.state != "void" for line in before):
            return
        dues = self.old_due(before[-1]) if before else self.first_due(rule, start, event)
        if dues:  # that of a void line stands again, extension included, passed or not
            self.begin(Line(rule, start, event.at, *dues))

    def old_due(self, void: Line) -> tuple[int, int]:
        """What a void line had, moved by times agreed since."""
        due = void.due
        for when, fact, time in self.said:
            if fact == void.rule.instead and when > void.ended_at:
                due = self.agreed(void.rule, void.start, due, when, time) or due
        return due, void.original

    def first_due(self, rule: Rule, start: Start, event: Event) -> tuple[int, int] | None:
        """Due and original due time, agreed times counted as they came; None without any time."""
        timed = rule.within is not None and rule.within != "midway"
        due = later(start.at, rule.within or "", self.zone) if timed else None
        if rule.within == "midway":
            due = (self.facts["starts_at"] + self.facts["ends_at"]) // 2
        original = due
        for when, fact, time in self.said:
            due = self.agreed(rule, start, due, when, time) if fact == rule.instead else due
            original = due if original is None else original
        if due is None or original is None:
            return None
        if due < event.at and not event.by_clock and not any(met.at <= due for met in self.meeting(rule, start)):
            own = later(event.at, rule.within or "", self.zone) if timed else event.at + HOUR
            due = original = min(event.at + HOUR, own)  # nothing is born broken
        return due, original

    def begin(self, line: Line) -> None:
        self.lines.append(line)
        earlier = self.meeting(line.rule, line.start)
        if earlier:
            line.meet(earlier[0])
        elif line.rule.duty == "visit" and self.exempt():
            line.end("waived", line.opened_at)

    # ---- what happens by itself
    def latest(self, rule: Rule) -> Line | None:
        return next((line for line in reversed(self.lines) if line.rule is rule), None)

    def go_on(self, now: int) -> None:
        """Periodic: the next line begins where the last was met or waived."""
        for line in [self.latest(rule) for rule in self.rules if rule.every]:
            if line and line.state in ("met", "waived") and not line.followed:
                self.follow(line, now)

    def follow(self, line: Line, now: int) -> None:
        line.followed = True
        if self.holds(line.rule):
            due = later(now, line.rule.within or "", self.zone)
            self.lines.append(Line(line.rule, Start(now, len(self.log)), now, due, due))

    def let_pass(self, until: int) -> None:
        """Everything that happens by itself strictly before `until`."""
        while True:
            acts = [(max(line.due, line.opened_at), line) for line in self.open_lines() if line.rule.then]
            acts += [(line.due, line) for line in self.open_lines() if line.rule.every and not line.followed]
            at, line = min(acts, key=lambda act: act[0], default=(until, None))
            if line is None or at >= until:
                return
            if line.rule.then:
                act = Event(at, *line.rule.then, by_clock=True)
                line.meet(act)
                self.take(act)
            else:
                self.follow(line, at)


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def deliveries(events: list[dict[str, Any]]) -> Iterator[tuple[str, Event]]:
    """Every event for its own subject and for those its refs name; a visit's id stands for whom it visited."""
    visited: dict[str, str] = {}
    for raw in sorted(events, key=lambda raw: instant(raw["at"])):
        facts: Facts = raw.get("facts") or {}
        facts = facts | {name: instant(facts[name]) for name in INSTANTS if facts.get(name) is not None}
        at, kind, subject = instant(raw["at"]), raw["kind"], raw["subject"]
        yield subject, Event(at, kind, facts)
        if kind.startswith(("visit.", "work_order.")) or kind in kinds(RECEIVED):
            for name in {visited.get(ref, ref) for ref in raw.get("refs") or ()} - {subject}:
                yield name, Event(at, kind, facts, own=False)
        if facts.get("found_problems") and facts.get("visit") is not None:  # only such a visit can be taken up
            visited[facts["visit"]] = subject


def read(
    events: list[dict[str, Any]], *, policy: str = "strict", until: str | None = None, zone: str = "Asia/Shanghai"
) -> list[dict[str, Any]]:
    """The obligations of a history, one dict each, instants as whole seconds since the epoch, by due time."""
    end = instant(until) if until else max((instant(raw["at"]) for raw in events), default=0)
    subjects: dict[str, Subject] = {}
    for name, event in deliveries([raw for raw in events if instant(raw["at"]) <= end]):
        subject = subjects.setdefault(name, Subject(policy, ZoneInfo(zone)))
        subject.let_pass(event.at)
        subject.take(event)
    rows = []
    for name, subject in subjects.items():
        subject.let_pass(end)
        for line in subject.lines:
            if line.state == "open":
                line.note(end)
            rows.append(as_dict(name, line))
    return sorted(rows, key=lambda row: (row["due_at"], row["clause"], row["subject"], row["opened_at"]))


def as_dict(name: str, line: Line) -> dict[str, Any]:
    met_at = line.met_by.at if line.met_by else None
    return {
        "clause": line.rule.clause, "subject": name, "duty": line.rule.duty, "opened_at": line.opened_at,
        "due_at": line.due, "original_due_at": line.original, "state": line.state, "met_at": met_at,
        "late_seconds": None if met_at is None else max(0, met_at - line.due), "breached_at": line.breached_at,
    }  # fmt: skip
