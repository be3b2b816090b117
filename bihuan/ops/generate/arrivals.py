"""What begins on a day: how many of each story, at what hour."""

from datetime import date

from bihuan.ops.generate import lesser, parties, service
from bihuan.ops.generate.agenda import NOWHERE, Start
from bihuan.ops.generate.chance import mix
from bihuan.ops.generate.clock import day_date, is_holiday, weekday
from bihuan.ops.generate.complaint import complaint
from bihuan.ops.generate.demand import demand, emergency
from bihuan.ops.generate.tables import (
    ANY_HOURS,
    DAY,
    HOLIDAY,
    HOLIDAY_ELSE,
    HOUR,
    HOURS,
    MONTH,
    PER_SITE,
    RATES,
    SEASON,
    SUNDAY_HOURS,
    WEEKDAYS,
)
from bihuan.ops.generate.world import Site, World

STORIES: dict[str, Start] = {
    "demand": demand,
    "complaint": complaint,
    "emergency": emergency,
    "enquiry": lesser.enquiry,
    "suggestion": lesser.suggestion,
    "praise": lesser.praise,
    "message": lesser.message,
    "patrol": lesser.patrol,
    "service": service.service,
    "procedure": service.procedure,
    "activity": service.activity,
    "notice": service.notice,
    "move_in": parties.move_in,
    "move_out": parties.move_out,
    "care_plan": parties.care_plan,
    "reminder": parties.reminder,
}
_AT_THE_OFFICE = frozenset(
    {"service", "procedure", "activity", "notice", "move_in", "move_out", "care_plan", "reminder"}
)
_DAYS_OF_MONTH, _SUNDAY = MONTH / DAY, 6


def _hours(weights: tuple[int, ...]) -> tuple[int, ...]:
    return mix(dict(enumerate(weights)))


_ALL_HOURS, _WEEK_HOURS, _SUNDAY_HOURS = _hours(ANY_HOURS), _hours(HOURS), _hours(SUNDAY_HOURS)
_OFFICE_HOURS = _hours((*(0,) * 9, *HOURS[9:18], *(0,) * 6))


def factor(kind: str, day: date, holiday: bool) -> float:
    """Return how a day differs from the ordinary one, by season, weekday and holiday."""
    season = SEASON.get(kind, SEASON["demand"] if kind == "message" else (1.0,) * 12)[day.month - 1]
    if holiday:
        return season * HOLIDAY.get(kind, HOLIDAY_ELSE)
    return season if kind == "emergency" else season * WEEKDAYS[day.weekday()]


def hours_of(kind: str, day: int) -> tuple[int, ...]:
    """Return the hours at which stories of a kind begin."""
    if kind == "emergency":
        return _ALL_HOURS
    if kind in _AT_THE_OFFICE:
        return _OFFICE_HOURS
    return _SUNDAY_HOURS if weekday(day) == _SUNDAY else _WEEK_HOURS


def arrivals(world: World, day: int) -> None:
    """Put the openings of a day's stories into the agenda."""
    calendar_day = day_date(day)
    holiday = is_holiday(calendar_day)
    for kind, start in STORIES.items():
        usual = factor(kind, calendar_day, holiday) / _DAYS_OF_MONTH
        hours, rate, fixed = hours_of(kind, day), RATES.get(kind, 0.0) / 1000, PER_SITE.get(kind, 0.0)
        for site in world.sites:
            _arrive(world, site, start, day, hours, usual * (rate * site.occupied + fixed))


def _arrive(world: World, site: Site, start: Start, day: int, hours: tuple[int, ...], mean: float) -> None:
    chance = world.chance
    for _ in range(chance.count(mean)):
        at = day * DAY + chance.pick(hours) * HOUR + chance.between(0, HOUR)
        world.agenda.later(at, start, site, NOWHERE)
