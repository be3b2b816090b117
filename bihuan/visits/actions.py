"""All writes about visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.models import Staff
from bihuan.cases.actions import reopen
from bihuan.cases.actions.timing import check_time
from bihuan.cases.facts import iso, said
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened, hold
from bihuan.obligations.actions import record
from bihuan.obligations.models import Obligation, State
from bihuan.visits.models import AnswerSheet, Attempt, Exemption, Outcome, Satisfaction, Solved, Visit, VisitState

TOLD_AS: dict[str, bool | str] = {"yes": True, "basically": "basically", "no": False}
STARS = ("intake", "measures", "result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the customer answered."""

    satisfied: str
    solved: str = Solved.SOLVED
    stars: Mapping[str, int] = field(default_factory=dict)
    shortcomings: str = ""
    companion: Staff | None = None
    signature: str = ""  # SHA-256 of the picture, kept by `signatures.keep`
    signed_on_paper: bool = False


@transaction.atomic
def done(visit: Visit, *, answers: Answers, by: Actor, at: datetime) -> Visit:
    """The customer was reached and answered. GC-6.5.2: one who is not satisfied is a case to be put right."""
    visit = _ready(visit, by=by, at=at)
    _check(visit, answers, by)
    _end(visit, VisitState.DONE, at)
    Attempt.objects.create(visit=visit, at=at, by=by.staff, outcome=Outcome.DONE)
    AnswerSheet.objects.create(
        visit=visit,
        satisfied=answers.satisfied,
        solved=answers.solved,
        shortcomings=answers.shortcomings.strip(),
        companion=answers.companion,
        signature=answers.signature,
        signed_on_paper=answers.signed_on_paper,
        **{name: answers.stars.get(name) for name in STARS},
    )
    _tell(visit, "done", by=by, at=at, told=_told(answers), refs=_reached(visit, answers))
    if answers.satisfied == Satisfaction.NO and visit.case is not None:
        reopen(visit.case, by=by.subject, at=at, reason="dissatisfied")
    return visit


@transaction.atomic
def not_reached(visit: Visit, *, by: Actor, at: datetime, note: str = "", again_at: datetime | None = None) -> Visit:
    """Nobody answered: the visit stays owed, and is tried again."""
    visit = _ready(visit, by=by, at=at)
    if again_at is not None and again_at <= at:
        what, remedy = _("this time has passed already."), _("Give a later one.")
        raise Refused(what, where="again_at", remedy=remedy, code="in_the_past")
    visit.again_at = again_at
    visit.save(update_fields=["again_at"])
    Attempt.objects.create(visit=visit, at=at, by=by.staff, outcome=Outcome.NOT_REACHED, note=note.strip()[:200])
    _tell(visit, "attempted", by=by, at=at, told=said(note) | ({"again_at": iso(again_at)} if again_at else {}))
    return visit


@transaction.atomic
def declined(visit: Visit, *, by: Actor, at: datetime, note: str = "") -> Visit:
    """The customer does not wish to be visited. TS-10.5: a complaint closes by itself after a quiet week."""
    visit = _ready(visit, by=by, at=at)
    _end(visit, VisitState.DECLINED, at)
    Attempt.objects.create(visit=visit, at=at, by=by.staff, outcome=Outcome.DECLINED, note=note.strip()[:200])
    _tell(visit, "declined", by=by, at=at, told=said(note))
    return visit


@transaction.atomic
def exempt(visit: Visit, reason: str, *, by: Actor, at: datetime, note: str = "") -> Visit:
    """TS-10.6: leaves out the visit about a complaint, for one of the reasons there. Whoever says so approves it."""
    visit = _ready(visit, by=by, at=at, act="visit.exempt")
    if visit.case is None or visit.case.kind != "complaint":
        what, remedy = _("only complaints can be exempted."), _("Make the visit, or write down that it was declined.")
        raise Refused(what, where="reason", remedy=remedy, code="not_exempt")
    if reason not in Exemption.values:
        remedy = _("Choose one of the reasons.")
        raise Refused(_("this is no reason to leave a visit out."), where="reason", remedy=remedy, code="bad_reason")
    _end(visit, VisitState.NOT_OWED, at)
    visit.exempt, visit.exempted_by = reason, by.staff
    visit.save(update_fields=["exempt", "exempted_by"])
    _tell(visit, "exempted", by=by, at=at, told=said(note) | {"reason": reason})
    return visit


def _ready(visit: Visit, *, by: Actor, at: datetime, act: str = "visit.do") -> Visit:
    by.must(act, visit.site_id)
    hold(dict.fromkeys((visit.subject, *_refs(visit)), visit.site_id))
    visit = Visit.objects.select_related("case", "case__site", "site").get(pk=visit.pk)
    if visit.state != VisitState.PLANNED:
        remedy = _("See how it came out on its page.")
        raise Refused(_("this visit has been made or is no longer owed."), remedy=remedy, code="not_now")
    if visit.case is not None:
        check_time(visit.case, by=by, at=at)
    _check_owed(visit, at)
    return visit


def _check_owed(visit: Visit, at: datetime) -> None:
    owed = Obligation.objects.filter(subject__in=[visit.subject, *_refs(visit)], duty="visit", state=State.OPEN)
    since = owed.aggregate(since=Min("start"))["since"]
    if since is not None and at < since:
        remedy = _("Give a time after the work was done.")
        raise Refused(_("this is before the visit was owed."), where="at", remedy=remedy, code="before_owed")


def _check(visit: Visit, answers: Answers, by: Actor) -> None:
    if answers.satisfied not in Satisfaction.values:
        raise Refused(_("say whether the customer is satisfied."), where="satisfied", code="missing")
    if answers.solved not in Solved.values:
        raise Refused(_("say whether the problem is solved."), where="solved", code="missing")
    for name, stars in answers.stars.items():
        if name not in STARS or not 1 <= stars <= 5:
            raise Refused(_("stars go from 1 to 5."), where=name, code="bad_stars")
    if answers.satisfied == Satisfaction.NO and not answers.shortcomings.strip():
        what, remedy = _("a dissatisfied customer's reason is needed."), _("Write down the customer's own words.")
        raise Refused(what, where="shortcomings", remedy=remedy, code="missing")
    of_complaint = visit.case is not None and visit.case.kind == "complaint" and visit.subject == visit.case.subject
    if of_complaint or answers.companion is not None:
        _check_two(answers, by, visit.site_id)


def _check_two(answers: Answers, by: Actor, site: str) -> None:
    """GC-6.3.1: complaint visits are made by two, who both work there today."""
    other = answers.companion
    if other is None or other.pk == by.staff.pk:
        remedy = _("Name the colleague who was with you (GC-6.3.1).")
        raise Refused(_("a complaint is visited by two."), where="companion", remedy=remedy, code="alone")
    if not other.is_active or site not in actor_of(other).posts:
        remedy = _("Choose somebody of this site.")
        raise Refused(_("this person does not work here."), where="companion", remedy=remedy, code="not_theirs")


def _told(answers: Answers) -> dict[str, Any]:
    told: dict[str, Any] = {"satisfied": TOLD_AS[answers.satisfied], "solved": answers.solved}
    if answers.stars:
        told["scores"] = dict(answers.stars)
    if answers.companion is not None:
        told["companion"] = answers.companion.pk
    if answers.signature or answers.signed_on_paper:
        told["signed"] = True
    return told | said(answers.shortcomings)


def _end(visit: Visit, state: VisitState, at: datetime) -> None:
    visit.state, visit.ended_at = state, at
    visit.save(update_fields=["state", "ended_at"])


def _refs(visit: Visit) -> list[str]:
    """A job's visit is also its case's."""
    return [visit.case.subject] if visit.case is not None and visit.case.subject != visit.subject else []


def _reached(visit: Visit, answers: Answers) -> list[str]:
    """What the visit answers for beside its subject. GC-6.3.1: a complaint is not visited by one alone."""
    alone = answers.companion is None
    return [] if alone and visit.case is not None and visit.case.kind == "complaint" else _refs(visit)


def _tell(
    visit: Visit, verb: str, *, by: Actor, at: datetime, told: Mapping[str, Any], refs: list[str] | None = None
) -> None:
    given = {"visit": str(visit.pk), **told}
    refs = _refs(visit) if refs is None else refs
    record(Happened(f"visit.{verb}", visit.subject, visit.site_id, at, by.subject, given, refs=refs))
