"""Customers coming, going and being visited by the cycle."""

from bihuan.ops.generate.agenda import Origin
from bihuan.ops.generate.service import completed
from bihuan.ops.generate.story import Story
from bihuan.ops.generate.tables import (
    CYCLE,
    DAY,
    DEFECTS,
    FIRST_VISIT,
    HOUR,
    KEY_CYCLE,
    MINUTE,
    OFFICE,
    TENANTS,
    VISIT_CYCLE,
    VISIT_KEY,
    VISIT_PROCEDURE,
)
from bihuan.ops.generate.visits import visit
from bihuan.ops.generate.world import VACANT, Site, World, class_of, kind_of

_WHO_PAYS_LATE = {"reason": "arrears"}


def move_in(world: World, site: Site, at: int, origin: Origin) -> None:
    """Sign the contract of an empty home; the party moves in days later."""
    home = world.home(site, lived_in=False)
    if home is None:
        return
    story = Story(world, site, world.name("party"))
    party = int(story.subject.partition(":")[2])
    facts = {"customer_kind": kind_of(party), "customer_class": class_of(party)}
    story.say(at, "party.contract_signed", story.agent, facts)
    moved = story.appointment(at, DAY, 12 * DAY)
    kind = "party.tenant_moved_in" if world.chance.happens(TENANTS) else "party.moved_in"
    moving_in(story, moved - 3 * HOUR, kind)
    story.say(moved, kind, story.agent, facts)
    visit(story, moved, FIRST_VISIT)
    site.parties[home] = party
    site.occupied += 1


def moving_in(story: Story, at: int, kind: str) -> None:
    """Do the paperwork; an owner's home is inspected and its keys are handed over (XQ-P2.1)."""
    world, chance, site = story.world, story.chance, story.site
    papers = Story(world, site, world.name("procedure"))
    papers.say(at, "procedure.opened", papers.agent)
    papers.say(at + 10 * MINUTE, "procedure.papers_checked", papers.agent)
    papers.say(at + 20 * MINUTE, "procedure.fees_settled", papers.agent)
    completed(papers, at + chance.between(40 * MINUTE, 80 * MINUTE))
    if kind == "party.tenant_moved_in":
        return
    home = Story(world, site, world.name("home"))
    home.say(at + 30 * MINUTE, "home.meter_read", home.agent)
    if chance.happens(DEFECTS):
        home.say(at + 40 * MINUTE, "home.defect_found", home.agent)
        home.say(chance.office(at + chance.between(2 * DAY, 40 * DAY), at + HOUR), "home.defect_fixed", home.agent)
    home.say(at + 50 * MINUTE, "home.accepted", home.agent)
    home.say(at + 55 * MINUTE, "home.keys_handed_over", home.agent)


def move_out(world: World, site: Site, at: int, origin: Origin) -> None:
    """Settle the fees, write the release slip, let them go (XQ-P2.2.1)."""
    home = world.home(site, lived_in=True)
    if home is None:
        return
    party = Story(world, site, f"party:{site.parties[home]}")
    slip = Story(world, site, world.name("procedure"))
    slip.say(at, "procedure.opened", slip.agent)
    settled = world.chance.office(at + world.chance.between(10 * MINUTE, DAY), at)
    slip.say(settled, "procedure.fees_settled", slip.agent)
    slip.say(settled + 10 * MINUTE, "procedure.owner_confirmed", slip.agent)
    slip.say(settled + HOUR, "procedure.released", slip.agent)
    slip.say(settled + HOUR, "procedure.completed", slip.agent)
    visit(slip, settled + HOUR, VISIT_PROCEDURE)
    party.say(settled + 2 * HOUR, "party.moved_out", slip.agent)
    site.parties[home] = VACANT
    site.occupied -= 1


def care_plan(world: World, site: Site, at: int, origin: Origin) -> None:
    """Set a plan for somebody who needs one (HF-2.4d); the home's rounds go on as before."""
    home = world.home(site, lived_in=True)
    if home is not None:
        party = site.parties[home]
        story = Story(world, site, f"party:{party}")
        facts = {"customer_kind": kind_of(party), "customer_class": class_of(party)}
        story.say(at, "party.care_plan_set", story.agent, facts)


def reminder(world: World, site: Site, at: int, origin: Origin) -> None:
    """Remind somebody of the fee (GC-2.4)."""
    home = world.home(site, lived_in=True)
    if home is not None:
        story = Story(world, site, f"party:{site.parties[home]}")
        story.say(world.chance.office(at, at), "fee.reminded", story.agent, _WHO_PAYS_LATE)


def rounds(world: World, site: Site, day: int) -> None:
    """Visit whose turn it is: a twelfth of the homes each week, key customers three times as often."""
    opens = day * DAY + OFFICE[0]
    for home in range(day % KEY_CYCLE, len(site.parties), KEY_CYCLE):
        party = site.parties[home]
        if party == VACANT:
            continue
        if class_of(party) == "key":
            visit(Story(world, site, f"party:{party}"), opens, VISIT_KEY)
        elif home % CYCLE == day % CYCLE:
            visit(Story(world, site, f"party:{party}"), opens, VISIT_CYCLE)
