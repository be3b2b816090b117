"""What every call does about refusals and times in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, NotFound
from bihuan.accounts.models import Staff
from bihuan.api.asked import Page
from bihuan.api.problems import Problem, of_refusal
from bihuan.cases.actions.stepping import check_time
from bihuan.cases.models import Case
from bihuan.cases.steps import possible
from bihuan.kernel.errors import Refused


def written_down(actor: Actor, site: str, *, at: datetime) -> None:
    """Refuses what happened too long ago, or is written down later by who may not; as for steps of cases."""
    check_time(Case(site_id=site, received_at=at), by=actor, at=at)


def member(key: int | str, *, where: str) -> Staff:
    """An active member of staff, by id or user name."""
    named = {"pk": key} if isinstance(key, int) else {"username__iexact": key}
    staff = Staff.objects.filter(is_active=True, **named).first()
    if staff is None:
        raise stranger(where)
    return staff


def stranger(where: str) -> Refused:
    """What is said of whoever does not work there."""
    remedy = "Choose somebody of this site."
    return Refused("this person does not work here.", where=where, remedy=remedy, code="not_theirs")


@contextmanager
def within(case: Case, verb: str) -> Iterator[None]:
    """Every 409 about a case tells which events are possible now."""
    try:
        yield
    except Refused as refused:
        problem = of_refusal(refused)
        if problem.status == 409 and problem.allowed is None:
            problem.allowed = [one for one in possible(case) if one != verb]
        raise problem from refused


@contextmanager
def cursor_of(filters: Page) -> Iterator[None]:
    """A list's queries refuse what is no cursor as not found; here that is a mistake in a parameter."""
    try:
        yield
    except NotFound:
        remedy = _("Send `next` as the page before gave it, or leave it out.")
        what = _("this is no place in the list.")
        raise Problem(422, "bad_cursor", what, where="after", remedy=remedy) from None
