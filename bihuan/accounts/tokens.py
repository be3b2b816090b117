"""Tokens with which programs act as a member of staff. A token is shown once; only its digest is kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.models import ApiToken, Staff
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import hold
from bihuan.ledger.rows import one

PREFIX = "bh_"
MOST_DAYS = 366
_USED_EVERY = timedelta(minutes=1)  # so exactly is the last use known: reading writes no more often


def issue(staff: Staff, *, days: int, sites: Sequence[str] | None = None, reads_only: bool = False) -> str:
    """A new token that acts as this person for so many days, at all of their sites or some. It is never shown again."""
    if not 1 <= days <= MOST_DAYS:
        what = _("a token lives from 1 to %(most)d days.") % {"most": MOST_DAYS}
        raise Refused(what, where="days", code="bad_days")
    token = PREFIX + secrets.token_urlsafe(32)
    actor = actor_of(staff)
    with transaction.atomic():
        hold({staff.subject: actor.home})
        staff.refresh_from_db()
        _check(staff, actor, sites)
        ApiToken.objects.create(
            staff=staff,
            digest=_digest(token),
            sites=None if sites is None else sorted(set(sites)),
            reads_only=reads_only,
            issued_at=clock.now(),
            ends_at=clock.now() + timedelta(days=days),
        )
    return token


def _check(staff: Staff, actor: Actor, sites: Sequence[str] | None) -> None:
    if not staff.is_active:
        raise Refused(_("this person is no longer active."), where=staff.username, code="inactive")
    if sites is None:
        return
    foreign = sorted(set(sites) - set(actor.sites))
    if foreign or not sites:
        what, remedy = _("this person does not work there."), _("They work at no site.")
        if actor.sites:
            remedy = _("Their sites are: %(sites)s.") % {"sites": ", ".join(actor.sites)}
        raise Refused(what, where=", ".join(foreign), remedy=remedy, code="foreign_site")


def revoke(staff: Staff) -> int:
    """Ends all tokens of this person at once; gives how many there were."""
    alive = ApiToken.objects.filter(staff=staff, revoked_at=None, ends_at__gt=clock.now())
    return alive.update(revoked_at=clock.now())


def actor_for(token: str) -> Actor | None:
    """Whom a token stands for, within its limits; None where it is none, has ended, or was revoked."""
    if not token.startswith(PREFIX):
        return None
    now = clock.now()
    found = one(ApiToken, "staff", digest=_digest(token))
    if found is None or found.revoked_at is not None or found.ends_at <= now or not found.staff.is_active:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _USED_EVERY)
    if found.last_used_at is None or found.last_used_at <= now - _USED_EVERY:
        ApiToken.objects.filter(stale, pk=found.pk).update(last_used_at=now)
    return actor_of(found.staff, reads_only=found.reads_only, only=found.sites)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
