"""Opening obligations: when a rule applies, from when its time counts, and what has already happened about it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from bihuan.rulebook.event import CLOCK, Event
from bihuan.rulebook.model import Rule, Value
from bihuan.rulebook.obligation import OPEN, VOID, WAIVED, Obligation
from bihuan.rulebook.subject import Occurrence, SubjectState

if TYPE_CHECKING:
    from bihuan.rulebook.policy import Policy

Start = tuple[int, int, str]  # the instant, its round, the event that made it
Met = tuple[int, tuple[int, int], str]  # the instant, its order, the event


def open_rules(policy: Policy, state: SubjectState, event: Event, rules: Sequence[Rule]) -> None:
    """Opens what these rules owe at this event."""
    for rule in rules:
        if rule.condition.holds(state.facts, state.moment):
            _open_rule(policy, state, event, rule)


def _open_rule(policy: Policy, state: SubjectState, event: Event, rule: Rule) -> None:
    start = _start(state, event, rule)
    if start is None or _stands_already(state, rule, start[0]) or _silent(policy, state, event.kind, rule, start[0]):
        return
    if rule.start and rule.void_by and _void_before(state, rule, start[0]):
        return
    value = rule.value_on(local_day(state, start[0]))
    if value is not None:
        _open(policy, state, event, rule, start, value)


def local_day(state: SubjectState, at: int) -> date:
    """The day an instant belongs to, at the subject's site."""
    return datetime.fromtimestamp(at, state.calendar.zone).date()


# ---- from when


def _start(state: SubjectState, event: Event, rule: Rule) -> Start | None:
    """What the time counts from, or None while it has not happened (in this round)."""
    if not rule.start:
        return state.started.get(event.kind, event.at), state.round, event.kind
    best: Start | None = None
    for kind in rule.start:
        found = _counted_from(state, kind)
        if found is not None and (best is None or found[0] >= best[0]):
            best = found
    if best is not None and rule.limits_severity and state.severity_at is not None:
        # A's limits count from the moment the clock made it A (XQ-C5.2A), except where a later reopening restarts them.
        reopens = any(kind.endswith(".reopened") for kind in rule.start)
        if not reopens or state.severity_at > best[0]:
            return state.severity_at, state.severity_round, "complaint.classified"
    return best


def _counted_from(state: SubjectState, kind: str) -> Start | None:
    noun, _, verb = kind.partition(".")
    if verb == "received" and noun == state.case:
        return None if state.received_at is None else (state.received_at, 1, kind)
    if verb == "reopened":
        return (state.round_at, state.round, kind) if state.round > 1 else None
    at = state.started.get(kind)
    return None if at is None else (at, state.round, kind)


# ---- whether


def _stands_already(state: SubjectState, rule: Rule, start: int) -> bool:
    """At most one obligation per rule, subject and start, void ones aside; a running cycle takes no second start."""
    if rule.every:
        return any(one.rule.id == rule.id for one in state.open)
    return state.stands(rule, None if rule.once else start)


def _silent(policy: Policy, state: SubjectState, kind: str, rule: Rule, start: int) -> bool:
    """A rule that yields is silent as long as one it yields to, being in the policy, applies to the same subject."""
    others = policy.yields[rule.id]
    if not others:
        return False
    day = local_day(state, start)
    return any(
        other.condition.stands(state.facts)
        and (kind in other.when or state.stands(other))
        and other.value_on(day) is not None
        for other in others
    )


def _void_before(state: SubjectState, rule: Rule, start: int) -> bool:
    """Whether what voids it has already happened in this round, at or after its start."""
    return any(
        round_ == state.round
        for kind in rule.void_by
        if (occurred := state.occurred.get(kind))
        for _, round_, *_ in occurred[bisect_left(occurred, (start,)) :]
    )


# ---- with which due time


def _open(policy: Policy, state: SubjectState, event: Event, rule: Rule, start: Start, value: Value) -> None:
    made = Obligation(rule, state.subject, state.site, start=start[0], start_round=start[1], started_by=start[2])
    made.value, made.opened_at = value, event.at
    before = state.made.get((rule.id, made.start))
    if not _set_due(state, made, before):
        return
    met = _met_already(state, made)
    in_time = met is not None and met[0] <= made.due_at
    if before is None and made.due_at < event.at and not in_time and event.actor != CLOCK:
        # Nothing is born broken (ours): a person's change never makes an obligation that is already overdue.
        made.due_at = made.original_due_at = policy.settings.born_late_due(event.at, made, calendar=state.calendar)
        made.late_birth = True
    if met is not None:
        made.meet(*met)
    elif rule.waived_by:
        _waive_at_once(policy, state, made, event)
    state.add(made)
    if rule.id in policy.yielded_to:
        _silence_yielding(policy, state, rule, event)
    if rule.every and made.state != OPEN:
        continue_cycle(policy, state, made, event.at)


def _set_due(state: SubjectState, made: Obligation, before: Obligation | None) -> bool:
    """Due and original due; False while no time is known that counts."""
    made.own = _own_due(state, made.rule, made.value, made.start)
    due: int | None = made.own
    original, since = due, None
    if before is not None:
        due, original, since, made.extended = before.due_at, before.original_due_at, before.ended_at, before.extended
        made.again = True
    for given_at, agreed in state.agreed.get(made.rule.instead, ()) if made.rule.instead else ():
        late = due is not None and given_at > due
        if agreed <= made.start or agreed < given_at or late or (since is not None and given_at <= since):
            continue
        due = min(agreed, made.own) if made.rule.cap and made.own is not None else agreed
        original = due if original is None else original
    if due is None or original is None:
        return False
    made.due_at, made.original_due_at = due, original
    if due != original:
        made.moves = [("agreed", made.opened_at, due)]
    return True


def _own_due(state: SubjectState, rule: Rule, value: Value, start: int) -> int | None:
    if value.duration.form == "agreed":
        return None
    if value.duration.form == "midway":
        # GC-6.1.3: halfway between the start and the end of the service
        return int((state.facts["starts_at"] + state.facts["ends_at"]) // 2)
    return value.duration.after(start, calendar=state.calendar, clock=value.clock)


# ---- what happened before it applied


def _met_already(state: SubjectState, made: Obligation) -> Met | None:
    """The earliest event that meets it, at or after its start, in the start's round or later."""
    found: Met | None = None
    for kind in made.rule.met_by & state.occurred.keys():
        occurred = state.occurred[kind]
        for occurrence in occurred[bisect_left(occurred, (made.start,)) :]:
            if _counts(state, made, occurrence):
                if found is None or occurrence[2] < found[1]:
                    found = occurrence[0], occurrence[2], kind
                break
    return found


def _counts(state: SubjectState, made: Obligation, occurrence: Occurrence) -> bool:
    rule, (at, round_, order, facts) = made.rule, occurrence
    if round_ < made.start_round or (rule.met_if is not None and not rule.met_if.stands(facts)):
        return False
    if rule.not_before is not None and at < rule.not_before.after(made.start, calendar=state.calendar):
        return False
    apart = state.made.get((rule.apart_from, made.start)) if rule.apart_from else None
    return apart is None or apart.met_order != order


def _waive_at_once(policy: Policy, state: SubjectState, made: Obligation, event: Event) -> None:
    reason = _declined(state) if made.rule.noun == state.case else ""
    reason = reason or policy.exempt(state, made.rule)
    if reason:
        made.end(WAIVED, event.at, reason=reason, by=event.kind)


def _declined(state: SubjectState) -> str:
    return next((word for word in ("declined", "exempted") if state.facts.get(word)), "")


def _silence_yielding(policy: Policy, state: SubjectState, rule: Rule, event: Event) -> None:
    gone = [one for one in state.open if rule in policy.yields[one.rule.id]]
    for obligation in gone:
        obligation.end(VOID, event.at, reason="yields", by=event.kind)
    if gone:
        state.settle()


# ---- cycles


def continue_cycle(policy: Policy, state: SubjectState, last: Obligation, at: int) -> None:
    """The next round of a cycle, counted from when the last was met, waived or fell due.

    It follows the rule as it stands in this policy, and ends where the policy has it no more.
    """
    rule = policy.by_id.get(last.rule.id)
    if rule is None or not rule.condition.stands(state.facts) or _runs(state, rule, at):
        return
    if _silent(policy, state, "", rule, at):
        return
    value = rule.value_on(local_day(state, at))
    if value is None:
        return
    made = Obligation(
        rule, state.subject, state.site, start=at, start_round=state.round, started_by=last.ended_by or last.started_by
    )
    made.value, made.opened_at = value, at
    made.own = made.due_at = made.original_due_at = value.duration.after(at, calendar=state.calendar, clock=value.clock)
    state.add(made)


def _runs(state: SubjectState, rule: Rule, at: int) -> bool:
    """Whether a round of the cycle lies ahead already."""
    return any(one.rule.id == rule.id and one.due_at > at for one in state.open)
