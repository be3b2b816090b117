"""Telling the customer in writing: by e-mail the words themselves leave, in the transaction of the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.cases.actions.timing import LATER
from bihuan.cases.models import Case, CaseFile
from bihuan.cases.steps import Step
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.messages.actions import Letter, queue
from bihuan.messages.models import Means
from bihuan.messages.queries import address_of


def means_of(step: Step, given: Mapping[str, Any]) -> dict[str, str]:
    """How the customer was told, where the step asks for it and it is known. Refused: bad_means."""
    means = given.get("means") if "means" in step.asks else None
    if means and means not in Means.values:
        remedy = _("Choose one of: %(known)s.") % {"known": ", ".join(Means.values)}
        raise Refused(_("nobody can be told that way."), where="means", remedy=remedy, code="bad_means")
    return {"means": str(means)} if means else {}


def write(case: Case, text: str, *, event: Event) -> None:
    """Sends these words, with the files of the event, to whoever wrote about the case, else to the customer.

    Refused: no_address where neither is known, missing without words, not_earlier for what was told before now.
    """
    to, _mask = address_of(case.subject, case.party)
    if not to:
        remedy = _("Write it down with the customer, or choose another way.")
        raise Refused(_("no e-mail address is known."), where="means", remedy=remedy, code="no_address")
    if not text:
        raise Refused(_("this is needed."), where="text", remedy=_("Fill it in."), code="missing")
    if clock.now() - event.at > LATER:
        what, remedy = _("an e-mail leaves now."), _("Leave the time empty, or choose how it was told then.")
        raise Refused(what, where="at", remedy=remedy, code="not_earlier")
    files = [one.file for one in CaseFile.objects.filter(event=event).select_related("file").order_by("id")]
    queue(Letter(to=to, title=title_of(case), body=text, files=files), event=event)


def title_of(case: Case) -> str:
    """What stands above a mail about the case; its number finds the case again when the customer answers."""
    return f"[{case.number}] {case.summary}" if case.number else case.summary
