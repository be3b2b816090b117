"""Buildings and homes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.customers import places
from bihuan.customers.errors import require
from bihuan.customers.models import Building, Home, HomeKind, HomeStatus
from bihuan.kernel.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHome:
    """A home as it is entered. Areas in square metres, rent in yuan a month."""

    room: str
    unit: str = ""
    kind: str = HomeKind.RESIDENCE
    status: str = HomeStatus.OCCUPIED
    floor: int | None = None
    layout: str = ""
    area: Decimal | None = None
    inner_area: Decimal | None = None
    rent: Decimal | None = None


def add_building(site: str, name: str, *, by: Actor, at: datetime) -> Building:
    """A new building of a site. Refused (building_exists) where it stands already, however written: 7, 7栋, 07幢."""
    by.must("customer.edit", site)
    shown = places.building_name(name)
    if not places.key(shown):
        raise Refused(_("a building needs a name."), where="name", remedy=_("Write it like 7栋."), code="name_missing")
    known = Building.objects.filter(site=site).values_list("name", flat=True)
    if places.key(shown) in {places.key(one) for one in known}:
        raise _exists("building", shown)
    try:
        with transaction.atomic():
            return Building.objects.create(site_id=site, name=shown, sort=places.sort_key(shown))
    except IntegrityError:
        raise _exists("building", shown) from None


def add_home(building: Building, new: NewHome, *, by: Actor, at: datetime) -> Home:
    """A new home of a building. Refused (home_exists) where it stands already, however written."""
    by.must("customer.edit", building.site_id)
    require(new.kind, known=HomeKind.values, what="kind")
    require(new.status, known=HomeStatus.values, what="status")
    home = blank_home(building, unit=new.unit, room=new.room)
    if not places.key(home.room):
        raise Refused(_("a home needs a room."), where="room", remedy=_("Write it like 1101."), code="room_missing")
    for name in ("kind", "status", "floor", "layout", "area", "inner_area", "rent"):
        setattr(home, name, getattr(new, name))
    alike = Home.objects.filter(building=building, terms__contains=home.terms[:1])
    if places.key(home.unit, home.room) in {places.key(one.unit, one.room) for one in alike}:
        raise _exists("home", home.label)
    try:
        with transaction.atomic():
            home.save(force_insert=True)
    except IntegrityError:
        raise _exists("home", home.label) from None
    return home


def blank_home(building: Building, *, unit: str, room: str) -> Home:
    """A home with what it is called, sorted and found by, not yet written."""
    unit, room = places.unit_name(unit), places.room_name(room)
    label = places.label(building.name, unit, room)
    return Home(
        site_id=building.site_id,
        building=building,
        unit=unit,
        room=room,
        label=label,
        sort=places.sort_key(label),
        terms=places.terms(building.name, unit, room),
    )


def _exists(what: str, label: str) -> Refused:
    told = _("%(label)s is there already.") % {"label": label}
    return Refused(told, where=what, remedy=_("Use that one."), code=f"{what}_exists")
