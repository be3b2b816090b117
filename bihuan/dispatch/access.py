"""The only way to a work order: for those who may see it at its site, and for the technician whose job it is."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from bihuan.accounts.access import Actor, NotFound
from bihuan.accounts.permissions import DESK
from bihuan.dispatch.models import WorkOrder


def visible_orders(actor: Actor) -> QuerySet[WorkOrder]:
    """All work orders this person may see."""
    desk = [site for site in actor.sites if not DESK.isdisjoint(actor.posts[site])]
    own = Q(technician=actor.staff, site__in=actor.sites_for("work_order.view"))
    rows = WorkOrder.objects.filter(Q(site__in=desk) | own)
    return rows.select_related("site", "case", "case__home", "case__party", "technician")


def visible_order(actor: Actor, key: str | UUID) -> WorkOrder:
    """The work order of that id or number."""
    try:
        order = visible_orders(actor).filter(pk=UUID(str(key))).first()
    except ValueError:
        order = visible_orders(actor).filter(number=str(key).upper()).first()
    if order is None:
        raise NotFound
    return order
