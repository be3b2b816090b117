"""One event, one subject: what it meets, ends, moves and opens. The order is the one of docs/decisions/0002.

Meeting comes before voiding, voiding before opening; what opens is checked at once against what already happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.rulebook.event import CLOCK, NO_FACTS, Event
from bihuan.rulebook.obligation import OPEN, VOID, WAIVED, Obligation
from bihuan.rulebook.opening import continue_cycle, open_rules
from bihuan.rulebook.subject import SubjectState

if TYPE_CHECKING:
    from bihuan.rulebook.handlers import Handler
    from bihuan.rulebook.policy import Policy

ROUND_DUTIES = frozenset(("resolve", "tell_result", "visit"))  # a reopening voids these of the round before


def take(policy: Policy, state: SubjectState, event: Event, handler: Handler) -> None:
    """An event of the subject's own, no earlier than any it has taken before."""
    if state.next_act is not None and state.next_act < event.at:
        pass_time(policy, state, event.at)
    if not state.ended:
        _take(policy, state, event, handler)


def take_ref(policy: Policy, state: SubjectState, event: Event, handler: Handler) -> None:
    """An event of another subject that names this one: it can meet, waive and void here, but tells no facts."""
    if state.ended:
        return
    if state.next_act is not None and state.next_act < event.at:
        pass_time(policy, state, event.at)
    state.moment = NO_FACTS
    _record(state, event, handler)
    if state.open:
        _meet(policy, state, event, handler)
        _void_by_event(state, event, handler)
        _extend(state, event, handler)
    if handler.waives:
        _waive_visits(policy, state, event, handler)
        open_rules(policy, state, event, handler.opens_by_ref)


def pass_time(policy: Policy, state: SubjectState, until: int) -> None:
    """Does what time alone does strictly before `until`: the clock's acts, and the next round of every cycle."""
    while state.next_act is not None and state.next_act < until:
        now = state.next_act
        due = [one for one in state.open if one.rule.timed and one.acts_at == now]
        for obligation in sorted(due, key=_rule_id):
            if obligation.state == OPEN:
                _act(policy, state, obligation, now)
        _plan_again(state, now)


def _act(policy: Policy, state: SubjectState, obligation: Obligation, now: int) -> None:
    then = obligation.rule.then
    if then is None:
        continue_cycle(policy, state, obligation, now)
        return
    obligation.meet(now, None, then.kind)
    state.settle()
    act = Event(now, then.kind, state.subject, actor=CLOCK, facts=dict(then.facts))
    _take(policy, state, act, policy.handlers[then.kind])


def _plan_again(state: SubjectState, now: int) -> None:
    """The next instant after `now`; a cycle's overdue rounds have had theirs."""
    ahead = [one.acts_at for one in state.open if one.rule.timed and (one.rule.then is not None or one.acts_at > now)]
    state.next_act = min(ahead, default=None)


def _rule_id(obligation: Obligation) -> str:
    return obligation.rule.id


def _take(policy: Policy, state: SubjectState, event: Event, handler: Handler) -> None:
    if handler.case and not state.case:
        state.case = handler.noun
    if handler.receives and state.received_at is None:
        state.received_at = state.round_at = event.at
    changed = False
    if event.facts:
        changed = state.lay(event, policy)
    else:
        state.moment = NO_FACTS
    if handler.marks:
        changed = _mark(state, handler, event) or changed
    if (
        not handler.receives
    ):  # a receipt means something to other cases only: it repeats them, or takes up what a visit found
        _record(state, event, handler)
    if state.open:
        if not handler.receives:
            _meet(policy, state, event, handler)
            _void_by_event(state, event, handler)
        if changed:
            _void_by_facts(state, event)
        _extend(state, event, handler)
        if not policy.agreed.isdisjoint(event.facts):
            _agree(state, event)
    if changed or handler.waives:
        _waive_visits(policy, state, event, handler)
    if handler.opens:
        open_rules(policy, state, event, handler.opens)


def _mark(state: SubjectState, handler: Handler, event: Event) -> bool:
    """What some kinds mean beside their facts: rounds, starts, the end, requests for time. True if facts changed."""
    if handler.starts:
        _start(state, handler, event)
    if handler.ends:
        state.ended = True
    elif handler.asks_overrun:
        state.overrun = (event.at, event.facts.get("agreed_until"))
    elif handler.refuses_overrun:
        state.overrun = None
    elif handler.agrees_solution:
        state.facts["solution_agreed"] = True
        return True
    elif handler.reopens:
        _void_round(state, event)
        state.begin_round(event.at)
        return True
    return False


def _start(state: SubjectState, handler: Handler, event: Event) -> None:
    """A second `handled` or `result_told` in a round starts nothing; of other kinds the latest counts."""
    if not handler.once_a_round or event.kind not in state.started:
        state.started[event.kind] = event.at


def _record(state: SubjectState, event: Event, handler: Handler) -> None:
    """Remembers that it happened, where some rule may look back for it."""
    if handler.looked_back_for:
        facts = event.facts if handler.facts_decide else NO_FACTS
        state.occurred.setdefault(event.kind, []).append((event.at, state.round, event.order, facts))


# ---- what an event does to open obligations


def _meet(policy: Policy, state: SubjectState, event: Event, handler: Handler) -> None:
    met = (
        [one for one in state.open if event.kind in one.rule.met_by and _meets(state, event, one)]
        if handler.meets
        else []
    )
    if event.actor == CLOCK:
        met += [one for one in state.open if one.rule.then is not None and one.rule.then.kind == event.kind]
    just_met = {(one.rule.id, one.start) for one in met}
    met = [one for one in met if not one.rule.apart_from or (one.rule.apart_from, one.start) not in just_met]
    for obligation in met:
        obligation.meet(event.at, event.order, event.kind)
    if met:
        _settle_cycles(policy, state, met, event.at)


def _meets(state: SubjectState, event: Event, obligation: Obligation) -> bool:
    rule = obligation.rule
    if event.at < obligation.start or (rule.met_if is not None and not rule.met_if.stands(event.facts)):
        return False
    if rule.not_before is None:
        return True
    return event.at >= rule.not_before.after(obligation.start, calendar=state.calendar)


def _settle_cycles(policy: Policy, state: SubjectState, ended: list[Obligation], at: int) -> None:
    state.settle()
    for obligation in ended:
        if obligation.rule.every:
            continue_cycle(policy, state, obligation, at)


def _void_by_event(state: SubjectState, event: Event, handler: Handler) -> None:
    if handler.ends:
        _void(state, event, state.open, reason=handler.verb)
    elif handler.voids:
        gone = [one for one in state.open if event.kind in one.rule.void_by and event.at >= one.start]
        _void(state, event, gone, reason=handler.verb)


def _void_round(state: SubjectState, event: Event) -> None:
    gone = [one for one in state.open if one.rule.duty in ROUND_DUTIES and one.rule.noun == state.case]
    _void(state, event, gone, reason="reopened")


def _void_by_facts(state: SubjectState, event: Event) -> None:
    for obligation in state.open:
        fact = obligation.rule.condition.failing(state.facts)
        if fact is not None:
            obligation.end(VOID, event.at, reason=fact, by=event.kind)
    state.settle()


def _void(state: SubjectState, event: Event, gone: list[Obligation], *, reason: str) -> None:
    for obligation in gone:
        obligation.end(VOID, event.at, reason=reason, by=event.kind)
    if gone:
        state.settle()


def _extend(state: SubjectState, event: Event, handler: Handler) -> None:
    """Asked at or before due and approved: due moves to the approved time. Asked after due: refused."""
    if not handler.extends:
        return
    until = event.facts.get("agreed_until")
    asked = event.at
    if handler.approves_overrun and state.overrun is not None:
        asked, wanted = state.overrun
        until = until if until is not None else wanted
        state.overrun = None
    if until is None or until <= asked:
        return
    for obligation in state.open:
        if event.kind in obligation.rule.extend_by and obligation.start <= asked <= obligation.due_at:
            obligation.move(until, event.at, why="extended")
            obligation.extended = True
            state.plan(obligation)


def _agree(state: SubjectState, event: Event) -> None:
    """A time agreed at or before due, after the start and not yet past, takes the place of the due time."""
    for obligation in state.open:
        rule = obligation.rule
        agreed = event.facts.get(rule.instead) if rule.instead else None
        if agreed is None or agreed <= obligation.start or agreed < event.at or event.at > obligation.due_at:
            continue
        due = min(agreed, obligation.cap) if rule.cap else agreed
        if due != obligation.due_at:
            obligation.move(due, event.at, why="agreed")


def _waive_visits(policy: Policy, state: SubjectState, event: Event, handler: Handler) -> None:
    """A declined or exempted visit waives the visits of this round; an exemption (TS-10.6) as soon as it is known."""
    if handler.waives and state.case:
        state.facts[handler.verb] = True
    gone = []
    for obligation in state.open:
        direct = handler.verb if event.kind in obligation.rule.waived_by and event.at >= obligation.start else ""
        reason = direct or policy.exempt(state, obligation.rule)
        if reason:
            obligation.end(WAIVED, event.at, reason=reason, by=event.kind)
            gone.append(obligation)
    if gone:
        _settle_cycles(policy, state, gone, event.at)
