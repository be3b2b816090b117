"""The story of a complaint, from its receipt to its end."""

from bihuan.ops.generate.agenda import Origin
from bihuan.ops.generate.chance import mix
from bihuan.ops.generate.clock import iso
from bihuan.ops.generate.complaint_ending import ending, settled
from bihuan.ops.generate.complaint_handling import handling
from bihuan.ops.generate.complaint_intake import intake, replies
from bihuan.ops.generate.complaint_story import Complaint
from bihuan.ops.generate.story import flags
from bihuan.ops.generate.tables import (
    AGITATED,
    DAY,
    HOUR,
    JOINT,
    LINKED,
    MERGED,
    MINUTE,
    REQUESTED_BY,
    SENSITIVE,
    SETTLED,
    SEVERITIES,
    SIGNERS,
    URGENT,
    WITHDRAWN,
)
from bihuan.ops.generate.world import Site, World

_SEVERITIES = mix(SEVERITIES)
_FLAGS = {"agitated": AGITATED, "urgent": URGENT, "sensitive": SENSITIVE}
_SETTLED_AT = frozenset({"phone", "walk_in"})


def complaint(world: World, site: Site, at: int, origin: Origin) -> None:
    """Tell one complaint."""
    story = Complaint(world, site, world.name("case"))
    begin(story, at, origin)
    chance, earlier = world.chance, site.last_complaint
    site.last_complaint = story.subject
    if chance.happens(SETTLED) and story.severity != "A" and story.facts["channel"] in _SETTLED_AT:
        settled(story)
        return
    assigned = intake(story)
    if earlier and cut_short(story, assigned, earlier):
        return
    handled = handling(story, assigned)
    if handled is not None:
        ending(story, handled)


def begin(story: Complaint, at: int, origin: Origin) -> None:
    """Receive it: everything that a later reader knows from the first moment."""
    chance = story.chance
    story.severity = chance.pick(_SEVERITIES)
    story.look_up(at)
    said = flags(story, _FLAGS)
    facts: dict[str, object] = dict(said)
    if chance.happens(JOINT):
        story.severity, story.signers = "A", chance.pick(SIGNERS)
        story.join_later = chance.happens(0.5)
        facts["signers"] = 1 if story.join_later else story.signers
    if story.severity == "C" and chance.happens(REQUESTED_BY):
        story.requested_by = story.appointment(at, 6 * HOUR, 4 * DAY)
        facts["requested_by"] = iso(story.requested_by)
    story.received_at = at
    story.receive(at, "complaint.received", origin, facts)


def cut_short(story: Complaint, assigned: int, earlier: str) -> bool:
    """Tell whether it ends here: taken back, or one with an earlier case. A likeness alone is only noted."""
    chance, supervisor = story.chance, story.site.cs_supervisor
    at = assigned + chance.between(10 * MINUTE, 9 * HOUR)
    if chance.happens(LINKED):
        story.say(at, "complaint.linked", supervisor, None, (earlier,))
    if chance.happens(WITHDRAWN):
        story.say(at, "complaint.withdrawn", story.agent, {"reason": "customer"})
    elif chance.happens(MERGED):
        story.say(at, "complaint.merged", supervisor, {"reason": "duplicate"}, (earlier,))
    else:
        return False
    replies(story, at)
    return True
