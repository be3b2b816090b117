"""Special services, procedures, activities and notices, each with the visits that follow."""

from bihuan.ops.generate.agenda import Origin
from bihuan.ops.generate.clock import iso
from bihuan.ops.generate.story import Story
from bihuan.ops.generate.tables import (
    AFTER_SERVICE,
    CANCELLED,
    DAY,
    HOUR,
    MIDWAY,
    MINUTE,
    REFUSED,
    SERVICE_LENGTH,
    VISIT_ACTIVITY,
    VISIT_PROCEDURE,
    WEEK,
    Pace,
)
from bihuan.ops.generate.visits import visit
from bihuan.ops.generate.world import Site, World


def service(world: World, site: Site, at: int, origin: Origin) -> None:
    """Tell a priced service: visited midway and after its end (GC-6.1.3)."""
    story, chance = Story(world, site, world.name("service")), world.chance
    story.say(at, "service.booked", story.agent)
    story.say(at + chance.between(MINUTE, 10 * MINUTE), "service.price_told", story.agent)
    starts = story.appointment(at, 3 * HOUR, 6 * DAY)
    if chance.happens(CANCELLED):
        cancelled = starts - chance.between(10 * MINUTE, 2 * HOUR)
        story.say(cancelled, "service.cancelled", story.agent, {"reason": "customer"})
        return
    low, high = SERVICE_LENGTH
    length = low + int((high - low) * chance.random() ** 4)  # most take hours, a few take weeks
    story.say(starts, "service.started", story.agent, {"starts_at": iso(starts), "ends_at": iso(starts + length)})
    early, middle = MIDWAY
    midway = starts + int(length * early)
    visit(story, midway, Pace(max(int(length * (middle - early)), MINUTE), AFTER_SERVICE.kept, AFTER_SERVICE.never))
    ended = starts + int(length * (0.95 + 0.1 * chance.random()))
    story.say(ended, "service.ended", story.agent)
    visit(story, ended, AFTER_SERVICE)


def procedure(world: World, site: Site, at: int, origin: Origin) -> None:
    """Tell a renovation permit, a release slip or the like, to its visit (GC-6.1.5)."""
    story, chance = Story(world, site, world.name("procedure")), world.chance
    story.say(at, "procedure.opened", story.agent, None, origin.refs)
    checked = chance.office(at + chance.between(5 * MINUTE, DAY), at)
    story.say(checked, "procedure.papers_checked", story.agent)
    if chance.happens(REFUSED):
        story.say(checked + MINUTE, "procedure.refused", story.agent, {"reason": "papers"})
        return
    settled = chance.office(checked + chance.between(5 * MINUTE, DAY), checked)
    story.say(settled, "procedure.fees_settled", story.agent)
    completed(story, settled)


def completed(story: Story, at: int) -> None:
    """Let the owner confirm, complete the procedure, and visit within the week."""
    story.say(at + 5 * MINUTE, "procedure.owner_confirmed", story.agent)
    finished = at + story.chance.between(10 * MINUTE, 90 * MINUTE)
    story.say(finished, "procedure.completed", story.agent)
    visit(story, finished, VISIT_PROCEDURE)


def activity(world: World, site: Site, at: int, origin: Origin) -> None:
    """Plan an activity, hold it, ask afterwards how it was (GC-6.1.4)."""
    story, chance = Story(world, site, world.name("activity")), world.chance
    story.say(at, "activity.planned", site.cs_supervisor)
    held = story.appointment(at, WEEK, 4 * WEEK)
    story.say(held, "activity.held", story.agent)
    for _ in range(chance.between(1, 5)):
        visit(story, held + DAY, VISIT_ACTIVITY)


def notice(world: World, site: Site, at: int, origin: Origin) -> None:
    """Publish a notice."""
    story = Story(world, site, world.name("notice"))
    story.say(at, "notice.published", site.cs_supervisor)
