"""A site's own days: what begins, who checks, who takes over."""

from bihuan.ops.generate.agenda import Facts
from bihuan.ops.generate.clock import day_date, weekday
from bihuan.ops.generate.tables import CHECKS, DAY, MINUTE, MONTH_CLOSED, SHIFTS
from bihuan.ops.generate.world import CLOCK, Site, World

_MONDAY = 0


def site_day(world: World, site: Site, day: int) -> None:
    """Tell one day of one site."""
    midnight = day * DAY
    tell(world, site, midnight, "day_began", CLOCK)
    check(world, site, midnight, "daily", site.cs_supervisor)
    check(world, site, midnight, "daily_record", site.agents[day % len(site.agents)])
    if weekday(day) == _MONDAY:
        tell(world, site, midnight, "week_began", CLOCK)
        check(world, site, midnight, "weekly", site.quality_supervisor)
    if day_date(day).day == 1:
        tell(world, site, midnight, "month_began", CLOCK)
        closed = world.chance.within(midnight, MONTH_CLOSED)
        if closed is not None:
            tell(world, site, closed, "month_closed", site.quality_supervisor)
    for number, change in enumerate(SHIFTS):
        shift(world, site, midnight + change, 2 * day + number)


def check(world: World, site: Site, midnight: int, name: str, actor: str) -> None:
    """Make a check, or forget it."""
    at = world.chance.within(midnight, CHECKS[name])
    if at is not None:
        tell(world, site, max(at, midnight), "check_done", actor, {"check": name})


def shift(world: World, site: Site, at: int, number: int) -> None:
    """Hand the desk over; what is open is passed on (XQ-K2.1.3b)."""
    agents = site.agents
    ended = at + world.chance.between(0, 10 * MINUTE)
    taken = ended + world.chance.between(MINUTE, 10 * MINUTE)
    tell(world, site, ended, "shift_ended", agents[number % len(agents)])
    tell(world, site, taken, "shift_taken", agents[(number + 1) % len(agents)])


def tell(world: World, site: Site, at: int, verb: str, actor: str, facts: Facts | None = None) -> None:
    """Say something about the site itself."""
    world.agenda.put(at, f"site.{verb}", site.subject, site.code, actor, facts, (), 0)
