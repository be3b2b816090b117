"""The complaint register of a site and a month: 投诉登记表 (XQ-C6.1, TS-11.2)."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Site
from bihuan.cases.models import Case
from bihuan.cases.registers import MOST, complaints_between
from bihuan.console.papers.common import complainant, frame, telephone
from bihuan.paper.shapes import Column, Register, Signature, Table
from bihuan.visits.queries import satisfied_of

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def register(site: Site, month: str, *, actor: Actor, now: datetime) -> Register:
    """The register of a month such as 2026-11; of the present one where none is named."""
    start, end = bounds(month, site=site, now=now)
    cases = complaints_between(site.pk, start, end)
    satisfied = satisfied_of(case.pk for case in cases)
    rows = [_row(case, site, satisfied.get(case.pk, "")) for case in cases]
    return Register(
        frame=frame(site, _("Complaint register"), actor=actor, now=now),
        period=date_format(start, "YEAR_MONTH_FORMAT"),
        table=Table(columns=_columns(), rows=rows, empty=_("No complaint was received in this month.")),
        total=_total(len(rows)),
        signatures=[
            Signature(role=_("Kept by")),
            Signature(role=_("Checked by the customer-service supervisor")),
            Signature(role=_("Checked by the quality supervisor")),
        ],
    )


def bounds(month: str, *, site: Site, now: datetime) -> tuple[datetime, datetime]:
    """Where a month begins and ends by the clock of the site; the present month where `month` names none."""
    zone = ZoneInfo(site.zone)
    named = _MONTH.fullmatch(month)
    local = now.astimezone(zone)
    year, number = (int(named[1]), int(named[2])) if named else (local.year, local.month)
    following = (year, number + 1) if number < 12 else (year + 1, 1)
    return datetime(year, number, 1, tzinfo=zone), datetime(*following, 1, tzinfo=zone)


def _total(count: int) -> str:
    if count == MOST:
        return _("Only the first %d are listed.") % count
    return ngettext("%d complaint in all", "%d complaints in all", count) % count if count else ""


def _columns() -> list[Column]:
    return [
        Column(title=_("Number"), width=0),
        Column(title=_("Received at"), width=0),
        Column(title=_("Channel"), width=0.8),
        Column(title=_("Complainant"), width=1.1),
        Column(title=_("Home"), width=1.4),
        Column(title=_("Telephone"), width=0),
        Column(title=_("Complained of"), width=3.6),
        Column(title=_("Wanted by"), width=0),
        Column(title=_("Answer agreed for"), width=0),
        Column(title=_("Taken in by"), width=0.9),
        Column(title=_("In charge"), width=0.9),
        Column(title=_("How it stands"), width=1.2),
    ]


def _row(case: Case, site: Site, satisfied: str) -> list[str]:
    return [
        case.number or _("not yet classified"),
        _short(case.received_at, site),
        str(case.get_channel_display()),
        complainant(case),
        case.home.label if case.home else "",
        telephone(case),
        case.summary,
        _short(case.requested_by, site),
        _short(case.agreed_at, site),
        case.received_by.name,
        case.in_charge.name if case.in_charge else "",
        " · ".join(part for part in (str(case.get_state_display()), satisfied) if part),
    ]


def _short(at: datetime | None, site: Site) -> str:
    """The year stands above the table."""
    return f"{at.astimezone(ZoneInfo(site.zone)):%m-%d %H:%M}" if at else ""
