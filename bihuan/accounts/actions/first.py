"""Writing: the administrator whom nobody else could appoint."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import HEAD_OFFICE, actor_of, today
from bihuan.accounts.actions.people import check_person
from bihuan.accounts.actions.posts import changed
from bihuan.accounts.models import Post, PostCode, Staff, Unit
from bihuan.accounts.recording import record
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import hold


@transaction.atomic
def appoint_admin(username: str, *, password: str, name: str = "", company: str = "") -> Staff:
    """Makes somebody administrator of the whole company, or gives who is a new password, and signs them out everywhere.

    Asks nobody's leave: for whoever runs the machine alone. Where there is no company yet, it is made by that name.
    """
    staff = Staff.objects.filter(username__iexact=username).first()
    if staff is None:
        staff = Staff(username=username, name=(name or username).strip())
        check_person(staff, password)
    elif not staff.is_active:
        raise Refused(_("this person is no longer active."), where=staff.username, code="inactive")
    staff.set_password(password)
    staff.save()
    hold({staff.subject: HEAD_OFFICE})
    for unit in _tops(company):
        _appoint(staff, unit)
    return staff


def _tops(company: str) -> list[Unit]:
    """What all other units stand beneath."""
    return list(Unit.objects.filter(parent=None)) or [Unit.objects.create(name=company.strip() or _("The company"))]


def _appoint(staff: Staff, unit: Unit) -> None:
    held = Post.objects.filter(staff=staff, post=PostCode.ADMIN, unit=unit, since__lte=today(), until=None)
    if not held.exists():
        row = Post.objects.create(staff=staff, post=PostCode.ADMIN, unit=unit, since=today())
        record(changed("assigned", row, actor_of(staff)))
