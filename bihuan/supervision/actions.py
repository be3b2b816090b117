"""Signing a sheet, and what follows from its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Site, Staff
from bihuan.accounts.queries import staff_of_sites
from bihuan.cases.actions import Receipt, receive
from bihuan.cases.models import Case, CaseKind, Channel
from bihuan.files.actions import Upload, keep
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened, hold
from bihuan.obligations.actions import record
from bihuan.supervision.lines import Line
from bihuan.supervision.models import Check, Mark, Measure, Sheet, SheetLine
from bihuan.supervision.queries import blank

LONGEST = 80  # characters of a case's summary
OPENED_AS = (CaseKind.COMPLAINT, CaseKind.DEMAND)


@dataclass(frozen=True, slots=True)
class Said:
    """What whoever checks says of a line."""

    mark: str
    words: str = ""


@transaction.atomic
def sign(
    site: Site, kind: str, *, said: Mapping[str, Said], signature: Upload | None, by: Actor, at: datetime
) -> Sheet:
    """Freezes the sheet of the present day or week with what is said of each line, by its key, and keeps the promise.

    Refused: done_already; unsigned (the record of the day needs no signature); unmarked where a line that is there now
    has no mark, or a finding or review no words, `where` being its key.
    """
    by.must(f"check.{kind}", site.pk)
    hold({f"site:{site.pk}": site.pk})
    at = at.replace(microsecond=0)
    filled = blank(site, kind, now=at)
    if filled.done is not None:
        remedy = _("Look at it; the next one is due in its turn.")
        raise Refused(_("this check was done already."), remedy=remedy, code="done_already")
    if signature is None and kind != Check.DAILY_RECORD:
        remedy = _("Sign in the field below the sheet.")
        raise Refused(_("a check is signed."), where="signature", remedy=remedy, code="unsigned")
    for line in filled.lines:
        _check(line, said.get(line.key))
    findings = sum(said[line.key].mark == Mark.FINDING for line in filled.lines)
    facts = {"check": kind, "findings": findings}
    event = record(Happened("site.check_done", f"site:{site.pk}", site.pk, at, by.subject, facts)).events[0]
    sheet = Sheet.objects.create(
        site=site,
        check_kind=kind,
        day=filled.day,
        looked_from=filled.since,
        done_at=at,
        done_by=by.staff,
        signature=keep(signature, site=site.pk, by=by.staff) if signature is not None else None,
        event=event,
    )
    SheetLine.objects.bulk_create([_line(sheet, line, said[line.key]) for line in filled.lines])
    return sheet


@transaction.atomic
def open_case(line: SheetLine, *, kind: str, by: Actor, at: datetime) -> Case:
    """Opens a complaint or a request about a finding, as found on patrol. Refused: no_finding, followed_already."""
    sheet = line.sheet
    _may_follow(line, by=by)
    if kind not in OPENED_AS:
        remedy = _("Choose complaint or request.")
        raise Refused(_("a finding becomes no such case."), where="kind", remedy=remedy, code="bad_kind")
    home = line.case.home if line.case is not None else None
    receipt = Receipt(
        kind=kind,
        channel=Channel.PATROL,
        site=sheet.site_id,
        summary=line.words[:LONGEST],
        details=line.words,
        home=home,
        anonymous=True,  # nobody complained: nobody is to be told
    )
    case, _done = receive(receipt, by=by, at=at)
    Measure.objects.create(line=line, case=case, made_at=at, made_by=by.staff)
    return case


@transaction.atomic
def want_improvement(line: SheetLine, *, words: str, owner: Staff, by: Actor, at: datetime) -> Measure:
    """Notes that something is to be made better, and who sees to it. Refused as `open_case`, missing, not_theirs."""
    _may_follow(line, by=by)
    if not words.strip():
        raise Refused(_("this is needed."), where="words", remedy=_("Say what is to be better."), code="missing")
    if not staff_of_sites([line.sheet.site_id]).filter(pk=owner.pk).exists():
        remedy = _("Choose somebody of this site.")
        raise Refused(_("this person does not work here."), where="owner", remedy=remedy, code="not_theirs")
    return Measure.objects.create(line=line, words=words.strip(), owner=owner, made_at=at, made_by=by.staff)


def _may_follow(line: SheetLine, *, by: Actor) -> None:
    sheet = line.sheet
    by.must(f"check.{sheet.check_kind}", sheet.site_id)
    hold({f"site:{sheet.site_id}": sheet.site_id})
    if line.mark != Mark.FINDING:
        raise Refused(_("this line is no finding."), remedy=_("Nothing follows from it."), code="no_finding")
    if Measure.objects.filter(line=line).exists():
        remedy = _("Look at what it became.")
        raise Refused(_("this finding was followed up already."), remedy=remedy, code="followed_already")


def _check(line: Line, said: Said | None) -> None:
    if said is None or said.mark not in Mark.values:
        remedy = _("Mark it all right, or as a finding.")
        raise Refused(_("this line is not marked yet."), where=line.key, remedy=remedy, code="unmarked")
    if (said.mark == Mark.FINDING or line.needs_words) and not said.words.strip():
        what, remedy = _("this needs words."), _("Write down what you found.")
        raise Refused(what, where=line.key, remedy=remedy, code="unmarked")


def _line(sheet: Sheet, line: Line, said: Said) -> SheetLine:
    promise = line.promise
    return SheetLine(
        sheet=sheet,
        section=line.section,
        item=line.item,
        case=line.case,
        clause=promise.clause if promise else "",
        duty=promise.duty if promise else "",
        due_at=promise.due_at if promise else None,
        count=line.count,
        mark=said.mark,
        words=said.words.strip(),
    )
