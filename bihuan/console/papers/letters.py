"""Letters about a complaint: acknowledgement (XQ-C6.3), transfer (XQ-C3a), report of a joint one (XQ-C7.5c)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Unit
from bihuan.cases.models import Case
from bihuan.cases.models import Unit as CaseUnit
from bihuan.cases.queries import signers_of
from bihuan.console.papers.common import case_facts, complainant, day, frame, mask_of, moment, telephone
from bihuan.console.visiting import addressed
from bihuan.obligations.models import Obligation
from bihuan.paper.shapes import Column, Fact, Letter, Slip, Table

BLANK = "_" * 24  # to be filled in by hand
LINES = 30  # signers that are listed with room to write, besides those who are known


def acknowledgement(case: Case, *, actor: Actor, now: datetime) -> Letter:
    """Tells the complainant that the complaint has come, will be followed until it ends, and when an answer is due."""
    site = case.site
    received = {"when": moment(case.received_at, site), "channel": case.get_channel_display(), "what": case.summary}
    return Letter(
        frame=frame(site, _("Acknowledgement of a complaint"), actor=actor, now=now, number=case.number or ""),
        salutation=_salutation(case),
        opening=[
            _("Your complaint “%(what)s” reached us on %(when)s (%(channel)s). Thank you for telling us.") % received,
            _("It is registered. We follow it until it is settled, tell you how far it is, and tell you the result."),
        ],
        facts=[
            Fact(label=_("Number"), value=case.number or ""),
            Fact(label=_("Received at"), value=received["when"]),
            Fact(label=_("In charge"), value=(case.in_charge or case.received_by).name),
            Fact(label=_("Answer by"), value=moment(_answer_by(case), site)),
        ],
        closing=[_("If you have anything to add, please name this number; that finds your complaint at once.")],
        farewell=_("Yours sincerely,"),
        sender=site.name,
        date=day(now, site),
        seal=_("(seal)"),
    )


def transfer(case: Case, *, actor: Actor, now: datetime) -> Letter:
    """Hands a complaint that is beyond the site's power to the branch, the developer or another unit, with a slip by
    which that one says who deals with it and until when."""
    site = case.site
    return Letter(
        frame=frame(site, _("Transfer of a complaint"), actor=actor, now=now, number=case.number or ""),
        salutation=_("To: %s") % (_unit(case) or BLANK),
        opening=[
            _(
                "We have received the complaint below. It is beyond what we can settle ourselves, and is hereby handed"
                " to you. Please deal with it, and tell us how far it is, so that we can tell the complainant."
            )
        ],
        facts=case_facts(case),
        words_title=_("Complained of"),
        words=_words(case),
        closing=[_("We go on following this complaint until it ends. Please return the slip below.")],
        sender=site.name,
        date=day(now, site),
        seal=_("(seal)"),
        slip=_slip(case),
    )


def joint_report(case: Case, *, actor: Actor, now: datetime) -> Letter:
    """Tells the branch of a joint complaint on the day it comes, with those who signed it."""
    site = case.site
    told = {"when": moment(case.received_at, site), "count": case.signers}
    return Letter(
        frame=frame(site, _("Report of a joint complaint"), actor=actor, now=now, number=case.number or ""),
        salutation=_("To: %s") % _branch(case),
        opening=[_("On %(when)s a joint complaint of %(count)d people reached us. We report it in writing.") % told],
        facts=[*case_facts(case), Fact(label=_("In charge"), value=(case.in_charge or case.received_by).name)],
        words_title=_("Complained of"),
        words=_words(case),
        table_title=_("Who signed"),
        table=_signers(case),
        sender=site.name,
        date=day(now, site),
        seal=_("(seal)"),
    )


def _salutation(case: Case) -> str:
    if case.anonymous or case.party is None:
        return _("Dear customer:")
    return _("Dear %s:") % addressed(case.party)


def _answer_by(case: Case) -> datetime | None:
    """XQ-C6.2: the time that was agreed, else the one by which an answer is owed."""
    if case.agreed_at is not None:
        return case.agreed_at
    owed = Obligation.objects.filter(subject=case.subject, duty="answer", state="open").order_by("due_at", "id")
    return owed.values_list("due_at", flat=True).first()


def _words(case: Case) -> str:
    details = case.details.strip()
    return case.summary if details in ("", case.summary) else f"{case.summary}\n{details}"


def _unit(case: Case) -> str:
    """To whom it was transferred; "" while that is not written down."""
    if case.transferred_unit or not case.transferred_to:
        return case.transferred_unit
    if case.transferred_to == CaseUnit.BRANCH:
        return _branch(case)
    return str(case.get_transferred_to_display())


def _branch(case: Case) -> str:
    return _("%s, complaint office") % Unit.objects.get(pk=case.site.unit_id).name


def _slip(case: Case) -> Slip:
    empty = (_("Received at"), _("Taken on by"), _("Telephone"), _("To be settled by"), _("Signature and seal"))
    facts = [Fact(label=_("Number"), value=case.number or ""), *(Fact(label=label) for label in empty)]
    return Slip(title=_("Slip to be returned"), facts=facts)


def _signers(case: Case) -> Table:
    """Who signed: the one who brought it, the others who are known, then room for the rest."""
    first = [complainant(case), case.home.label if case.home else "", telephone(case)]
    known = [first] if case.party is not None else []
    known += [[party.name, home, mask_of(party)] for party, home in signers_of(case)]
    rows = [[str(nth), *one, ""] for nth, one in enumerate(known, start=1)]
    rows += [[str(nth), "", "", "", ""] for nth in range(len(rows) + 1, min(case.signers, LINES) + 1)]
    return Table(
        columns=[
            Column(title=_("Nth"), width=0),
            Column(title=_("Complainant"), width=1.2),
            Column(title=_("Home"), width=1.6),
            Column(title=_("Telephone"), width=1.2),
            Column(title=_("Remarks"), width=2),
        ],
        rows=rows,
    )
