"""Who somebody is here: the posts held today, the sites they reach, and what may be done there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext, pgettext

from bihuan.accounts.models import PostCode, Site, Staff, Unit
from bihuan.accounts.permissions import ACTS
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused

_HELD = """
    SELECT post, site_id, unit_id FROM accounts_post
    WHERE staff_id = %s AND since <= %s AND (until IS NULL OR until >= %s)
"""
_HOLDERS = """
    WITH RECURSIVE above (id) AS (
        SELECT unit_id FROM accounts_site WHERE code = %s
        UNION SELECT unit.parent_id FROM accounts_unit AS unit JOIN above USING (id)
    )
    SELECT DISTINCT post.staff_id FROM accounts_post AS post JOIN accounts_staff AS staff ON staff.id = post.staff_id
    WHERE post.post = %s AND post.since <= %s AND (post.until IS NULL OR post.until >= %s) AND staff.is_active
        AND (post.site_id = %s OR post.unit_id IN (SELECT id FROM above))
    ORDER BY post.staff_id
"""
HEAD_OFFICE = "HQ"  # stands for the site where something belongs to none


class NotFound(Refused):
    """There is no such thing, or it is not for this person: outsiders cannot tell which."""

    def __init__(self) -> None:
        what = gettext("there is no such page, or it is not yours to see.")
        super().__init__(what, remedy=gettext("Check the number, or choose another site."), code="not_found")


class NotAllowed(Refused):
    """This person's post does not do that."""

    def __init__(self, act: str) -> None:
        able = [str(post.label) for post in PostCode if post in ACTS[act]]
        remedy = gettext("Ask one of: %(posts)s.") % {"posts": pgettext("between parts of a list", ", ").join(able)}
        super().__init__(gettext("your post may not do this."), remedy=remedy, code="not_allowed")
        self.act = act


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff with the posts held today at each site, and, for a token, the scope it is limited to."""

    staff: Staff
    posts: dict[str, frozenset[str]]  # site → posts
    anywhere: frozenset[str]  # all posts held, wherever
    reads_only: bool = False

    @property
    def subject(self) -> str:
        """How the ledger names the actor."""
        return self.staff.subject

    @property
    def sites(self) -> list[str]:
        """The codes of the sites this person works at."""
        return sorted(self.posts)

    @property
    def home(self) -> str:
        """The site under which the ledger keeps what concerns the person alone."""
        return self.sites[0] if self.sites else HEAD_OFFICE

    def may(self, act: str, site: str) -> bool:
        """Whether one of the posts held at the site may do the act."""
        if self.reads_only and not act.endswith(".view"):
            return False
        return not ACTS[act].isdisjoint(self.posts.get(site, frozenset()))

    def sites_for(self, act: str) -> list[str]:
        """The sites at which the act is allowed."""
        return [site for site in self.sites if self.may(act, site)]

    def may_somewhere(self, act: str) -> bool:
        """Whether the act is allowed anywhere."""
        return bool(self.sites_for(act))

    def must(self, act: str, site: str) -> None:
        """Refuses where the act is not allowed: as not found where the site is not theirs."""
        if site not in self.posts:
            raise NotFound
        if not self.may(act, site):
            raise NotAllowed(act)


def today() -> date:
    """The company's day of the calendar: posts begin and end with it, in whatever zone a site lies."""
    return clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def actor_of(staff: Staff, *, reads_only: bool = False, only: Iterable[str] | None = None) -> Actor:
    """The member of staff as an actor, with the posts of today; `only` keeps to some sites. Two queries at most."""
    day = today()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [staff.pk, day, day])
        rows = cursor.fetchall()
    beneath = sites_beneath() if any(unit for _, _, unit in rows) else {}
    posts: dict[str, set[str]] = {}
    for post, site, unit in rows:
        for code in [site] if site else beneath.get(unit, ()):
            posts.setdefault(code, set()).add(post)
    kept = {site: frozenset(held) for site, held in posts.items() if only is None or site in set(only)}
    return Actor(staff, kept, frozenset(post for post, _, _ in rows), reads_only)


def sites_beneath() -> dict[int, list[str]]:
    """The sites under each unit, at whatever depth."""
    rows = list(Unit.objects.values_list("id", "parent_id", "sites__code"))  # once for each site, or without one
    parents = {unit: parent for unit, parent, _ in rows}
    beneath: dict[int, list[str]] = {}
    for unit, _, code in rows:
        above: int | None = unit if code else None
        while above is not None:
            beneath.setdefault(above, []).append(code)
            above = parents[above]
    return beneath


def holders(site: str, post: str, on: date) -> list[int]:
    """The ids of the active staff who hold a post at the site itself, or at a unit above it, on a day."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [site, post, on, on, site])
        return [staff for (staff,) in cursor.fetchall()]


def units_above(site: str) -> list[int]:
    """The unit of the site and every unit above that, nearest first."""
    unit = Site.objects.filter(code=site).values_list("unit_id", flat=True).first()
    return [] if unit is None else units_from(unit)


def units_from(unit: int) -> list[int]:
    """The unit and every unit above it, nearest first."""
    parents = dict(Unit.objects.values_list("id", "parent_id"))
    chain: list[int] = []
    above: int | None = unit
    while above is not None:
        chain.append(above)
        above = parents[above]
    return chain
