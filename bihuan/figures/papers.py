"""The monthly table as a paper: 顾客投诉分类统计表 (TS-11.2), with the six rates of XQ-C8.2 above it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.accounts.access import units_from
from bihuan.accounts.models import Site, Staff, Unit
from bihuan.figures import table as tables
from bihuan.figures.formulas import HOMES, Figure
from bihuan.figures.reports import Month
from bihuan.paper.shapes import Column, Frame, MonthlyTable, Rate, Signature, Table


def title() -> str:
    """What the table is called."""
    return _("Classification statistics of complaints")


def period(month: Month) -> str:
    """The month as it stands beneath the title."""
    return _("%(month)d/%(year)d") % {"year": month.month.year, "month": month.month.month}


def paper(month: Month, site: Site, *, by: Staff, at: datetime, standing: str) -> MonthlyTable:
    """The table of a month of one site, made by somebody; `standing` says whether the month is closed."""
    made = tables.table(month.tally, "problem")
    return MonthlyTable(
        frame=_frame(site, by=by, at=at),
        period=f"{period(month)} · {standing}",
        rates=[_rate(one) for one in month.figures],
        table=_table(made),
        notes_title=_("Notes"),
        notes=[
            _("Every rate stands with its formula; what was not owed (visits exempt or declined) is in neither side."),
            _("A complaint counts in the month of its receipt, of its limit, of its visit and of its closing."),
        ],
        signatures=[
            Signature(role=_("Compiled by"), name=by.name),
            Signature(role=_("Checked by the quality supervisor")),
            Signature(role=_("Approved by the site manager")),
        ],
    )


def moment(at: datetime, site: Site) -> str:
    """An instant on paper, by the clock of the site."""
    return f"{at.astimezone(ZoneInfo(site.zone)):%Y-%m-%d %H:%M}"


def _frame(site: Site, *, by: Staff, at: datetime) -> Frame:
    return Frame(
        company=Unit.objects.get(pk=units_from(site.unit_id)[-1]).name,
        site=site.name,
        title=title(),
        language=get_language() or "zh-hans",
        made=_("Printed %(when)s by %(who)s") % {"when": moment(at, site), "who": by.name},
        page=_("Page {n} of {m}"),
        unprintable=_("[U+…] is the code of a character that the font does not have."),
    )


def _rate(one: Figure) -> Rate:
    below = _("%d homes") % one.denominator if one.below == HOMES else str(one.denominator)
    return Rate(name=one.label, value=one.text, of=f"{one.numerator.normalize():f} / {below}", formula=one.formula)


def _table(made: tables.Table) -> Table:
    heads = [Column(title=str(_(tables.BY[made.by])))]
    heads += [Column(title=one.title, width=0, figures=True, group=one.group) for one in made.columns]
    return Table(
        columns=heads,
        rows=[[one.label, *_counts(one)] for one in made.lines],
        totals=[made.total.label, *(str(cell.count) for cell in made.total.cells)],
        empty=_("Nothing was counted in this month."),
    )


def _counts(line: tables.Line) -> list[str]:
    return [str(cell.count) if cell.count else "" for cell in line.cells]
