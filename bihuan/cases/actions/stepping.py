"""Taking a step: everything that happens to a case between its receipt and its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.cases import facts
from bihuan.cases.actions.effects import CHANGED, EFFECTS, posts_in_charge
from bihuan.cases.actions.filing import attach
from bihuan.cases.actions.timing import check_follows, check_time
from bihuan.cases.actions.writing import means_of, write
from bihuan.cases.closing import ground
from bihuan.cases.errors import NotNow
from bihuan.cases.models import Case, CaseKind, CaseState, Note, Severity
from bihuan.cases.numbers import keep_number
from bihuan.cases.steps import STEPS, fits, possible
from bihuan.files.actions import Upload
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened, hold
from bihuan.ledger.models import Event
from bihuan.ledger.rows import insert
from bihuan.messages.models import Means
from bihuan.obligations.actions import give, record

ALL_MEANS_USED = "all_means_used"
EXEMPT = "exempt"  # TS-10.6: settled on the spot, anonymous, out of reach or sensitive
SIGNED = "signed"  # TS-4b: settled on the spot to the satisfaction of the customer, who signs that


@transaction.atomic
def take(
    case: Case, verb: str, *, by: Actor, at: datetime, text: str = "", files: Sequence[Upload] = (), **given: Any
) -> Case:
    """Takes one step and gives the case as it then stands. Refuses what is not possible now, naming what is.

    `files` are kept with the event; what is told by e-mail (`means`) leaves with them once this is committed. What is
    settled on the spot and signed (`signature`, an upload) is closed with it.
    """
    step = STEPS.get(verb)
    if step is None:
        raise NotNow(verb, possible(case), why=_("there is no such step."))
    act = "case.close_unsatisfied" if given.get("reason") == ALL_MEANS_USED else step.act
    by.must(act, case.site_id)
    case, at, text = held(case), at.replace(microsecond=0), text.strip()
    if not fits(case, step):
        raise NotNow(verb, possible(case))
    for name in step.must:
        if (text if name == "text" else given.get(name)) in (None, ""):  # 0 yuan is an amount
            raise Refused(_("this is needed."), where=name, remedy=_("Fill it in."), code="missing")
    check_time(case, by=by, at=at)
    check_follows(case, step, at=at)
    if verb == "closed":
        return _close(case, by=by, at=at, text=text, reason=given.get("reason", ""))
    number = case.number
    told = EFFECTS[verb](case, at, given | {"text": text, "by": by.staff.pk}) if verb in EFFECTS else {}
    told |= means_of(step, given)
    case.save(update_fields=CHANGED)
    if case.number != number:
        keep_number(case)
    event = tell(case, verb, by=by.subject, at=at, text=text, told=told)
    signature = [given["signature"]] if given.get("signature") else []
    attach(case, [*files, *signature], event=event, by=by.staff)
    if told.get("means") == Means.EMAIL:
        write(case, text, event=event)
    if signature:
        end(case, by=by.subject, at=at, allows=event, reason=SIGNED)
    case.refresh_from_db()  # what reacted to it may have changed it: the clock, a last job
    _give(case)
    return case


def held(case: Case) -> Case:
    """The case as it stands, held until the transaction ends: whoever comes second sees what the first one did."""
    hold({case.subject: case.site_id})
    return Case.objects.select_related("site").get(pk=case.pk)


def tell(case: Case, verb: str, *, by: str, at: datetime, text: str, told: Mapping[str, Any]) -> Event:
    """Records the event of a step, with the words that belong to it."""
    given = facts.plain(told) | facts.said(text)
    done = record(Happened(f"{case.kind}.{verb}", case.subject, case.site_id, at, by, given), owners=owners(case))
    if text:
        insert([Note(case=case, event=done.events[0], text=text)])
    return done.events[0]


def owners(case: Case) -> dict[str, int]:
    """The person in charge owes what the trade supervisor owes; of A, if it is the site manager, what that one owes."""
    if case.in_charge_id is None:
        return {}
    if case.severity != Severity.A:
        return {"trade_supervisor": case.in_charge_id}
    return {"site_manager": case.in_charge_id} if "site_manager" in posts_in_charge(case) else {}


def _give(case: Case) -> None:
    for post, staff in owners(case).items():
        give(case.subject, post, staff=staff)


def _close(case: Case, *, by: Actor, at: datetime, text: str, reason: str) -> Case:
    allows = ground(case)
    if allows is None and reason != ALL_MEANS_USED:
        what = _("nothing allows closing this case yet.")
        remedy = _(
            "Visit the customer until satisfied; or the site manager finds, with reasons, that all means are used."
        )
        raise Refused(what, where="closed", remedy=remedy, code="no_ground")
    if allows is not None and at < allows.at:
        remedy = _("Give a time after it.")
        raise Refused(_("this is before what allows closing it."), where="at", remedy=remedy, code="before_ground")
    if case.kind == CaseKind.COMPLAINT and allows is not None and not allows.kind.startswith("visit."):
        by.must("case.close_unvisited", case.site_id)
        reason = reason or EXEMPT
    if reason == ALL_MEANS_USED and not text:
        raise Refused(_("this finding needs its reasons."), where="text", remedy=_("Write them down."), code="missing")
    end(case, by=by.subject, at=at, text=text, allows=allows, reason=reason)
    return case


def end(case: Case, *, by: str, at: datetime, allows: Event | None, reason: str, text: str = "") -> None:
    """Closes a handled case that is held, by what `allows` it, or by the closing itself."""
    event = tell(case, "closed", by=by, at=at, text=text, told={"reason": reason})
    case.state, case.closed_at, case.closing_reason = CaseState.CLOSED, at, reason
    case.closing_event = allows or event
    case.save(update_fields=["state", "closed_at", "closing_reason", "closing_event"])


@transaction.atomic
def reopen(case: Case, *, by: str, at: datetime, reason: str) -> Case:
    """GC-6.5.2: a dissatisfied customer's case is put right and visited again. For rooms above; no one's button."""
    case = held(case)
    if case.state not in (CaseState.HANDLED, CaseState.CLOSED):
        return case
    told = EFFECTS["reopened"](case, at, {}) | {"reason": reason}
    case.save(update_fields=CHANGED)
    tell(case, "reopened", by=by, at=at, text="", told=told)
    return case


@transaction.atomic
def finish_work(case: Case, *, by: str, at: datetime) -> None:
    """The last job of a case is done, and the case with it. For what reacts to work orders; no one's button."""
    case = held(case)
    if case.state not in (CaseState.RECEIVED, CaseState.IN_HAND):
        return
    told = EFFECTS["handled"](case, at, {})
    case.save(update_fields=CHANGED)
    tell(case, "handled", by=by, at=at, text="", told=told)


def begin(case: Case) -> None:
    """Work on it has begun: a work order was issued. The case row follows, under the lock its caller holds."""
    Case.objects.filter(pk=case.pk, state=CaseState.RECEIVED).update(state=CaseState.IN_HAND)
