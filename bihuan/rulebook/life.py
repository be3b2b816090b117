"""One subject from its whole log: what an application keeps in its own tables comes from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bihuan.rulebook.engine import pass_time, take, take_ref
from bihuan.rulebook.event import Event
from bihuan.rulebook.obligation import Obligation
from bihuan.rulebook.policy import Policy
from bihuan.rulebook.sitetime import SiteTimes
from bihuan.rulebook.subject import SubjectState

Era = tuple[int, Policy]  # the UTC second from which it is in force


def live_through(
    subject: str,
    log: Iterable[tuple[Policy, Event]],
    *,
    site: str,
    calendars: SiteTimes,
    eras: Sequence[Era],
    until: int,
) -> SubjectState:
    """The state of a subject after every event that reached it, in order, each under the policy it was recorded under.

    Between them time passes under the policies of the `eras`, oldest first, up to `until` (UTC seconds); what is due
    then is not overdue.
    """
    state = SubjectState(subject, site, calendars[site])
    for held, event in log:
        handler = held.handlers[event.kind]
        _pass_eras(eras, state, event.at)
        if event.subject != subject:
            if handler.reaches:
                take_ref(held, state, event, handler)
            continue
        if not (state.sited or handler.idle):
            state.place(event, calendars)
        take(held, state, event, handler)
    _pass_eras(eras, state, until)
    for obligation in state.open:
        obligation.breach(until)
    return state


def _pass_eras(eras: Sequence[Era], state: SubjectState, until: int) -> None:
    ends = [since for since, _ in eras[1:]]
    for (_, policy), end in zip(eras, [*ends, until], strict=True):
        if state.next_act is None:
            return
        pass_time(policy, state, min(end, until))


def numbered(obligations: Iterable[Obligation]) -> dict[tuple[str, int, int], Obligation]:
    """Obligations of one subject by what never changes about them: rule, start, and how many of both came before."""
    count: dict[tuple[str, int], int] = {}
    keyed = {}
    for one in obligations:
        place = one.rule.id, one.start
        keyed[*place, count.get(place, 0)] = one
        count[place] = count.get(place, 0) + 1
    return keyed
