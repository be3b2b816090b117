"""Writing: who is on duty when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, actor_of, holders
from bihuan.accounts.actions.leave import EDIT
from bihuan.accounts.models import Shift, Staff
from bihuan.accounts.queries import zone_of
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import hold


def add_shift(staff: Staff, *, site: str, post: str, starts_at: datetime, ends_at: datetime, by: Actor) -> Shift:
    """Puts somebody on the roster of a site, in a post they hold there, from one instant to another."""
    by.must(EDIT, site)
    if starts_at >= ends_at:
        raise Refused(_("the shift ends before it begins."), where="ends_at", code="bad_shift")
    with transaction.atomic():
        hold({staff.subject: actor_of(staff).home})
        if staff.pk not in holders(site, post, starts_at.astimezone(ZoneInfo(zone_of(site))).date()):
            remedy = _("Give them the post first.")
            raise Refused(_("this person does not hold that post on that day."), remedy=remedy, code="post_not_held")
        if Shift.objects.filter(staff=staff, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise Refused(_("this person is on another shift then."), where=staff.username, code="on_another_shift")
        return Shift.objects.create(staff=staff, site_id=site, post=post, starts_at=starts_at, ends_at=ends_at)


def remove_shift(shift: Shift, *, by: Actor) -> None:
    """Takes a shift off the roster before it begins; what has begun stays, as the record of who was on duty."""
    by.must(EDIT, shift.site_id)
    with transaction.atomic():
        hold({shift.staff.subject: actor_of(shift.staff).home})
        if not Shift.objects.filter(pk=shift.pk, starts_at__gt=clock.now()).delete()[0]:
            raise Refused(_("this shift has begun or is gone."), where=str(shift.pk), code="shift_begun")
