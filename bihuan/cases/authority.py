"""XQ-C7.5: which authority letter is in force, and whether a promise keeps within it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bihuan.accounts.queries import zone_of
from bihuan.cases.models import AuthorityLetter, Case
from bihuan.kernel.errors import Refused

ENDS_SOON = timedelta(days=30)  # within which a page says that the next letter is needed


def day_of(site: str, at: datetime) -> date:
    """The day of the calendar at a site."""
    return at.astimezone(ZoneInfo(zone_of(site))).date()


def in_force(site: str, manager: int, at: datetime) -> AuthorityLetter | None:
    """The letter of a manager that is in force at an instant: the one granted last of those that have begun.

    It replaces those before it for good, also where it ends sooner than they.
    """
    day = day_of(site, at)
    known = AuthorityLetter.objects.filter(site=site, manager=manager, since__lte=day, granted_at__lte=at)
    letter = known.order_by("-id").first()
    return letter if letter is not None and day <= letter.until else None


def check_promise(case: Case, manager: int, *, amount: int, at: datetime) -> AuthorityLetter:
    """The letter that covers a promise of `amount` whole yuan about a case.

    Refused, saying what the limit is: bad_amount, no_authority without a letter in force, beyond_authority.
    """
    if amount < 0:
        what, remedy = (
            _("a promise costs nothing or more."),
            _("Write the amount in whole yuan; 0 if it costs nothing."),
        )
        raise Refused(what, where="amount", remedy=remedy, code="bad_amount")
    letter = in_force(case.site_id, manager, at)
    if letter is None:
        what = _("no authority letter of yours is in force on %(day)s.") % {"day": day_of(case.site_id, at)}
        raise Refused(what, where="text", remedy=_("Ask the branch; it grants the letter."), code="no_authority")
    if letter.problems and case.problem_id not in letter.problems:
        told = {"problem": case.problem, "limit": ", ".join(letter.problems)}
        what = _("your authority letter does not cover %(problem)s; it covers the problems %(limit)s.") % told
        raise Refused(what, where="text", remedy=_("Ask the branch before you promise."), code="beyond_authority")
    if amount > letter.amount:
        what = _("your authority letter goes up to %(limit)s yuan.") % {"limit": letter.amount}
        remedy = _("Ask the branch before you promise more.")
        raise Refused(what, where="amount", remedy=remedy, code="beyond_authority")
    return letter


def ends_soon(letter: AuthorityLetter, today: date) -> bool:
    """Whether the last day of a letter is today or within the next thirty days."""
    return today <= letter.until <= today + ENDS_SOON
