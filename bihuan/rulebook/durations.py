"""The durations that rules may name, and the instants they lead to.

`PT24H` is exact elapsed time; `P3D`, `P1W`, `P1M` keep the wall clock; `P2WD` counts working days; `same_day` ends with
the local day; `agreed` has no time of its own; `midway` lies halfway between two facts. Instants are whole UTC seconds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from bihuan.rulebook.sitetime import SiteTime

Clock = Literal["calendar", "working"]
Form = Literal["exact", "wall", "workdays", "same_day", "agreed", "midway"]
WORDS: tuple[Form, ...] = ("same_day", "agreed", "midway")
_EXACT = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_WALL = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_WORKDAYS = re.compile(r"P(\d+)WD")


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration as a rule states it. Only the numbers of its form are set."""

    text: str
    form: Form
    seconds: int = 0
    months: int = 0
    days: int = 0

    @staticmethod
    def parse(text: str) -> Duration:
        """Reads `PT1H`, `P3D`, `P1M`, `P2WD`, `same_day`, …; raises ValueError for anything else and for no time."""
        if text in WORDS:
            return Duration(text, text)
        span = _exact(text) or _workdays(text) or _wall(text)
        if span is None or not (span.seconds or span.months or span.days):
            raise ValueError(text)
        return span

    def after(self, start: int, *, calendar: SiteTime, clock: Clock = "calendar") -> int:
        """The instant this duration leads to from `start`, both in UTC seconds, decided in the calendar's zone."""
        if clock == "working" and self.form == "exact":
            moment = datetime.fromtimestamp(start, UTC)
            return _seconds(calendar.add(moment, timedelta(seconds=self.seconds)))
        if self.form == "exact":
            return start + self.seconds
        local = datetime.fromtimestamp(start, calendar.zone)
        if self.form == "workdays":
            return _seconds(calendar.add_days(local, self.days))
        if self.form == "same_day":
            return _seconds(_shift(local.replace(hour=0, minute=0, second=0, fold=0), months=0, days=1))
        return _seconds(_shift(local, months=self.months, days=self.days))


def _exact(text: str) -> Duration | None:
    found = _EXACT.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return Duration(text, "exact", seconds=(hours * 60 + minutes) * 60 + seconds)


def _workdays(text: str) -> Duration | None:
    found = _WORKDAYS.fullmatch(text)
    return Duration(text, "workdays", days=int(found[1])) if found else None


def _wall(text: str) -> Duration | None:
    found = _WALL.fullmatch(text)
    if found is None:
        return None
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return Duration(text, "wall", months=years * 12 + months, days=weeks * 7 + days)


def _shift(local: datetime, *, months: int, days: int) -> datetime:
    """The same wall clock months and days later; month ends clamp; a repeated hour is its first."""
    if months:
        year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
        day = min(local.day, monthrange(year, month + 1)[1])
        local = local.replace(year=year, month=month + 1, day=day)
    return (local + timedelta(days=days)).replace(fold=0) if days else local.replace(fold=0)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
