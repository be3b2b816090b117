"""Writing: who does what where."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bihuan.accounts.access import HEAD_OFFICE, Actor, actor_of, today
from bihuan.accounts.actions.leave import EDIT, must_at
from bihuan.accounts.models import Post, PostCode, Staff, Trade
from bihuan.accounts.permissions import ACTS
from bihuan.accounts.recording import record
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened, hold


def assign_post(
    staff: Staff,
    *,
    post: str,
    by: Actor,
    site: str | None = None,
    unit: int | None = None,
    trade: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Post:
    """Gives somebody a post at a site, or at a unit and all sites beneath, from a day (today) to the end of another."""
    must_at(by, site=site, unit=unit)
    row = Post(staff=staff, post=post, site_id=site, unit_id=unit, trade=trade, since=since or today(), until=until)
    _check(row)
    with transaction.atomic():
        hold({staff.subject: actor_of(staff).home})
        staff.refresh_from_db()
        _check_free(row)
        row.save()
        record(changed("assigned", row, by))
    return row


def _check(row: Post) -> None:
    if row.post not in PostCode.values or row.trade not in ("", *Trade.values):
        raise Refused(_("there is no such post or trade."), where=f"{row.post} {row.trade}".strip(), code="bad_post")
    if (row.site_id is None) == (row.unit_id is None):
        raise Refused(_("a post is held at a site or at a unit: name one of them."), where="site", code="bad_post")
    if row.until is not None and row.until < row.since:
        raise Refused(_("the last day lies before the first."), where="until", code="bad_days")


def _check_free(row: Post) -> None:
    if not row.staff.is_active:
        raise Refused(_("this person is no longer active."), where=row.staff.username, code="inactive")
    same = Post.objects.filter(staff=row.staff, post=row.post, site=row.site_id, unit=row.unit_id, trade=row.trade)
    same = same.filter(Q(until=None) | Q(until__gte=row.since))
    if row.until is not None:
        same = same.filter(since__lte=row.until)
    if same.exists():
        raise Refused(_("this person holds that post already."), where=row.staff.username, code="held_already")


def end_post(row: Post, *, by: Actor, on: date | None = None) -> None:
    """Ends a post with a day, its last (today). A day before its first takes it back altogether."""
    with transaction.atomic():
        hold({row.staff.subject: actor_of(row.staff).home})
        row.refresh_from_db()
        must_at(by, site=row.site_id, unit=row.unit_id)
        if row.staff_id == by.staff.pk and row.post in ACTS[EDIT]:
            remedy = _("Ask another administrator.")
            raise Refused(_("nobody takes this post from themselves."), remedy=remedy, code="oneself")
        last = on or today()
        if row.until is not None and row.until <= last:
            raise Refused(_("this post has an earlier end already."), where=str(row.until), code="ended_already")
        _end(row, by=by, last=last)


def end_all_posts(staff: Staff, *, by: Actor, on: date) -> None:
    """Ends whatever somebody holds, or will hold, with a day. The caller holds the person and may do so."""
    for row in Post.objects.filter(staff=staff).filter(Q(until=None) | Q(until__gt=on)).order_by("pk"):
        _end(row, by=by, last=on)


def _end(row: Post, *, by: Actor, last: date) -> None:
    row.until = last
    if last < row.since:
        row.delete()
    else:
        row.save(update_fields=["until"])
    record(changed("ended", row, by))


def changed(change: str, row: Post, by: Actor) -> Happened:
    """What the ledger keeps of a post that was assigned or ended."""
    days = {"since": row.since.isoformat()} | ({"until": row.until.isoformat()} if row.until else {})
    facts: dict[str, Any] = {"change": change, "post": row.post} | days
    facts |= ({"unit": row.unit_id} if row.unit_id else {}) | ({"trade": row.trade} if row.trade else {})
    return Happened("staff.post_changed", row.staff.subject, row.site_id or HEAD_OFFICE, clock.now(), by.subject, facts)
