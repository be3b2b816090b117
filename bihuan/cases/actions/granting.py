"""Granting an authority letter (XQ-C7.5a). There is no changing one: the next replaces it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, holders
from bihuan.accounts.models import Site, Staff
from bihuan.cases.authority import day_of
from bihuan.cases.models import AuthorityLetter, Problem
from bihuan.files.actions import Upload, keep
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened, hold
from bihuan.obligations.actions import record

LARGEST = 10_000_000  # yuan; a slip of the hand lies above


@transaction.atomic
def grant(
    site: Site,
    *,
    manager: Staff,
    since: date,
    until: date,
    amount: int,
    by: Actor,
    at: datetime,
    problems: Sequence[str] = (),
    file: Upload | None = None,
) -> AuthorityLetter:
    """Grants a letter to the manager of a site: `amount` in whole yuan, `until` the last day, no problems for all.

    Refused: own_letter, no_manager, bad_span for an end before the beginning, in the past or more than a year away,
    bad_amount, no_problem.
    """
    by.must("authority.grant", site.pk)
    hold({f"site:{site.pk}": site.pk})
    at = at.replace(microsecond=0)
    _check_manager(site, manager, by=by, at=at)
    _check_span(since, until, today=day_of(site.pk, at))
    _check_limits(amount, problems)
    letter = AuthorityLetter.objects.create(
        site=site,
        manager=manager,
        since=since,
        until=until,
        amount=amount,
        problems=sorted(set(problems)),
        approved_by=by.staff,
        granted_at=at,
        file=keep(file, site=site.pk, by=by.staff) if file is not None else None,
    )
    told: dict[str, Any] = {"letter": letter.pk, "manager": manager.pk, "amount": amount}
    told |= {"since": since.isoformat(), "until": until.isoformat()}
    record(Happened("site.authority_granted", f"site:{site.pk}", site.pk, at, by.subject, told))
    return letter


def a_year_after(day: date) -> date:
    """The same day of the next year; after 29 February, the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _check_manager(site: Site, manager: Staff, *, by: Actor, at: datetime) -> None:
    if manager.pk == by.staff.pk:
        remedy = _("Somebody else of the branch or of head office grants it.")
        raise Refused(_("nobody grants a letter to themselves."), where="manager", remedy=remedy, code="own_letter")
    if manager.pk not in holders(site.pk, "site_manager", day_of(site.pk, at)):
        remedy = _("Choose the site manager, or give the post first.")
        raise Refused(_("this person does not manage this site."), where="manager", remedy=remedy, code="no_manager")


def _check_span(since: date, until: date, *, today: date) -> None:
    if not since <= until:
        what, remedy = _("the letter ends before it begins."), _("Give a later last day.")
    elif until > a_year_after(since):
        what, remedy = _("an authority letter lasts a year at most."), _("Give an earlier last day, and renew it then.")
    elif until < today:
        what, remedy = _("this letter would have ended already."), _("Give a later last day.")
    else:
        return
    raise Refused(what, where="until", remedy=remedy, code="bad_span")


def _check_limits(amount: int, problems: Sequence[str]) -> None:
    if not 0 <= amount <= LARGEST:
        remedy = _("Write whole yuan, up to %(most)s.") % {"most": LARGEST}
        raise Refused(_("this is no amount for a letter."), where="amount", remedy=remedy, code="bad_amount")
    if Problem.objects.filter(pk__in=problems).count() != len(set(problems)):
        remedy = _("Choose from the classification table.")
        raise Refused(_("there is no such problem code."), where="problems", remedy=remedy, code="no_problem")
