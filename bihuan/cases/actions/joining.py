"""Several people, one case: who signs with others, what comes twice, and what repeats an earlier one.

Counted once as a case and as so many people (XQ-C5.2A, XQ-C7.5c). Nothing is merged unless somebody says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.cases.actions.stepping import held, tell
from bihuan.cases.models import Case, CaseState, Ground, Severity, Signer
from bihuan.cases.numbers import keep_number, number_complaint
from bihuan.cases.severity import is_joint
from bihuan.customers.actions.contacts import contact
from bihuan.customers.models import Party
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened, hold
from bihuan.ledger.models import Event
from bihuan.obligations.actions import record

OPEN = (CaseState.RECEIVED, CaseState.IN_HAND, CaseState.HANDLED)
MOST = 200  # signers named at once


def named(case: Case) -> int:
    """How many of the people who complain are known by name."""
    return case.signed_by.count() + (case.party_id is not None)


@transaction.atomic
def join(case: Case, people: Sequence[tuple[str, str]], *, by: Actor, at: datetime) -> Case:
    """Adds people, each with a name and a number that may be empty, to those who sign a complaint.

    Three or more of them go to the branch the same day (XQ-C7.5c), and what several sign is A unless judged otherwise.
    """
    by.must("case.speak", case.site_id)
    case, at = held(case), at.replace(microsecond=0)
    if case.kind != "complaint" or case.state not in OPEN:
        what, remedy = _("nobody can join this case any more."), _("Take in a new complaint.")
        raise Refused(what, where="joined", remedy=remedy, code="not_now")
    parties = people_of(case.site_id, people, by=by, at=at)
    _add(case, parties, by=by.subject, at=at)
    return case


def people_of(site: str, people: Iterable[tuple[str, str]], *, by: Actor, at: datetime) -> list[Party]:
    """The parties of people who leave their names: those on file, or new ones."""
    given = [(name.strip(), phone.strip()) for name, phone in people if name.strip() or phone.strip()]
    if len(given) > MOST:
        what, remedy = _("these are too many at once."), _("Add at most %(most)d at a time.") % {"most": MOST}
        raise Refused(what, where="signers", remedy=remedy, code="too_many")
    found = [contact(site, name=name, phone=phone, by=by, at=at) for name, phone in given]
    return [party for party in found if party is not None]


def sign(case: Case, parties: Iterable[Party], *, event: Event) -> None:
    """Puts people down as signers; who is down already is not counted twice."""
    known = set(case.signed_by.values_list("party", flat=True)) | {case.party_id}
    fresh = {party.pk: party for party in parties if party.pk not in known}
    Signer.objects.bulk_create(Signer(case=case, party=party, event=event) for party in fresh.values())


def _add(case: Case, parties: Sequence[Party], *, by: str, at: datetime) -> None:
    known = set(case.signed_by.values_list("party", flat=True)) | {case.party_id}
    fresh = {party.pk for party in parties} - known
    if not fresh:
        what, remedy = _("these people sign it already."), _("Give other names.")
        raise Refused(what, where="signers", remedy=remedy, code="signed_already")
    case.signers = max(case.signers, named(case) + len(fresh))
    told: dict[str, object] = {"signers": case.signers}
    if is_joint(case.signers) and case.severity != Severity.A:  # XQ-C5.2A: joint, it is A from now on
        case.severity, case.ground, case.overrun_until = Severity.A, Ground.JOINT, None
        told |= {"severity": case.severity, "ground": case.ground}
        if case.problem_id:
            number_complaint(case)
    case.save(update_fields=["signers", "severity", "ground", "overrun_until", "number", "serial"])
    keep_number(case)
    event = tell(case, "joined", by=by, at=at, text="", told=told)
    sign(case, parties, event=event)


@transaction.atomic
def merge(case: Case, into: Case, *, by: Actor, at: datetime, text: str = "") -> Case:
    """What came twice becomes one: this complaint ends in the other, whose signers its people become.

    What was promised about it is void; the other goes on as it is.
    """
    by.must("case.merge", case.site_id)
    at = at.replace(microsecond=0)
    hold({case.subject: case.site_id, into.subject: into.site_id})
    case, into = (Case.objects.select_related("site", "party").get(pk=one.pk) for one in (case, into))
    _check_merge(case, into)
    tell(case, "merged", by=by.subject, at=at, text=text, told={"into": str(into.pk)})
    case.state, case.merged_into, case.overrun_until = CaseState.WITHDRAWN, into, None
    case.save(update_fields=["state", "merged_into", "overrun_until"])
    happened = Happened(f"{into.kind}.linked", into.subject, into.site_id, at, by.subject, {"case": str(case.pk)})
    record(happened)
    people = [one.party for one in case.signed_by.select_related("party")] + ([case.party] if case.party else [])
    if {party.pk for party in people} - {into.party_id, *into.signed_by.values_list("party", flat=True)}:
        _add(into, people, by=by.subject, at=at)
    return into


def mergeable(case: Case, into: Case) -> bool:
    """Whether one could end in the other: two open complaints of one site."""
    same = case.kind == into.kind == "complaint" and case.site_id == into.site_id and case.pk != into.pk
    return same and case.state in OPEN and into.state in OPEN


def _check_merge(case: Case, into: Case) -> None:
    if not mergeable(case, into):
        what = _("these two cannot become one.")
        remedy = _("Choose an open complaint of this site.")
        raise Refused(what, where="into", remedy=remedy, code="not_mergeable")


@transaction.atomic
def link(case: Case, earlier: Case, *, by: Actor, at: datetime) -> Case:
    """Puts down that this case repeats an earlier one of the site."""
    by.must("case.classify", case.site_id)
    case = held(case)
    if earlier.site_id != case.site_id or earlier.received_at >= case.received_at or case.repeats_id:
        what, remedy = _("this is no earlier case of the site."), _("Choose an earlier one.")
        raise Refused(what, where="earlier", remedy=remedy, code="not_earlier")
    tell(case, "linked", by=by.subject, at=at.replace(microsecond=0), text="", told={"case": str(earlier.pk)})
    case.repeats = earlier
    case.save(update_fields=["repeats"])
    return case
