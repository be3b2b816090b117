"""The company as pages show it: units with their sites and hours, days off, people with their posts, the roster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, NotAllowed, NotFound, today, units_above
from bihuan.accounts.actions.leave import must_everywhere, must_manage
from bihuan.accounts.models import ConfirmedYear, Holiday, Post, Shift, Site, Staff, Unit
from bihuan.console import words
from bihuan.rulebook.sitetime import WEEKLY

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VIEW, EDIT = "staff.view", "staff.edit"
WEEK = len(DAYS)

Weekly = Mapping[str, Sequence[Sequence[str]]]


@dataclass(slots=True)
class Branch:
    """A unit of the tree, with its sites and the units beneath it."""

    unit: Unit
    sites: list[dict[str, Any]] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)


def tree(actor: Actor) -> list[Branch]:
    """The units that hold sites of this person, from the company down; three queries."""
    sites = list(Site.objects.filter(code__in=actor.sites_for(VIEW)).order_by("code"))
    current = Post.objects.filter(_current(today()), site__in=sites).order_by()
    counted = dict(current.values_list("site").annotate(Count("staff", distinct=True)))
    branches = {unit.pk: Branch(unit) for unit in Unit.objects.order_by("name")}
    for one in sites:
        about = {"code": one.code, "name": one.name, "hours": hours(one.weekly), "people": counted.get(one.code, 0)}
        branches[one.unit_id].sites.append(about)
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id or 0)
        (above.branches if above else roots).append(branch)
    return [root for root in roots if _pruned(root)]


def hours(weekly: Weekly) -> list[str]:
    """When a site works, days that are alike together: Monday to Friday 09:00–12:00, 13:30–18:00."""
    known = weekly or WEEKLY
    told = []
    for first, last in _runs([tuple(tuple(span) for span in known.get(day, ())) for day in DAYS]):
        spans = known.get(DAYS[first], ())
        if spans:
            days = str(WEEKDAYS[first])
            if last > first:
                days = _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}
            told.append(f"{days} {words.listed('–'.join(span) for span in spans)}")
    return told


def holidays(year: int) -> dict[str, Any]:
    """The days off and the worked weekend days of a year, and whether its holidays are published."""
    rows = Holiday.objects.filter(day__year=year).order_by("day")
    days = [{"day": one.day, "worked": one.worked, "weekday": WEEKDAYS[one.day.weekday()]} for one in rows]
    confirmed = ConfirmedYear.objects.filter(year=year).exists()
    return {"year": year, "days": days, "confirmed": confirmed, "before": year - 1, "after": year + 1}


def may_everywhere(actor: Actor) -> bool:
    """Whether this person administrates the whole company."""
    return _allows(lambda: must_everywhere(actor))


def may_manage(actor: Actor, person: Staff) -> bool:
    """Whether this person may change who that one is and what they do."""
    return _allows(lambda: must_manage(actor, person))


def visible_person(actor: Actor, pk: int) -> Staff:
    """Somebody who has or had a post where this person may see staff; who never had one, for administrators alone."""
    person = Staff.objects.filter(pk=pk).first()
    if person is None or not _seen(actor, person):
        raise NotFound
    return person


def without_post() -> list[Staff]:
    """The active people who hold no post today or later: those just added, and those to be deactivated."""
    held = Post.objects.filter(Q(until=None) | Q(until__gte=today()))
    rows = Staff.objects.filter(is_active=True).exclude(pk__in=held.values("staff"))
    return list(rows.order_by("name", "username")[:100])


def week_of(place: Site, monday: date, *, now: datetime) -> list[dict[str, Any]]:
    """The roster of a week, day by day, by the site's own clocks; one query."""
    zone = ZoneInfo(place.zone)
    edges = [datetime.combine(monday + timedelta(days=number), time.min, zone) for number in range(WEEK + 1)]
    rows = Shift.objects.filter(site=place, starts_at__lt=edges[-1], ends_at__gt=edges[0]).select_related("staff")
    turns = [_turn(one, zone, now) for one in rows.order_by("starts_at", "post", "staff__name")]
    return [
        {"day": start.date(), "weekday": WEEKDAYS[number], "turns": _on(turns, start, end), "today": start <= now < end}
        for number, (start, end) in enumerate(pairwise(edges))
    ]


def _turn(one: Shift, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    begin, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    return {
        "pk": one.pk,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "hours": f"{begin:%H:%M}–{end:%H:%M}",
        "name": one.staff.name,
        "person": one.staff_id,
        "post": one.get_post_display(),
        "ahead": one.starts_at > now,
    }


def _on(turns: Iterable[dict[str, Any]], start: datetime, end: datetime) -> list[dict[str, Any]]:
    return [one for one in turns if one["starts_at"] < end and one["ends_at"] > start]


def _seen(actor: Actor, person: Staff) -> bool:
    sites = actor.sites_for(VIEW)
    held = list(Post.objects.filter(staff=person).values_list("site_id", "unit_id"))
    if not held:
        return actor.may_somewhere(EDIT)
    if any(site in sites for site, _unit in held if site):
        return True
    units = {unit for _site, unit in held if unit}
    return any(units & set(units_above(site)) for site in sites) if units else False


def _current(day: date) -> Q:
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))


def _pruned(branch: Branch) -> bool:
    branch.branches = [one for one in branch.branches if _pruned(one)]
    return bool(branch.sites or branch.branches)


def _runs(days: Sequence[object]) -> list[tuple[int, int]]:
    """First and last of the days that follow each other alike."""
    found: dict[int, int] = defaultdict(int)
    first = 0
    for number, day in enumerate(days):
        if day != days[first]:
            first = number
        found[first] = number
    return list(found.items())


def _allows(asked: Any) -> bool:
    try:
        asked()
    except (NotAllowed, NotFound):
        return False
    return True
