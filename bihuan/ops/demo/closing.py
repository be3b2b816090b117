"""The months of the demo company that are over: the last few were closed on the first working morning after them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bihuan.accounts.access import actor_of, holders
from bihuan.accounts.models import Site, Staff
from bihuan.figures.actions import close
from bihuan.figures.queries import closable
from bihuan.kernel import clock
from bihuan.obligations.tallies import bounds, following

MONTHS = 3
AFTER = timedelta(hours=33)  # past midnight of the first: nine o'clock on the second


def close_months(now: datetime) -> None:
    """Closes them at every site, the oldest first, each by the quality supervisor or manager of its time, if any."""
    for site in Site.objects.all():
        last = closable(site.pk, now)
        for back in range(1 - MONTHS, 1):
            month = following(last, back)
            at = bounds(month, ZoneInfo(site.zone))[1] + AFTER
            if at <= now:
                clock.set_to(at)
                _close(site, at)
    clock.set_to(None)


def _close(site: Site, at: datetime) -> None:
    held = holders(site.pk, "quality_supervisor", at.date()) or holders(site.pk, "site_manager", at.date())
    if held:
        close(site, closable(site.pk, at), by=actor_of(Staff.objects.get(pk=held[0])), at=at)
