"""The figures of a month at some sites, frozen where it is closed and counted where it is not, and the year before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings

from bihuan.figures.counting import Counted, Tally, frozen, live, occupied_homes
from bihuan.figures.formulas import Figure, figures
from bihuan.figures.models import MonthClose
from bihuan.figures.units import spans
from bihuan.obligations.books import books
from bihuan.obligations.tallies import following, month_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """What was counted in a month at some sites."""

    month: date
    tally: Tally
    figures: list[Figure]
    closes: Sequence[MonthClose]  # of those sites that have closed it
    closed: bool  # whether all have

    def figure(self, code: str) -> Figure:
        """One of the six rates."""
        return next(one for one in self.figures if one.code == code)


@dataclass(frozen=True, slots=True)
class Report:
    """A month, broken down, and the eleven before it."""

    sites: Sequence[str]
    now: datetime
    months: list[Month]  # oldest first; of the last one everything is broken down

    @property
    def month(self) -> Month:
        """The month that is shown."""
        return self.months[-1]

    @property
    def before(self) -> Month:
        """The month before that one."""
        return self.months[-2]


def present(sites: Iterable[str], now: datetime) -> date:
    """The latest month that has begun at one of these sites."""
    calendars = books().calendars
    return max(month_of(now, calendars[site].zone) for site in sites)


def report(sites: Sequence[str], month: date, now: datetime) -> Report:
    """The figures of a month at these sites. Six queries at most, however many months were closed."""
    months = [following(month, back) for back in range(1 - MONTHS, 1)]
    closes = MonthClose.objects.filter(site__in=sites, month__in=months).select_related("closed_by").order_by("site")
    known = {(one.site_id, one.month): one for one in closes}
    homes = occupied_homes(sites)
    counted = _counted(sites, months[:-1], known, now) + _counted(sites, [month], known, now, broken_down=True)
    by_month: dict[date, list[Counted]] = defaultdict(list)
    for one in counted:
        by_month[one.month].append(one)
    return Report(sites, now, [_month(one, sites, by_month[one], known, homes) for one in months])


def recounted(shown: Month, sites: Sequence[str], now: datetime) -> list[tuple[Figure, Figure]]:
    """Of a month that is closed, each rate that would be another one now, with what it would be; one query.

    Occupied homes and the weight stay as they were: those are no corrections.
    """
    known = {(one.site_id, one.month): one for one in shown.closes}
    rows = live(spans([site for site, _ in known], [shown.month]), now, stock=False)
    closed = [site for site in sites if (site, shown.month) in known]
    again = _month(shown.month, closed, rows, known, {}, stored=False)
    pairs = zip(shown.figures, again.figures, strict=True)
    return [(was, is_) for was, is_ in pairs if (was.numerator, was.denominator) != (is_.numerator, is_.denominator)]


def _counted(
    sites: Sequence[str],
    months: Sequence[date],
    known: Mapping[tuple[str, date], MonthClose],
    now: datetime,
    *,
    broken_down: bool = False,
) -> list[Counted]:
    closed = [one.pk for (_, month), one in known.items() if month in months]
    still = [one for one in spans(sites, months) if (one.site, one.month) not in known and one.begins <= now]
    rows = frozen(closed, broken_down=broken_down) if closed else []
    return rows + live(still, now, broken_down=broken_down, stock=broken_down)


def _month(
    month: date,
    sites: Sequence[str],
    rows: Iterable[Counted],
    known: Mapping[tuple[str, date], MonthClose],
    homes: Mapping[str, int],
    *,
    stored: bool = True,
) -> Month:
    closes = {site: known[site, month] for site in sites if (site, month) in known}
    weights = {site: closes[site].weight if site in closes else current_weight() for site in sites}
    tally = Tally()
    for one in rows:
        tally.add(one, weight=weights[one.site])
    lived_in = sum(closes[site].homes if site in closes else homes.get(site, 0) for site in sites)
    made = figures(tally, homes=lived_in, weights=weights.values())
    if stored and len(sites) == len(closes) == 1:
        made = [_as_closed(one, closes[sites[0]]) for one in made]
    return Month(month, tally, made, list(closes.values()), closed=len(closes) == len(sites))


def _as_closed(one: Figure, close: MonthClose) -> Figure:
    """The figure as it was reported: what is frozen is its value too, whatever a later release makes of the counts."""
    numerator, denominator, value = close.figures[one.code]
    told = None if value is None else Decimal(value)
    return replace(one, numerator=Decimal(numerator), denominator=denominator, value=told)


def current_weight() -> Decimal:
    """What "basically satisfied" counts now."""
    weight: Decimal = settings.BIHUAN_SATISFACTION_WEIGHT
    return weight
