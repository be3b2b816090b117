"""A work order: issued, picked up, on the way, there, done; visited, and done again where it was not good."""

from bihuan.ops.generate.agenda import Facts, Refs
from bihuan.ops.generate.clock import iso
from bihuan.ops.generate.story import Story
from bihuan.ops.generate.tables import (
    ARRIVE_AFTER,
    ARRIVE_AGREED,
    BACKDATED,
    CLOSE,
    DAY,
    EMERGENCY_WORK,
    HOUR,
    IMPORTANT,
    MINOR_WORK,
    MINUTE,
    OFFLINE,
    PROJECT,
    PROJECT_WORK,
    VISIT_IMPORTANT,
    VISIT_WORK,
)
from bihuan.ops.generate.visits import visit


class WorkOrder(Story):
    """One technician's job for a case."""

    __slots__ = ("important", "in_a_hurry", "project", "refs", "technician")

    def __init__(self, case: Story, trade: str) -> None:
        super().__init__(case.world, case.site, case.world.name("work_order"))
        self.agent, self.known_at = case.agent, case.known_at
        self.refs: Refs = (case.subject,)
        self.technician = self.chance.pick(case.site.technicians[trade])
        self.important, self.project = self.chance.happens(IMPORTANT), self.chance.happens(PROJECT)
        self.in_a_hurry = False

    def enter(self, at: int, kind: str, facts: Facts | None = None) -> None:
        """Tell what the technician enters; without a network it is recorded hours later."""
        offline = self.chance.between(*OFFLINE) if self.chance.happens(BACKDATED) else 0
        self.say(at, kind, self.technician, facts, self.refs, recorded=at + offline if offline else 0)


def issue(order: WorkOrder, agreed: int) -> int:
    """Write the order at once (XQ-D2.2b), with the time that was agreed."""
    at = order.known_at + order.chance.between(MINUTE, 8 * MINUTE)
    order.say(at, "work_order.issued", order.agent, {"agreed_at": iso(agreed)} if agreed else None, order.refs)
    return at


def arrival(order: WorkOrder, assigned: int, agreed: int) -> int:
    """Tell the way to the customer; return when the technician is there."""
    chance = order.chance
    latest = max(assigned + 10 * MINUTE, agreed or chance.surely(assigned, ARRIVE_AFTER))
    order.enter(assigned + chance.between(MINUTE, (latest - assigned) // 4), "work_order.picked_up")
    if agreed and not chance.happens(ARRIVE_AGREED):
        latest = missed(order, latest)
    there = latest - chance.between(0, min(20 * MINUTE, (latest - assigned) // 4))
    order.enter(there - chance.between(MINUTE, (latest - assigned) // 4), "work_order.on_the_way")
    order.enter(there, "work_order.arrived")
    return there


def missed(order: WorkOrder, agreed: int) -> int:
    """Miss the agreed time, apologise and agree another (XQ-D2.3d)."""
    at = agreed + order.chance.between(5 * MINUTE, 40 * MINUTE)
    order.say(at, "work_order.missed", order.agent, {"reason": "busy"}, order.refs)
    told, again = at + 5 * MINUTE, order.appointment(at, HOUR, 2 * DAY)
    facts = {"agreed_at": iso(again), "agreed_until": iso(again)}
    order.say(told, "work_order.rescheduled", order.agent, facts, order.refs)
    return again


def mend(order: WorkOrder, arrived: int) -> int:
    """Do the work; return when it is finished."""
    chance = order.chance
    if order.in_a_hurry:
        finished = arrived + chance.between(*EMERGENCY_WORK)
    elif order.project:
        finished = chance.office(arrived + chance.between(*PROJECT_WORK), arrived)
    else:
        finished = arrived + chance.between(*MINOR_WORK)
    facts: dict[str, object] = {"size": "project" if order.project else "minor"}
    order.enter(finished, "work_order.finished", {**facts, "important": True} if order.important else facts)
    return finished


def work(order: WorkOrder, case: Story, noun: str, finished: int) -> None:
    """Hand the paper in, tell the case, visit; close the case or do the work again."""
    chance = order.chance
    returned = chance.office(finished + chance.between(10 * MINUTE, 4 * HOUR), finished)
    order.say(returned, "work_order.form_returned", order.agent, None, order.refs)
    handled = finished + chance.between(MINUTE, 20 * MINUTE)
    case.say(handled, f"{noun}.handled", order.technician)
    seen = visit(order, handled, VISIT_WORK, order.refs)
    if seen and seen.satisfied is False:
        rework(order, case, noun, seen.at)
        return
    if seen:
        case.say(chance.surely(seen.at, CLOSE), f"{noun}.closed", order.agent)
    if order.important:
        visit(order, (seen.at if seen else finished) + 2 * DAY, VISIT_IMPORTANT, order.refs)


def rework(order: WorkOrder, case: Story, noun: str, at: int) -> None:
    """Put it right and visit again, until the owner is satisfied (GC-6.5.2)."""
    case.say(at, f"{noun}.reopened", order.agent)
    order.say(at + MINUTE, "work_order.reworked", order.agent, {"reason": "dissatisfied"}, order.refs)
    there = order.chance.office(at + order.chance.between(HOUR, 2 * DAY), at + HOUR)
    order.enter(there, "work_order.arrived")
    work(order, case, noun, mend(order, there))
