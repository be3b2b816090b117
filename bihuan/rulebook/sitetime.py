"""The time of a site: its zone, and its working calendar, which is only built when a rule counts working time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bihuan.kernel.errors import Refused
from bihuan.worktime import Calendar, chinese_holidays

ZONE = "Asia/Shanghai"
HOURS = [("09:00", "12:00"), ("13:30", "18:00")]
WEEKLY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS)
YEARS = range(2004, 2100)  # asked for; those without published holidays have weekly hours, and a warning
KEYS = ("zone", "weekly", "holidays", "overrides")


class SiteTime:
    """Zone and working calendar of a site."""

    def __init__(self, zone: str, make: Callable[[], Calendar]) -> None:
        self.name, self.zone, self._make = zone, ZoneInfo(zone), make
        self.unconfirmed: set[int] = set()  # years into which working time led, and whose holidays are not known

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar, built at its first use."""
        return self._make()

    def add(self, start: datetime, budget: timedelta) -> datetime:
        """Working time added, as `Calendar.add`."""
        return self._noted(lambda: self.calendar.add(start, budget))

    def add_days(self, start: datetime, days: int) -> datetime:
        """Working days added, as `Calendar.add_days`."""
        return self._noted(lambda: self.calendar.add_days(start, days))

    def _noted(self, found: Callable[[], datetime]) -> datetime:
        try:
            at = found()
        except ValueError as error:  # a calendar of single days has run out
            raise Refused(str(error), where=f"calendar of {self.name}", code="no_working_time") from None
        if self.calendar.warns(at):
            self.unconfirmed.add(at.year)
        return at

    def iso(self, at: int | None) -> str | None:
        """An instant as ISO text with the site's offset; None stays None."""
        return None if at is None else datetime.fromtimestamp(at, self.zone).isoformat()


def _usual() -> Calendar:
    """A five-day week with the Chinese holidays and make-up days that are known."""
    known = chinese_holidays(YEARS, slots=HOURS)
    return Calendar(ZONE, WEEKLY, known.holidays, known.overrides, covered=known.covered)


USUAL = SiteTime(ZONE, _usual)


class SiteTimes(dict[str, SiteTime]):
    """The time of every site; sites that are not named have the usual one."""

    def __missing__(self, site: str) -> SiteTime:
        return USUAL

    def unconfirmed(self) -> list[int]:
        """The years for which weekly hours were used because their holidays are not known yet."""
        return sorted({year for time in (USUAL, *self.values()) for year in time.unconfirmed})


def site_times(calendars: Mapping[str, Calendar | SiteTime] | None) -> SiteTimes:
    """The times of sites, from working calendars by site."""
    if isinstance(calendars, SiteTimes):
        return calendars
    return SiteTimes({site: _of(calendar) for site, calendar in (calendars or {}).items()})


def _of(calendar: Calendar | SiteTime) -> SiteTime:
    return calendar if isinstance(calendar, SiteTime) else SiteTime(calendar.zone, lambda: calendar)


def read_site_times(path: Path) -> SiteTimes:
    """The calendars in a JSON file: per site `zone`, `weekly`, `holidays`, `overrides`, as in `Calendar`."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        remedy = 'Write {"CH": {"zone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "18:00"]]}}}.'
        raise Refused(f"cannot read calendars: {error}.", where=str(path), remedy=remedy, code="bad_calendar") from None
    if not isinstance(data, Mapping):
        raise Refused("calendars are an object by site.", where=str(path), remedy="Start with {.", code="bad_calendar")
    return SiteTimes({site: _read_site(site, given, path) for site, given in data.items()})


def _read_site(site: str, given: Any, path: Path) -> SiteTime:
    where = f"{path}: site {site}"
    if not isinstance(given, Mapping):
        raise Refused("a calendar is an object.", where=where, remedy=f"Give {', '.join(KEYS)}.", code="bad_calendar")
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        what = f'"{unknown[0]}" is not a key of a calendar.'
        raise Refused(what, where=where, remedy=f"Use {', '.join(KEYS)}.", code="bad_calendar")
    try:
        return _of(_calendar(given))
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused(str(error), where=where, remedy="See docs/time.md.", code="bad_calendar") from None


def _calendar(given: Mapping[str, Any]) -> Calendar:
    return Calendar(
        given.get("zone", ZONE),
        given.get("weekly", {}),
        given.get("holidays", ()),
        given.get("overrides", {}),
    )
