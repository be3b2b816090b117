"""Random histories, plausible but nasty: few subjects, many events, equal instants, the second either side of a limit.

`history(seed)` gives the same events for the same seed, in the form that replay reads, sorted by `at` (ties stand).
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

Facts = dict[str, Any]
Event = dict[str, Any]

CHINA = timezone(timedelta(hours=8))
MINUTE, HOUR, DAY = 60, 3600, 86400
EPOCHS = (
    "2026-01-31T09:00:00", "2026-03-02T09:00:00", "2026-02-28T23:59:59", "2026-05-31T00:00:00", "2026-11-30T16:30:00",
)  # fmt: skip
# What lies between one event and the next, and how often. A negative number counts months.
GAPS = {
    0: 22, MINUTE: 6, 5 * MINUTE: 4, 15 * MINUTE: 5, 30 * MINUTE: 4, HOUR: 9, 3 * HOUR: 5, 24 * HOUR: 9, 2 * DAY: 9,
    3 * DAY: 9, 7 * DAY: 8, 10 * DAY: 6, 29 * DAY: 2, -1: 8, -3: 3, 100 * DAY: 1,
}  # fmt: skip
CHANNELS = ("walk_in", "phone", "website", "email", "letter", "chat", "fax", "patrol")
EXCUSES = ("anonymous", "reachable", "sensitive", "settled_on_the_spot")
OTHERS = (
    "demand", "demand", "party", "party", "work_order", "site", "activity", "service", "message", "enquiry",
    "emergency", "procedure",
)  # fmt: skip


def months_later(at: datetime, count: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + count, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


class Story:
    """Grows a history; every choice comes from one seeded source."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.start = datetime.fromisoformat(self.dice.choice(EPOCHS)).replace(tzinfo=CHINA)
        self.events: list[Event] = []
        self.instants: dict[str, list[datetime]] = {}  # per subject
        self.visits: list[str] = []

    # ---- small chances
    def often(self, chance: float) -> bool:
        return self.dice.random() < chance

    def pick(self, weights: dict[Any, int]) -> Any:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def after(self, at: datetime) -> datetime:
        """A gap later, to the second, or one second to either side."""
        gap = self.pick(GAPS)
        moved = months_later(at, -gap) if gap < 0 else at + timedelta(seconds=gap)
        return max(at, moved + timedelta(seconds=self.pick({0: 7, -1: 1, 1: 1})))

    def next_instant(self, subject: str) -> datetime:
        """Mostly after the subject's last event; else after its first or any other, or when something else happened."""
        own = self.instants.get(subject)
        if not own:
            return self.after(self.start) if self.events and self.often(0.5) else self.start
        if self.often(0.12):
            elsewhere = [at for instants in self.instants.values() for at in instants if at >= own[0]]
            return self.dice.choice(elsewhere)
        bases = {"last": own[-1], "first": own[0], "any": self.dice.choice(own)}
        return self.after(bases[self.pick({"last": 7, "first": 2, "any": 1})])

    def some_time(self, at: datetime, subject: str) -> str:
        """A time somebody agrees to: ahead, just now, exactly at a start, or already past."""
        base = self.dice.choice([at, at, at, self.instants.get(subject, [at])[0]])
        if self.often(0.12):
            return (base - timedelta(seconds=self.dice.choice([1, HOUR, DAY]))).isoformat()
        return self.after(base).isoformat()

    # ---- events
    def tell(
        self, subject: str, kind: str, *, at: datetime, facts: Facts | None = None, refs: list[str] | None = None
    ) -> None:
        event: Event = {"at": at.isoformat(), "kind": kind, "subject": subject, "site": "CH", "facts": facts or {}}
        if refs:
            event["refs"] = refs
        self.events.append(event)
        own = self.instants.setdefault(subject, [])
        own.append(at)
        own.sort()

    def others(self, subject: str, *prefixes: str) -> list[str]:
        return [name for name in self.instants if name != subject and name.startswith(prefixes)]

    def refs(self, subject: str, chance: float, *prefixes: str) -> list[str]:
        """Sometimes one or two other subjects, of these kinds."""
        known = self.others(subject, *prefixes)
        if not known or not self.often(chance):
            return []
        return self.dice.sample(known, min(len(known), self.pick({1: 4, 2: 1})))

    def visit(self, subject: str, at: datetime) -> None:
        verb = self.pick({"done": 12, "declined": 5, "exempted": 2, "attempted": 1})
        facts: Facts = {}
        if verb == "done":
            facts = {"visit": f"visit:{len(self.visits) + 1}", "satisfied": self.often(0.6)}
            self.visits.append(facts["visit"])
            if self.often(0.3):
                facts["found_problems"] = self.often(0.8)
        refs = self.refs(subject, 0.3, "case:", "work_order:", "party:", "activity:")
        self.tell(subject, f"visit.{verb}", at=at, facts=facts, refs=refs)


# ---- what comes next in the life of each kind of subject
def complaint(story: Story, subject: str) -> None:
    at = story.next_instant(subject)
    if subject not in story.instants:
        earlier = [story.dice.choice(story.visits)] if story.visits else []
        refs = story.refs(subject, 0.7, "case:", "party:") + earlier
        story.tell(subject, "complaint.received", at=at, facts=intake(story, at, subject), refs=refs)
        return
    verb = story.pick(COMPLAINT_VERBS)
    if verb in SCENES:
        SCENES[verb](story, subject, at)
        return
    make = COMPLAINT_FACTS.get(verb)
    facts = make(story, at, subject) if make else {}
    if story.often(0.04):
        excuse = story.dice.choice(EXCUSES)
        facts.setdefault(excuse, story.often(0.6))
    story.tell(subject, f"complaint.{verb}", at=at, facts=facts)


def intake(story: Story, at: datetime, subject: str) -> Facts:
    facts: Facts = {"channel": story.dice.choice(CHANNELS)}
    if story.often(0.25):
        facts["agreed_at"] = story.some_time(at, subject)
    if story.often(0.2):
        facts["requested_by"] = story.some_time(at, subject)
    if story.often(0.15):
        facts["severity"] = story.dice.choice("ABC")
    if story.often(0.15):
        facts["signers"] = story.dice.choice([1, 2, 3])
    for flag, chance in (("agitated", 0.15), ("urgent", 0.15), ("anonymous", 0.06), ("sensitive", 0.04)):
        if story.often(chance):
            facts[flag] = True
    if story.often(0.05):
        facts["reachable"] = story.often(0.4)
    return facts


def classified(story: Story, at: datetime, subject: str) -> Facts:
    facts: Facts = {"severity": story.pick({"A": 3, "B": 5, "C": 4}), "problem": story.dice.choice(["01", "02"])}
    if story.often(0.25):
        facts["reason"] = "01"
    if story.often(0.1):
        facts["valid"] = story.often(0.7)
    if story.often(0.08):
        facts["requested_by"] = story.some_time(at, subject)
    return facts


def perhaps(chance: float, **ways: Callable[[Story, datetime, str], Any]) -> Callable[[Story, datetime, str], Facts]:
    """Each of these facts with this chance."""

    def make(story: Story, at: datetime, subject: str) -> Facts:
        return {name: way(story, at, subject) for name, way in ways.items() if story.often(chance)}

    return make


def time_of(story: Story, at: datetime, subject: str) -> str:
    return story.some_time(at, subject)


def joined(story: Story, at: datetime, subject: str) -> Facts:
    return {"signers": story.pick({1: 1, 2: 6, 3: 4, 4: 1})} | ({"urgent": True} if story.often(0.1) else {})


def sometimes(story: Story, at: datetime, subject: str) -> bool:
    return story.often(0.8)


# ---- scenes: a few events that belong together, since chance alone seldom brings them in this order
def overrun(story: Story, subject: str, at: datetime) -> None:
    """A fresh B or C, more time asked for about when it falls due, and granted at once, late, or twice."""
    severity = story.dice.choice("BC")
    story.tell(subject, "complaint.classified", at=at, facts={"severity": severity, "problem": "01", "reason": "01"})
    limit = at if story.often(0.3) else story.instants[subject][0] + timedelta(days=3 if severity == "B" else 2)
    asked = max(at, limit + timedelta(seconds=story.dice.choice([-DAY, -1, 0, 1, HOUR])))
    if story.often(0.7):
        facts: Facts = {"agreed_until": story.some_time(asked, subject)} if story.often(0.8) else {}
        story.tell(subject, "complaint.overrun_requested", at=asked, facts=facts)
    for _ in range(story.pick({1: 4, 2: 1})):
        given = asked if story.often(0.3) else story.after(asked)
        facts = {"agreed_until": story.some_time(given, subject)} if story.often(0.5) else {}
        verb = story.pick({"approved": 6, "refused": 1})
        story.tell(subject, f"complaint.overrun_{verb}", at=given, facts=facts)


def quiet_week(story: Story, subject: str, at: datetime) -> None:
    """Handled, the visit declined before, then or after, perhaps a repeat complaint about when the week is over."""
    declined = story.dice.choice([at, at, story.after(at), at + timedelta(days=8)])
    story.tell(subject, "complaint.handled", at=at)
    story.tell(subject, "visit.declined", at=declined)
    if story.often(0.4):
        again = at + timedelta(days=7, seconds=story.dice.choice([-4 * DAY, -1, 0, 1]))
        repeat = f"case:{90 + len(story.instants)}"
        story.tell(repeat, "complaint.received", at=again, facts={"channel": "phone"}, refs=[subject])


def long_unsolved(story: Story, subject: str, at: datetime) -> None:
    """Valid, and a month from receipt to the second: the clock raises it, and people classify it about then."""
    month = months_later(story.instants[subject][0], 1)
    story.tell(subject, "complaint.found_valid", at=at, facts={"valid": True})
    for _ in range(story.pick({1: 3, 2: 2})):
        then = month + timedelta(seconds=story.dice.choice([-DAY, -1, 0, 0, 1, HOUR, 3 * DAY, 12 * DAY]))
        story.tell(subject, "complaint.classified", at=max(at, then), facts=classified(story, then, subject))


def found_in_visit(story: Story, subject: str, at: datetime) -> None:
    """A visit that finds a problem, and the case that takes it up within the day or not."""
    name = f"visit:{len(story.visits) + 1}"
    story.visits.append(name)
    story.tell(subject, "visit.done", at=at, facts={"visit": name, "found_problems": True})
    case, noun = f"case:{90 + len(story.instants)}", story.dice.choice(["complaint", "suggestion", "demand"])
    then = at + timedelta(seconds=story.dice.choice([0, HOUR, DAY - 1, DAY, DAY + 1]))
    story.tell(case, f"{noun}.received", at=then, refs=[story.dice.choice([name, subject])])


SCENES: dict[str, Callable[[Story, str, datetime], None]] = {
    "visit": lambda story, subject, at: story.visit(subject, at),
    "overrun": overrun,
    "quiet_week": quiet_week,
    "long_unsolved": long_unsolved,
    "found_in_visit": found_in_visit,
}
COMPLAINT_VERBS = {
    "classified": 22, "found_valid": 7, "found_invalid": 2, "handed_over": 6, "handled": 14, "result_told": 11,
    "settled_on_the_spot": 3, "reopened": 10, "overrun_requested": 4, "overrun_approved": 4, "overrun_refused": 1,
    "time_agreed": 6, "restated": 4, "reviewed": 2, "joined": 6, "solution_agreed": 6, "delay_told": 5, "promised": 3,
    "promise_reported": 3, "reported_to_branch": 3, "progress_told": 3, "answered": 5, "acknowledged": 3,
    "action_taken": 2, "handed_up": 1, "calmed": 1, "closed": 3, "withdrawn": 1, "merged": 1, "explained": 1,
    "received": 1, "visit": 14, "overrun": 7, "quiet_week": 5, "long_unsolved": 4, "found_in_visit": 2,
}  # fmt: skip
COMPLAINT_FACTS: dict[str, Callable[[Story, datetime, str], Facts]] = {
    "received": intake,
    "classified": classified,
    "joined": joined,
    "found_valid": lambda story, at, subject: {"valid": True},
    "found_invalid": lambda story, at, subject: {"valid": False},
    "settled_on_the_spot": lambda story, at, subject: {"settled_on_the_spot": True, "signed": True},
    "overrun_requested": perhaps(0.8, agreed_until=time_of),
    "overrun_approved": perhaps(0.6, agreed_until=time_of),
    "delay_told": perhaps(0.8, agreed_until=time_of),
    "time_agreed": perhaps(0.9, agreed_at=time_of),
    "restated": perhaps(0.35, agreed_at=time_of, requested_by=time_of, urgent=sometimes),
    "reviewed": perhaps(0.6, urgent=sometimes),
    "progress_told": perhaps(0.2, agreed_at=time_of),
}


def demand(story: Story, subject: str) -> None:
    at = story.next_instant(subject)
    first = subject not in story.instants
    verbs = {"time_agreed": 6, "restated": 2, "handled": 2, "reopened": 2, "withdrawn": 1, "visit": 2, "closed": 1}
    verb = "received" if first else story.pick(verbs)
    if verb == "visit":
        story.visit(subject, at)
        return
    chance = {"received": 0.5, "time_agreed": 0.9}.get(verb, 0.1)
    facts: Facts = {"agreed_at": story.some_time(at, subject)} if story.often(chance) else {}
    refs = [story.dice.choice(story.visits)] if first and story.visits and story.often(0.5) else []
    story.tell(subject, f"demand.{verb}", at=at, facts=facts, refs=refs)


def work_order(story: Story, subject: str) -> None:
    at = story.next_instant(subject)
    verbs = {"assigned": 4, "on_the_way": 1, "arrived": 4, "rescheduled": 4, "finished": 7, "reworked": 2, "visit": 8}
    verb = "issued" if subject not in story.instants else story.pick(verbs)
    if verb == "visit":
        story.visit(subject, at)
        return
    facts: Facts = {}
    if verb in ("issued", "finished") and story.often(0.6):
        facts |= {"size": story.dice.choice(["minor", "project"]), "important": story.often(0.5)}
    if verb == "rescheduled" and story.often(0.9):
        facts["agreed_until"] = story.some_time(at, subject)
    story.tell(subject, f"work_order.{verb}", at=at, facts=facts, refs=story.refs(subject, 0.8, "case:"))


def party(story: Story, subject: str) -> None:
    at = story.next_instant(subject)
    starts = {"contract_signed": 3, "moved_in": 3, "tenant_moved_in": 2, "care_plan_set": 1}
    others = {"contract_signed": 1, "moved_in": 3, "care_plan_set": 5, "moved_out": 3, "erased": 1, "visit": 12}
    verb = story.pick(starts if subject not in story.instants else others)
    if verb == "visit":
        story.visit(subject, at)
        return
    chance = {"care_plan_set": 0.8, "contract_signed": 0.2, "moved_in": 0.2}.get(verb, 0.0)
    facts: Facts = {"customer_class": story.dice.choice(["normal", "key"])} if story.often(chance) else {}
    story.tell(subject, f"party.{verb}", at=at, facts=facts)


def site(story: Story, subject: str) -> None:
    at = story.next_instant(subject)
    midnight = at.replace(hour=0, minute=0, second=0)
    verb = story.pick({"day_began": 6, "week_began": 3, "month_began": 2, "check_done": 10, "month_closed": 3})
    if verb.endswith("_began") and (subject not in story.instants or midnight >= story.instants[subject][0]):
        at = midnight
    facts: Facts = {}
    if verb == "check_done" and story.often(0.75):
        facts["check"] = story.dice.choice(["daily", "weekly", "daily_record"])
    story.tell(subject, f"site.{verb}", at=at, facts=facts)


def plain(kind: str, facts: Callable[[Story, datetime, str], Facts], **weights: int) -> Callable[[Story, str], None]:
    """A subject whose first event is the first of these, and any later one as weighed; `visit` stands for visit.*."""

    def grow(story: Story, subject: str) -> None:
        at = story.next_instant(subject)
        verb = next(iter(weights)) if subject not in story.instants else story.pick(weights)
        if verb == "visit":
            story.visit(subject, at)
        else:
            told = {"settled_on_the_spot": True} if verb == "settled_on_the_spot" else facts(story, at, subject)
            story.tell(subject, f"{kind}.{verb}", at=at, facts=told)

    return grow


def nothing(story: Story, at: datetime, subject: str) -> Facts:
    return {}


def span(story: Story, at: datetime, subject: str) -> Facts:
    """A service's start and end, which may lie before now."""
    if subject in story.instants and story.often(0.7):
        return {}
    begin = at - timedelta(seconds=story.dice.choice([0, 0, HOUR, 5 * DAY]))
    end = begin + timedelta(seconds=story.dice.choice([HOUR, DAY, 7 * DAY]))
    return {"starts_at": begin.isoformat(), "ends_at": end.isoformat()}


# fmt: off
GROW: dict[str, Callable[[Story, str], None]] = {
    "complaint": complaint,
    "demand": demand,
    "work_order": work_order,
    "party": party,
    "site": site,
    "activity": plain("activity", perhaps(0.5, monthly=lambda story, at, subject: True), held=3, visit=6),
    "service": plain("service", span, booked=1, started=4, ended=4, visit=6, cancelled=1),
    "message": plain("message", perhaps(0.4, channel=lambda story, at, subject: "email"), received=4, sent=3, failed=1),
    "enquiry": plain("enquiry", perhaps(0.4, agreed_at=time_of), received=3, answered=4, result_told=3, time_agreed=8,
                     settled_on_the_spot=1, withdrawn=1),
    "emergency": plain("emergency", nothing, received=3, acknowledged=5, handled=5, merged=1),
    "procedure": plain("procedure", nothing, opened=1, completed=4, visit=5),
}
# fmt: on
PREFIX = {"complaint": "case", "demand": "case", "enquiry": "case", "emergency": "case"}


def only_join(events: list[Event]) -> None:
    """Signers join and do not leave."""
    most: dict[str, int] = {}
    for event in events:
        signers = event.get("facts", {}).get("signers")
        if signers is not None:
            most[event["subject"]] = event["facts"]["signers"] = max(signers, most.get(event["subject"], 0))


def history(seed: int, *, subjects: int = 3, length: int = 30) -> list[Event]:
    """About `length` events of so many subjects, one a complaint; often one well after, so that the clock runs."""
    story = Story(seed)
    nouns = ["complaint"]
    while len(nouns) < subjects:
        nouns.append("complaint" if story.often(0.3) else story.dice.choice(OTHERS))
        if nouns[-1] in ("demand", "emergency") and len(nouns) < subjects:
            nouns.append("work_order")
    cast = [(noun, f"{PREFIX.get(noun, noun)}:{number}") for number, noun in enumerate(nouns, 1)]
    while len(story.events) < length:
        noun, subject = story.dice.choice(cast)
        GROW[noun](story, subject)
    events = sorted(story.events, key=lambda event: datetime.fromisoformat(event["at"]))
    only_join(events)
    if story.often(0.5):
        last = story.after(datetime.fromisoformat(events[-1]["at"]) + timedelta(days=story.dice.choice([0, 3, 40])))
        story.tell("policy:1", "policy.published", at=last)
        events.append(story.events[-1])
    return events
