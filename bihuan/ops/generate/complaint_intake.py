"""Intake: hear the complaint, agree a time, class it, pass it to whoever will handle it."""

from bihuan.ops.generate.clock import iso
from bihuan.ops.generate.complaint_story import Complaint
from bihuan.ops.generate.tables import (
    ACKNOWLEDGE,
    ACT,
    ACT_SOON,
    AGREE,
    ANSWER,
    CLASSIFY,
    DAY,
    HAND_OVER,
    HAND_UP,
    HAND_UP_CALMED,
    HOUR,
    MINUTE,
    PROGRESS,
    PROGRESS_TOLD,
    REPORT,
    RESTATED,
    WRITTEN,
    Pace,
)


def intake(story: Complaint) -> int:
    """Tell the intake; return when all of it is done and somebody is in charge."""
    chance, known, agent = story.chance, story.known_at, story.agent
    first_hour(story)
    classified = chance.surely(known, CLASSIFY)
    facts = {"severity": story.severity, "problem": story.problem}
    story.say(classified, "complaint.classified", agent, facts)
    handed = chance.surely(known, HAND_OVER[story.severity])
    story.say(handed, "complaint.handed_over", story.site.cs_supervisor)
    assigned = max(classified, handed) + chance.between(MINUTE, HOUR)
    story.say(assigned, "complaint.assigned", in_charge(story))
    if story.signers > 1:
        joint(story)
    return story.last_at


def in_charge(story: Complaint) -> str:
    """Name who decides: the site manager for A, otherwise the supervisor of the trade."""
    return story.site.manager if story.severity == "A" else story.responsible


def first_hour(story: Complaint) -> None:
    """Tell what is done at once: calm down, act, read back."""
    chance, known = story.chance, story.known_at
    if "agitated" in story.facts:
        calmed = chance.happens(HAND_UP_CALMED)
        done(story, HAND_UP, "complaint.calmed" if calmed else "complaint.handed_up", story.agent)
    if "urgent" in story.facts and chance.happens(ACT_SOON):
        done(story, ACT, "complaint.action_taken", story.responsible)
    if chance.happens(RESTATED):
        story.say(known + chance.between(MINUTE, 5 * MINUTE), "complaint.restated", story.agent)


def replies(story: Complaint, until: int) -> None:
    """Agree when the reply comes, acknowledge what came in writing, and answer, as long as the case is open."""
    chance, known, facts = story.chance, story.known_at, story.facts
    if "anonymous" in facts:
        return
    agreed, reply = chance.within(known, AGREE), story.appointment(known, 3 * HOUR, DAY - HOUR)
    if agreed is not None and agreed < min(reply, until):
        story.say(agreed, "complaint.time_agreed", story.agent, {"agreed_at": iso(reply)})
    acknowledged = chance.within(known, ACKNOWLEDGE)
    if facts["channel"] in WRITTEN and acknowledged is not None:
        story.say(min(acknowledged, until), "complaint.acknowledged", story.agent)
    pace = Pace(max(reply - known, HOUR + 1), ANSWER.kept, ANSWER.never)
    answered = chance.within(known, pace)
    if answered is not None and answered < until:  # later the result is the answer
        story.say(answered, "complaint.answered", story.responsible)
    progress = chance.surely(known, PROGRESS)
    if progress < until and chance.happens(PROGRESS_TOLD):
        story.say(progress, "complaint.progress_told", story.agent)


def done(story: Complaint, pace: Pace, kind: str, actor: str) -> None:
    """Tell a duty that counts from the moment the complaint is known; some are never done."""
    at = story.chance.within(story.known_at, pace)
    if at is not None:
        story.say(at, kind, actor)


def joint(story: Complaint) -> None:
    """Let the other signers come, and tell the branch from the third on (XQ-C7.5c)."""
    at, signers = story.known_at, 1
    third = at
    while story.join_later and signers < story.signers:
        at, signers = at + story.chance.between(5 * MINUTE, HOUR), signers + 1
        story.say(at, "complaint.joined", story.agent, {"signers": signers})
        third = at if signers == 3 else third
    reported = story.chance.within(third, REPORT)
    if story.signers >= 3 and reported is not None:
        story.say(reported, "complaint.reported_to_branch", story.site.manager)
