"""Reading: who works where, and who is on duty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from bihuan.accounts.access import today
from bihuan.accounts.models import Post, Shift, Site, Staff, Unit


def staff_of_sites(sites: Iterable[str]) -> QuerySet[Staff]:
    """The active staff who hold a post today at one of the sites or at a unit above; `.held` lists those posts."""
    wanted, day = set(sites), today()
    held = Post.objects.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))
    theirs = held.filter(Q(site__in=wanted) | Q(unit__in=_units_above_any(wanted)))
    posts = Prefetch("posts", theirs.select_related("site", "unit").order_by("post"), to_attr="held")
    staff = Staff.objects.filter(is_active=True, pk__in=theirs.values("staff"))
    return staff.order_by("name", "username").prefetch_related(posts)


def _units_above_any(sites: set[str]) -> set[int]:
    rows = list(Unit.objects.values_list("id", "parent_id", "sites__code"))
    parents = {unit: parent for unit, parent, _ in rows}
    found: set[int] = set()
    for unit, _, code in rows:
        above: int | None = unit if code in sites else None
        while above is not None:
            found.add(above)
            above = parents[above]
    return found


def roster(site: str, day: date) -> QuerySet[Shift]:
    """The shifts that touch a day at a site, as its own clocks show the day, in order."""
    start, end = (datetime.combine(one, time.min, ZoneInfo(zone_of(site))) for one in (day, day + timedelta(days=1)))
    shifts = Shift.objects.filter(site=site, starts_at__lt=end, ends_at__gt=start)
    return shifts.select_related("staff").order_by("starts_at", "post", "staff__name")


def on_duty(site: str, post: str, at: datetime) -> QuerySet[Staff]:
    """Who of that post is on the roster at a site at an instant; a shift's last instant belongs to the next."""
    turns = Shift.objects.filter(site=site, post=post, starts_at__lte=at, ends_at__gt=at)
    return Staff.objects.filter(is_active=True, pk__in=turns.values("staff")).order_by("name", "username")


def zone_of(site: str) -> str:
    """The name of a site's time zone; the company's where there is no such site."""
    return Site.objects.filter(code=site).values_list("zone", flat=True).first() or settings.TIME_ZONE
