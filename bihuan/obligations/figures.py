"""The live figures of rules: how their promises were kept in each of the last twelve months, and what is open now.

A promise counts in the month in which it fell due. Owed is what was kept in time, kept late, or is overdue; what is
waived or void is in neither side, and what is not yet due is not owed yet. What it costs does not grow with history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from django.db.models import Count, Q, Sum

from bihuan.obligations.books import books
from bihuan.obligations.models import MonthTally, Obligation, State
from bihuan.obligations.queries import kept_by_rule, open_by_rule
from bihuan.obligations.tallies import bounds, following, month_of, tallied_until

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """How the promises that fell due in some period were kept."""

    in_time: int = 0
    late: int = 0
    overdue: int = 0
    waived: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.in_time + other.in_time,
            self.late + other.late,
            self.overdue + other.overdue,
            self.waived + other.waived,
        )

    @property
    def owed(self) -> int:
        """How many fell due and were neither waived nor void."""
        return self.in_time + self.late + self.overdue

    @property
    def rate(self) -> float | None:
        """The on-time rate, from 0 to 1: kept in time / owed. None where nothing was owed."""
        return self.in_time / self.owed if self.owed else None

    @property
    def done_rate(self) -> float | None:
        """The visit rate, from 0 to 1: done, late or not / owed. None where nothing was owed."""
        return (self.in_time + self.late) / self.owed if self.owed else None


NOTHING = Kept()


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """The figures of one rule, or of several together."""

    months: tuple[Kept, ...]  # oldest first, the present one last
    open: int
    overdue: int

    @property
    def year(self) -> Kept:
        """The twelve months together."""
        return sum(self.months, NOTHING)

    @property
    def month(self) -> Kept:
        """The present month so far."""
        return self.months[-1]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of all rules at some sites."""

    now: datetime
    zones: dict[tzinfo, list[str]]  # zone → the sites in it
    months: tuple[date, ...]  # their first days, oldest first
    kept: dict[tuple[str, date], Kept] = field(default_factory=dict)
    open: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, rules: Iterable[str]) -> RuleFigures:
        """The figures of these rules together."""
        ids = list(rules)
        months = tuple(sum((self.kept.get((rule, month), NOTHING) for rule in ids), NOTHING) for month in self.months)
        held = [self.open[rule] for rule in ids if rule in self.open]
        return RuleFigures(months, sum(one["open"] for one in held), sum(one["overdue"] for one in held))

    def fell_due(self, months: Sequence[date]) -> Q:
        """What has fallen due by now in these months, which follow one another, at each site by its own clocks."""
        found = Q(pk__in=())
        for zone, theirs in self.zones.items():
            start, end = bounds(months[0], zone)[0], min(bounds(months[-1], zone)[1], self.now)
            found |= Q(site__in=theirs, due_at__gte=start, due_at__lt=end)
        return found

    def waived_by_reason(self, *, noun: str, duty: str) -> dict[str, int]:
        """Of the promises of a duty that fell due in the present month, how many were waived, by reason; one query."""
        rows = Obligation.objects.filter(self.fell_due(self.months[-1:]), state=State.WAIVED, noun=noun, duty=duty)
        counted = rows.values("reason").annotate(count=Count("id")).order_by("reason")
        return {row["reason"]: row["count"] for row in counted}


def figures(sites: Sequence[str], now: datetime) -> Figures:
    """The figures of every rule at these sites: tallies of what is tallied, the rest counted now.

    Five queries; one more for each further zone, and for each further month that no worker has tallied.
    """
    zones = _zones(sites)
    present = max((month_of(now, zone) for zone in zones), default=month_of(now, UTC))
    months = tuple(following(present, count) for count in range(1 - MONTHS, 1))
    until = tallied_until() or months[0]
    kept = _tallied(sites, months[0], until)
    for month in months:
        for zone, theirs in zones.items() if month >= until else ():
            for rule, counted in _counted(theirs, month, zone, now).items():
                kept[rule, month] = kept.get((rule, month), NOTHING) + counted
    return Figures(now, zones, months, kept, open_by_rule(list(sites), now))


def _zones(sites: Iterable[str]) -> dict[tzinfo, list[str]]:
    times = books().calendars
    zones: dict[tzinfo, list[str]] = defaultdict(list)
    for site in sites:
        zones[times[site].zone].append(site)
    return dict(zones)


def _tallied(sites: Sequence[str], first: date, until: date) -> dict[tuple[str, date], Kept]:
    rows = MonthTally.objects.filter(site__in=sites, month__gte=first, month__lt=until)
    summed = rows.values("rule", "month").annotate(a=Sum("in_time"), b=Sum("late"), c=Sum("overdue"), d=Sum("waived"))
    return {(one["rule"], one["month"]): Kept(one["a"], one["b"], one["c"], one["d"]) for one in summed.order_by()}


def _counted(sites: list[str], month: date, zone: tzinfo, now: datetime) -> dict[str, Kept]:
    start, end = bounds(month, zone)
    counted = kept_by_rule(sites, start=start, end=min(end, now), now=now)
    return {rule: Kept(one["in_time"], one["late"], one["overdue"], one["waived"]) for rule, one in counted.items()}
