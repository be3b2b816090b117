"""Closing a month: what it came to is frozen with the rules in force, told to the ledger, and sent to head office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Site
from bihuan.figures import papers, sheets
from bihuan.figures.formulas import Figure
from bihuan.figures.models import MonthClose, MonthCount
from bihuan.figures.queries import closable, last_closed
from bihuan.figures.reports import Month, current_weight, report
from bihuan.files.actions import Upload, keep
from bihuan.files.models import File
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import Happened, hold
from bihuan.ledger.models import Event
from bihuan.messages.actions import Letter, queue
from bihuan.obligations.actions import record
from bihuan.obligations.books import books
from bihuan.obligations.tallies import following
from bihuan.paper.rendering import printed


@transaction.atomic
def close(site: Site, month: date, *, by: Actor, at: datetime) -> list[MonthClose]:
    """Closes the month that ended last at a site, and every one before it that was left open since the last closing.

    All of them together, because one report keeps every promise of one that is still owed (TS-11.2). Refused: not_over
    for a month that is not, closed_already, not_last for one before the last.
    """
    by.must("figures.close", site.pk)
    hold({f"site:{site.pk}": site.pk})
    at = at.replace(microsecond=0)
    check(site, month, at=at)
    return [_close(site, one, by=by, at=at) for one in _left_open(site, month)]


def check(site: Site, month: date, *, at: datetime) -> None:
    """Refuses where the month cannot be closed now; see `close`."""
    last = closable(site.pk, at)
    if month > last:
        remedy = _("Close it when it has ended by the clock of the site.")
        raise Refused(_("this month is not over yet."), where="month", remedy=remedy, code="not_over")
    if MonthClose.objects.filter(site=site, month=month).exists():
        remedy = _("Later corrections show beside its figures.")
        raise Refused(_("this month is closed already."), where="month", remedy=remedy, code="closed_already")
    if month < last:
        remedy = _("Close the last one that is over: those before it are closed with it.")
        raise Refused(_("a later month is over too."), where="month", remedy=remedy, code="not_last")


def _left_open(site: Site, month: date) -> Iterator[date]:
    last = last_closed(site.pk)
    one = following(last) if last is not None else month
    while one <= month:
        yield one
        one = following(one)


def _close(site: Site, month: date, *, by: Actor, at: datetime) -> MonthClose:
    shown = report([site.pk], month, at).month
    policy = books().policy(site.pk, at).version
    facts = {"month": f"{month:%Y-%m}", "policy": policy}
    event = record(Happened("site.month_closed", f"site:{site.pk}", site.pk, at, by.subject, facts)).events[0]
    with translation.override(settings.LANGUAGE_CODE):  # head office reads it, not whoever closes it
        sheet, paper = _documents(shown, site, by=by, at=at)
        made = _freeze(shown, site, by=by, at=at, event=event, policy=policy, sheet=sheet, paper=paper)
        if settings.BIHUAN_HEAD_OFFICE_MAIL:
            queue(_letter(shown, site, [sheet, paper]), event=event)
    return made


def _freeze(
    shown: Month, site: Site, *, by: Actor, at: datetime, event: Event, policy: str, sheet: File, paper: File
) -> MonthClose:
    rates = {
        one.code: [str(one.numerator), one.denominator, None if one.value is None else str(one.value)]
        for one in shown.figures
    }
    made = MonthClose.objects.create(
        site=site,
        month=shown.month,
        closed_at=at,
        closed_by=by.staff,
        policy=policy,
        homes=shown.figure("complaint").denominator,
        weight=current_weight(),
        figures=rates,
        event=event,
        sheet=sheet,
        paper=paper,
    )
    MonthCount.objects.bulk_create(
        MonthCount(close=made, dimension=dimension, code=code, severity=severity, part=part, count=count)
        for (dimension, code, severity, part), count in shown.tally.rows()
    )
    return made


def _documents(shown: Month, site: Site, *, by: Actor, at: datetime) -> tuple[File, File]:
    """The table as it is now, as a sheet and as a paper, kept."""
    standing = _("closed %s") % papers.moment(at, site)
    name = f"{site.name} {papers.title()} {shown.month:%Y-%m}"
    book = sheets.workbook(shown, title=f"{site.name} {papers.title()}", period=f"{papers.period(shown)} · {standing}")
    pdf = printed(papers.paper(shown, site, by=by.staff, at=at, standing=standing))
    sheet = keep(Upload(BytesIO(book), f"{name}.xlsx"), site=site.pk, by=by.staff, anything=True)
    return sheet, keep(Upload(BytesIO(pdf), f"{name}.pdf"), site=site.pk, by=by.staff)


def _letter(shown: Month, site: Site, files: list[File]) -> Letter:
    rates = "\n".join(_line(one) for one in shown.figures)
    title = f"{papers.title()} · {site.name} · {papers.period(shown)}"
    body = _("The classification statistics of %(site)s for %(month)s are attached.") % {
        "site": site.name,
        "month": papers.period(shown),
    }
    return Letter(to=settings.BIHUAN_HEAD_OFFICE_MAIL, title=title, body=f"{body}\n\n{rates}\n", files=files)


def _line(one: Figure) -> str:
    told = {"rate": one.label, "value": one.text, "part": f"{one.numerator.normalize():f}", "whole": one.denominator}
    return _("%(rate)s: %(value)s (%(part)s / %(whole)s)") % told
