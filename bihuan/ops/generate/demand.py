"""The story of a demand and its work order, and of an emergency, which is the same in a hurry."""

from bihuan.ops.generate.agenda import Origin
from bihuan.ops.generate.chance import mix
from bihuan.ops.generate.clock import iso
from bihuan.ops.generate.problems import demand_problem
from bihuan.ops.generate.story import Story, flags
from bihuan.ops.generate.tables import (
    AGREED_AHEAD,
    AGREED_AT,
    ANY_TRADE,
    ARRIVE_NOW,
    ASSIGN,
    CANCELLED,
    DISPATCH,
    EMERGENCY_CHANNELS,
    HOUR,
    MINUTE,
    URGENT,
)
from bihuan.ops.generate.work import WorkOrder, arrival, issue, mend, work
from bihuan.ops.generate.world import Site, World

_FLAGS = {"urgent": URGENT}
_EMERGENCY_CHANNELS = mix(EMERGENCY_CHANNELS)


def demand(world: World, site: Site, at: int, origin: Origin) -> None:
    """Tell one demand."""
    story, chance = Story(world, site, world.name("case")), world.chance
    problem, trade = demand_problem(chance, at)
    story.receive(at, "demand.received", origin, {"problem": problem, **flags(story, _FLAGS)})
    agreed = agree(story)
    order = WorkOrder(story, trade)
    issued = issue(order, agreed)
    assigned = chance.surely(story.known_at, ASSIGN)
    order.say(max(issued, assigned), "work_order.assigned", story.agent, None, order.refs)
    if chance.happens(CANCELLED):
        cancelled(story, order, max(issued, assigned) + chance.between(10 * MINUTE, 2 * HOUR))
        return
    finished = mend(order, arrival(order, max(issued, assigned), agreed))
    work(order, story, "demand", finished)


def agree(story: Story) -> int:
    """Agree a time where nobody can come at once (XQ-D2.1b); 0 where somebody can."""
    if not story.chance.happens(AGREED_AT):
        return 0
    low, high = AGREED_AHEAD
    agreed = story.appointment(story.known_at, low, high)
    told = story.known_at + story.chance.between(MINUTE, 6 * MINUTE)
    story.say(told, "demand.time_agreed", story.agent, {"agreed_at": iso(agreed)})
    return agreed


def cancelled(story: Story, order: WorkOrder, at: int) -> None:
    """Let the customer take it back."""
    story.say(at, "demand.withdrawn", story.agent, {"reason": "customer"})
    order.say(at, "work_order.cancelled", story.agent, {"reason": "withdrawn"}, order.refs)


def emergency(world: World, site: Site, at: int, origin: Origin) -> None:
    """Tell one emergency: whoever is on duty goes at once (GC-2.6)."""
    story, chance = Story(world, site, world.name("case")), world.chance
    story.receive(at, "emergency.received", origin, {"urgent": True}, _EMERGENCY_CHANNELS)
    order = WorkOrder(story, chance.pick(ANY_TRADE))
    order.important = True
    assigned = chance.surely(story.known_at, DISPATCH)
    order.say(assigned, "work_order.assigned", story.agent, None, order.refs)
    arrived = chance.surely(assigned, ARRIVE_NOW)
    order.say(arrived, "work_order.arrived", order.technician, None, order.refs)
    order.in_a_hurry = True
    work(order, story, "emergency", mend(order, arrived))
