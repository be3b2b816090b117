"""Writing: branches, sites with their hours, and the company's days off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.accounts.actions.leave import EDIT, must_at, must_everywhere
from bihuan.accounts.calendars import revise
from bihuan.accounts.models import Holiday, Site, Unit
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import hold
from bihuan.worktime import Calendar

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
Weekly = Mapping[str, Sequence[tuple[str, str]]]  # {"mon": [("09:00", "12:00"), …]}; empty: the usual office hours


def add_unit(name: str, *, parent: int, by: Actor) -> Unit:
    """Adds a branch under the company or another branch."""
    must_at(by, site=None, unit=parent)
    try:
        with transaction.atomic():
            return Unit.objects.create(name=name.strip(), parent_id=parent)
    except IntegrityError:
        raise Refused(_("there is a unit of this name."), where=name, code="name_taken") from None


def add_site(
    code: str, *, name: str, unit: int, by: Actor, zone: str = "Asia/Shanghai", weekly: Weekly | None = None
) -> Site:
    """Adds a site under a unit. Its code stands in every number of its cases and never changes."""
    must_at(by, site=None, unit=unit)
    if not _CODE.fullmatch(code):
        remedy = _("Use 2 to 12 capital letters and digits, a letter first, such as CH.")
        raise Refused(_("this cannot be the code of a site."), where=code, remedy=remedy, code="bad_site")
    _check(zone, weekly or {})
    try:
        with transaction.atomic():
            site = Site.objects.create(
                code=code, name=name.strip(), unit_id=unit, zone=zone, weekly=_plain(weekly or {})
            )
            revise()
    except IntegrityError:
        raise Refused(_("there is a site of this code."), where=code, code="code_taken") from None
    return site


def edit_site_hours(site: str, *, weekly: Weekly, by: Actor) -> None:
    """Changes when a site works. Every process reads the new hours; open promises in working time follow them."""
    by.must(EDIT, site)
    with transaction.atomic():
        hold({f"site:{site}": site})
        row = Site.objects.get(pk=site)
        _check(row.zone, weekly)
        row.weekly = _plain(weekly)
        row.save(update_fields=["weekly"])
        revise()


def _check(zone: str, weekly: Weekly) -> None:
    try:
        Calendar(zone, _plain(weekly) or {"mon": [("09:00", "18:00")]})
    except ValueError as error:
        what, remedy = _("these cannot be working hours."), _("Write them like 09:00-12:00 13:30-18:00.")
        raise Refused(what, where="weekly", remedy=remedy, code="bad_hours") from error


def _plain(weekly: Weekly) -> dict[str, list[tuple[str, str]]]:
    return {day: [(start, end) for start, end in spans] for day, spans in weekly.items()}


def set_holiday(day: date, *, worked: bool, by: Actor) -> None:
    """Makes a day off for the whole company, or, with `worked`, a working one (调休)."""
    must_everywhere(by)
    with transaction.atomic():
        Holiday.objects.update_or_create(day=day, defaults={"worked": worked})
        revise()


def clear_holiday(day: date, *, by: Actor) -> None:
    """Makes a day one like its weekday again."""
    must_everywhere(by)
    with transaction.atomic():
        if Holiday.objects.filter(day=day).delete()[0]:
            revise()
