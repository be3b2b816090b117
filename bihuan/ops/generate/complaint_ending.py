"""Ending: tell the result, visit, do it again where it was not good, close."""

from bihuan.ops.generate.agenda import Origin
from bihuan.ops.generate.chance import mix
from bihuan.ops.generate.complaint_story import Complaint
from bihuan.ops.generate.tables import (
    CLOSE,
    COMPLAINT_MOODS,
    DAY,
    HAND_UP,
    HOUR,
    MINUTE,
    MORE_VISIT,
    REOPEN,
    REPEATED,
    RESOLVE,
    ROUNDS,
    SETTLED_REOPENED,
    TELL,
    VISIT_COMPLAINT,
    WEEK,
)
from bihuan.ops.generate.visits import Visit, visit

_MOODS = mix(COMPLAINT_MOODS)


def settled(story: Complaint) -> None:
    """Settle it on the spot, signed by the customer (TS-4b); a few come back all the same."""
    chance, known, agent = story.chance, story.known_at, story.agent
    if "agitated" in story.facts:
        story.say(known + chance.between(MINUTE, HAND_UP.limit), "complaint.handed_up", agent)
    at = known + chance.between(6 * MINUTE, 50 * MINUTE)
    story.say(known + MINUTE, "complaint.restated", agent)
    story.say(at, "complaint.settled_on_the_spot", agent, {"settled_on_the_spot": True, "signed": True})
    facts = {"severity": story.severity, "problem": story.problem}
    story.say(at + chance.between(MINUTE, 20 * MINUTE), "complaint.classified", agent, facts)
    if chance.happens(SETTLED_REOPENED):
        again(story, at + chance.between(HOUR, WEEK), spot=True)
    else:
        story.say(at + chance.between(30 * MINUTE, 90 * MINUTE), "complaint.closed", agent)


def ending(story: Complaint, handled: int) -> None:
    """Tell the result and visit; what follows depends on what the customer says."""
    chance = story.chance
    told = chance.within(handled, TELL)
    if told is not None and "anonymous" not in story.facts:
        story.say(told, "complaint.result_told", story.agent)
    if story.silent:
        close(story, told or handled)
        return
    seen = visit(story, max(handled, told or 0), VISIT_COMPLAINT, planned_at=handled, moods=_MOODS)
    if chance.happens(REPEATED):
        repeated(story, handled)
    if seen is None or seen.satisfied is None:
        return  # never visited: open for good. Declined: the clock closes after the quiet week (TS-10.5)
    after(story, seen)


def after(story: Complaint, seen: Visit) -> None:
    """Close it, or take it up again; after so many rounds the manager finds that all means are used."""
    chance = story.chance
    if not seen.satisfied and story.rounds < ROUNDS:
        again(story, chance.surely(seen.at, REOPEN), spot=False)
        return
    close(story, seen.at, reason="" if seen.satisfied else "all_means_used")
    if story.severity != "C" and chance.happens(MORE_VISIT):
        visit(story, seen.at + 10 * DAY, VISIT_COMPLAINT)


def again(story: Complaint, at: int, *, spot: bool) -> None:
    """Reopen, handle and visit again (TS-10.3); what had been settled on the spot no longer is."""
    story.rounds += 1
    facts = {"settled_on_the_spot": False} if spot else None
    story.say(at, "complaint.reopened", story.agent, facts)
    handled = story.chance.within(at, RESOLVE[story.severity])
    if handled is not None:
        story.say(handled, "complaint.handled", story.responsible)
        ending(story, handled)


def close(story: Complaint, at: int, *, reason: str = "") -> None:
    """Close it some time after; without satisfaction only with a reason, by the manager (XQ-C3b)."""
    closed = story.chance.surely(at, CLOSE)
    by = story.site.manager if reason else story.site.cs_supervisor
    story.say(closed, "complaint.closed", by, {"reason": reason} if reason else None)


def repeated(story: Complaint, handled: int) -> None:
    """Let the same trouble come back as a complaint that names this one."""
    at = handled + story.chance.between(DAY, 6 * WEEK)
    story.world.agenda.later(at, story.world.repeat, story.site, Origin((story.subject,)))
