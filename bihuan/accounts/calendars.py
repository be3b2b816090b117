"""The working time of sites, from their hours and the company's table of holidays."""

from __future__ import annotations

from django.db import models, transaction

from bihuan.accounts.models import ConfirmedYear, Holiday, Revision, Site
from bihuan.rulebook.sitetime import HOURS, WEEKLY, SiteTime, SiteTimes
from bihuan.worktime import Calendar, chinese_holidays


def site_times() -> SiteTimes:
    """The time of every site, as the tables say now."""
    days = list(Holiday.objects.values_list("day", "worked"))
    covered = list(ConfirmedYear.objects.values_list("year", flat=True))
    off = frozenset(day for day, worked in days if not worked)
    worked = {day: HOURS for day, worked in days if worked}

    def time_of(zone: str, weekly: dict[str, list[tuple[str, str]]]) -> SiteTime:
        return SiteTime(zone, lambda: Calendar(zone, weekly or WEEKLY, off, worked, covered=covered))

    return SiteTimes({site.code: time_of(site.zone, site.weekly) for site in Site.objects.all()})


def revision() -> int:
    """The number that grows whenever calendars or rules change."""
    return Revision.objects.values_list("number", flat=True).first() or 0


def revise() -> None:
    """Tells every process to read calendars and rules again."""
    Revision.objects.get_or_create(id=1)
    Revision.objects.update(number=models.F("number") + 1)


def seed_holidays(years: range) -> None:
    """Fills the table with the published holidays of those years, where it has none yet."""
    known = set(ConfirmedYear.objects.values_list("year", flat=True))
    found = chinese_holidays([year for year in years if year not in known])
    with transaction.atomic():
        rows = [Holiday(day=day, worked=False) for day in found.holidays]
        rows += [Holiday(day=day, worked=True) for day in found.overrides]
        Holiday.objects.bulk_create(rows, ignore_conflicts=True)
        ConfirmedYear.objects.bulk_create([ConfirmedYear(year=year) for year in found.covered], ignore_conflicts=True)
        revise()
