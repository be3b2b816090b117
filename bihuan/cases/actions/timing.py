"""When a step may have happened: not before what it follows, not too long ago, and by whom it may be backdated."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.cases.models import Case, CaseState
from bihuan.cases.steps import Step
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event

LATER = timedelta(minutes=5)  # what is written down later than this after it happened is backdated
AFTER_HANDLING = frozenset((CaseState.HANDLED, CaseState.CLOSED))


def check_time(case: Case, *, by: Actor, at: datetime) -> None:
    """Refuses times before the receipt or the last reopening, and what `check_backdating` refuses."""
    if at < case.received_at:
        remedy = _("Give a time after the receipt.")
        raise Refused(_("this is before the case was received."), where="at", remedy=remedy, code="before_receipt")
    if at < _round_began(case):
        # The engine would count it for the round before, and what this round owes would stay owed for ever.
        remedy = _("Give a time after the reopening.")
        raise Refused(_("this is before the case was reopened."), where="at", remedy=remedy, code="before_reopening")
    check_backdating(case.site_id, by=by, at=at)


def check_backdating(site: str, *, by: Actor, at: datetime) -> None:
    """Refuses times too far back, and those written down later by whom that is not allowed."""
    now = clock.now()
    if now - at > timedelta(days=settings.BIHUAN_BACKDATE_DAYS):
        remedy = _("At most %(days)d days back.") % {"days": settings.BIHUAN_BACKDATE_DAYS}
        raise Refused(_("this is too long ago to be written down now."), where="at", remedy=remedy, code="too_far_back")
    if now - at > LATER:
        by.must("case.backdate", site)


def check_follows(case: Case, step: Step, *, at: datetime) -> None:
    """Refuses times before the handling for steps that come after it: nothing would be told, closed or reopened."""
    if not step.states <= AFTER_HANDLING:
        return
    handled = max(one for one in (case.handled_at, case.closed_at) if one is not None)
    if at < handled:
        remedy = _("Give a time after the handling.")
        raise Refused(_("this is before the case was handled."), where="at", remedy=remedy, code="before_handling")


def _round_began(case: Case) -> datetime:
    if case.round == 1:
        return case.received_at
    reopened = Event.objects.filter(subject=case.subject, kind=f"{case.kind}.reopened")
    return reopened.order_by("-at").values_list("at", flat=True).first() or case.received_at
