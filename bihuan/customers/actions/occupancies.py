"""Who lives or trades where: linking a party to a home, moving in, moving out."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, NotFound
from bihuan.accounts.models import Site
from bihuan.customers.actions.holding import held
from bihuan.customers.actions.parties import class_facts
from bihuan.customers.errors import require
from bihuan.customers.models import Home, Occupancy, Party, Role
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened
from bihuan.obligations.actions import record

# Whoever comes with these (family, agents) is not visited apart.
MOVED_IN = {Role.OWNER.value: "party.moved_in", Role.TENANT.value: "party.tenant_moved_in"}
LIVING = frozenset({Role.OWNER, Role.TENANT, Role.FAMILY, Role.TEMPORARY})


def occupy(party: Party, home: Home, *, role: str, since: date | None = None, by: Actor, at: datetime) -> Occupancy:
    """Links a party to a home where it has long been: no promise opens. `since` is unknown for many."""
    require(role, known=Role.values, what="role")
    with held(party, act="customer.edit", by=by) as fresh:
        if _current(fresh, home, role) is not None:
            raise _there_already(home)
        return Occupancy.objects.create(home=home, party=fresh, role=role, since=since)


def move_in(party: Party, home: Home, *, role: str, by: Actor, at: datetime) -> Occupancy:
    """The party moves in at `at`. Records party.moved_in for an owner, party.tenant_moved_in for a tenant.

    An owner who was linked to the home before, without a day, moves in on that link.
    """
    require(role, known=Role.values, what="role")
    with held(party, act="customer.edit", by=by) as fresh:
        row = _current(fresh, home, role) or Occupancy(home=home, party=fresh, role=role)
        if row.since is not None:
            raise _there_already(home)
        row.since = local_day(at, fresh.site)
        row.save()
        if role in MOVED_IN:
            record(moved_in(fresh, row, by=by.subject, at=at))
        return row


def move_out(occupancy: Occupancy, *, by: Actor, at: datetime) -> Occupancy:
    """The party leaves the home at `at`. Records party.moved_out when no home is left to it: then its visits end."""
    with held(occupancy.party, act="customer.edit", by=by) as fresh:
        row = Occupancy.objects.select_related("home").get(pk=occupancy.pk)
        day = local_day(at, fresh.site)
        if row.until is not None:
            raise Refused(_("the customer has left this home already."), where="home", code="left_already")
        if row.since is not None and day < row.since:
            what = _("the customer moved in on %(day)s only.") % {"day": row.since}
            raise Refused(what, where="at", remedy=_("Give a later day."), code="before_moving_in")
        row.until = day
        row.save(update_fields=["until"])
        left = fresh.occupancies.filter(until=None, role__in=LIVING).exists()
        if row.role in LIVING and not left:
            facts = {"home": row.home_id, "role": row.role}
            record(Happened("party.moved_out", fresh.subject, fresh.site_id, at, by.subject, facts))
        return row


def moved_in(party: Party, row: Occupancy, *, by: str, at: datetime) -> Happened:
    """The event of an owner or a tenant moving in."""
    facts = {**class_facts(party), "home": row.home_id, "role": row.role}
    return Happened(MOVED_IN[row.role], party.subject, party.site_id, at, by, facts)


def local_day(at: datetime, site: Site) -> date:
    """The day it is at the site."""
    return at.astimezone(ZoneInfo(site.zone)).date()


def _current(party: Party, home: Home, role: str) -> Occupancy | None:
    if home.site_id != party.site_id:
        raise NotFound
    return Occupancy.objects.filter(party=party, home=home, role=role, until=None).first()


def _there_already(home: Home) -> Refused:
    what = _("the customer is at %(home)s already, in this role.") % {"home": home.label}
    return Refused(what, where="home", remedy=_("Choose another home or role."), code="there_already")
