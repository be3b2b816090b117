"""Handling: look into it, find a way, agree it, carry it out; or pass it on, or ask for more time."""

from bihuan.ops.generate.clock import iso
from bihuan.ops.generate.complaint_intake import in_charge, replies
from bihuan.ops.generate.complaint_story import Complaint
from bihuan.ops.generate.tables import (
    DAY,
    DELAY_TOLD,
    DELAYED,
    HOUR,
    MINUTE,
    ON_THE_WAY,
    OVERRUN_APPROVED,
    OVERRUN_ASKED,
    PROMISED,
    RECLASSIFIED,
    REPORT,
    RESOLVE,
    RESOLVE_ELSEWHERE,
    RETURNED,
    TENTATIVE,
    TRANSFERRED,
    VALID,
    WEEK,
    Pace,
)

_OTHER = {"A": "B", "B": "C", "C": "B"}


def handling(story: Complaint, assigned: int) -> int | None:
    """Tell the handling of the first round; return when it was handled, or None if it never was."""
    chance = story.chance
    story.transferred = chance.happens(TRANSFERRED)
    anew = story.signers == 1 and chance.happens(RECLASSIFIED)
    story.severity = _OTHER[story.severity] if anew else story.severity
    handled = chance.within(story.known_at, pace_of(story))
    goal = max(handled or assigned + TENTATIVE, assigned + 10 * MINUTE)
    replies(story, goal)
    if anew:
        reclassified(story, on_the_way(story, assigned, goal, 0.2))
    reviewed, investigated, found = (on_the_way(story, assigned, goal, part) for part in ON_THE_WAY)
    story.say(reviewed, "complaint.reviewed", story.site.cs_supervisor)
    story.say(max(reviewed, investigated), "complaint.investigated", story.responsible)
    found = max(reviewed, investigated, found)
    overrun(story, assigned, goal)
    if not chance.happens(VALID):
        return explained(story, found, None if handled is None else goal)
    story.say(found, "complaint.found_valid", in_charge(story), {"valid": True})
    if story.transferred:
        elsewhere(story, found, goal)
    agreed(story, found, goal, certain=handled is not None)
    if handled is None:
        return None
    story.say(goal, "complaint.handled", story.responsible)
    return goal


def reclassified(story: Complaint, at: int) -> None:
    """Class it anew, with the reason, once more is known."""
    facts = {"severity": story.severity, "problem": story.problem, "reason": "reviewed"}
    story.say(at, "complaint.classified", story.site.cs_supervisor, facts)


def pace_of(story: Complaint) -> Pace:
    """Return how long the handling takes: by severity, by the complainant's own limit, or as long as others need."""
    if story.transferred:
        return RESOLVE_ELSEWHERE
    pace = RESOLVE[story.severity]
    if story.requested_by and story.severity == "C":
        return Pace(max(story.requested_by - story.known_at, 2 * HOUR), pace.kept, pace.never)
    return pace


def on_the_way(story: Complaint, start: int, goal: int, part: float) -> int:
    """Return an instant of the office's hours about that part of the way along."""
    share = part * (0.85 + 0.3 * story.chance.random())
    return min(goal, story.chance.office(start + int((goal - start) * share), start))


def explained(story: Complaint, found: int, goal: int | None) -> int | None:
    """Find it invalid, and explain until it is understood (XQ-C7.2)."""
    story.say(found, "complaint.found_invalid", in_charge(story), {"valid": False, "reason": "no_breach"})
    if goal is None:
        return None
    story.say(goal - (goal - found) // 8, "complaint.explained", story.agent)
    story.say(goal, "complaint.handled", story.responsible)
    return goal


def agreed(story: Complaint, found: int, goal: int, *, certain: bool) -> None:
    """Propose a way and agree it, mostly on the day it is carried out; otherwise say until when (TS-9)."""
    chance = story.chance
    long = not certain or chance.happens(DELAYED)
    same_day = goal - chance.between(20 * MINUTE, 5 * HOUR)
    agreed_at = on_the_way(story, found, goal, 0.4) if long else max(found, same_day)
    proposed = found + int((agreed_at - found) * 0.8)
    story.say(proposed, "complaint.solution_proposed", in_charge(story))
    story.say(agreed_at, "complaint.solution_agreed", story.agent)
    told = agreed_at + chance.between(30 * MINUTE, 4 * HOUR)
    if long and told < goal and chance.happens(DELAY_TOLD):
        until = story.appointment(goal if chance.happens(0.9) else told, HOUR, DAY)
        story.say(told, "complaint.delay_told", story.agent, {"agreed_until": iso(until)})
    if chance.happens(PROMISED):
        promised(story, proposed)


def promised(story: Complaint, at: int) -> None:
    """Let the manager promise something, and report it the same day (XQ-C7.5b)."""
    story.say(at, "complaint.promised", story.site.manager)
    reported = story.chance.within(at, REPORT)
    if reported is not None:
        story.say(reported, "complaint.promise_reported", story.site.manager)


def elsewhere(story: Complaint, at: int, goal: int) -> None:
    """Pass it to the branch or the developer; the site goes on telling how it stands (XQ-C3a, TS-5.3)."""
    told = at + story.chance.between(HOUR, 4 * HOUR)
    story.say(told, "complaint.transferred", story.site.manager)
    if story.chance.happens(RETURNED):
        back = on_the_way(story, told, goal, 0.6)
        story.say(max(told, back), "complaint.returned", story.site.branch)
    told += DAY
    while told < goal:
        story.say(told, "complaint.progress_told", story.agent)
        told = story.chance.office(told + WEEK, told)


def overrun(story: Complaint, assigned: int, goal: int) -> None:
    """Ask the site manager for more time where the limit of B or C will not do (XQ-C7.4)."""
    due = story.known_at + pace_of(story).limit
    chance = story.chance
    if story.severity == "A" or goal <= due or not chance.happens(OVERRUN_ASKED):
        return
    asked = max(assigned, due - chance.between(HOUR, 10 * HOUR))
    until = {"agreed_until": iso(story.appointment(goal, MINUTE, 12 * HOUR))}
    story.say(asked, "complaint.overrun_requested", story.responsible, until)
    given = asked + chance.between(20 * MINUTE, 5 * HOUR)
    if chance.happens(OVERRUN_APPROVED):
        story.say(given, "complaint.overrun_approved", story.site.manager, until)
    else:
        story.say(given, "complaint.overrun_refused", story.site.manager, {"reason": "can_be_done"})
