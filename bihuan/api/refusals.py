"""What every call does about refusals and times in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Staff
from bihuan.api.asked import Page
from bihuan.api.problems import Problem, of_refusal
from bihuan.cases.models import Case
from bihuan.cases.steps import possible
from bihuan.kernel.errors import Refused


def member(key: int | str, *, where: str) -> Staff:
    """An active member of staff, by id or user name. The action says whether they may do it."""
    named = {"pk": key} if isinstance(key, int) else {"username__iexact": key}
    staff = Staff.objects.filter(is_active=True, **named).first()
    if staff is None:
        remedy = _("Choose somebody of this site.")
        raise Refused(_("this person does not work here."), where=where, remedy=remedy, code="not_theirs")
    return staff


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
