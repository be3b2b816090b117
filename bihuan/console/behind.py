"""What stands behind the numbers of a clause: its promises, those of a period or those that stand so."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bihuan.accounts.access import NotFound
from bihuan.console import promises, times, words
from bihuan.console.clauses import Part, bars, cell
from bihuan.obligations.describers import Description, describe
from bihuan.obligations.figures import Figures, Kept, RuleFigures
from bihuan.obligations.listing import STANDING, promises_page, standing
from bihuan.obligations.models import Obligation

SHOWS = (
    ("all", gettext_lazy("All promises")),
    ("open", pgettext_lazy("promise", "Open")),
    ("overdue", gettext_lazy("Overdue")),
    ("late", gettext_lazy("Kept late")),
    ("kept", gettext_lazy("Kept in time")),
    ("waived", gettext_lazy("Waived")),
)
YEAR = "year"


def behind(given: QueryDict, one: Part, held: Figures, *, sites: list[str]) -> dict[str, Any]:
    """The promises of a clause that are asked for, and how they went. NotFound for what is no period or standing."""
    if not one.counted or not sites:
        return {"counted": False}
    now, show, period = held.now, given.get("show", "all"), given.get("in", "")
    months = _months(period, held.months)
    if show not in STANDING or months is None:
        raise NotFound
    wanted = one.promises & standing(show, now) & (held.fell_due(months) if months else Q(site__in=sites))
    found = promises_page(wanted, given.get("after", ""), soonest=show in ("open", "overdue"))
    known = describe(row.subject for row in found.rows)
    total = one.figures(held)
    context = {"counted": True, "show": show, "shows": SHOWS, "period": period, "months": _choices(held.months)}
    context |= {"rows": [_row(row, known[row.subject], now) for row in found.rows], "next": _next(given, found.next)}
    if total is None:
        return context | {"totals": None}
    context |= {"bars": bars(one, total, held.months), "total": total}
    context |= {"year": cell(one, total.year, "?in=year"), "by_month": _by_month(one, total, held.months)}
    return context | {"totals": _totals(one, _summed(total.months, held.months, months), period)}


def _months(period: str, known: tuple[date, ...]) -> list[date] | None:
    """The months that are asked for; none where time does not matter, None for what is no period."""
    if period in ("", YEAR):
        return list(known) if period else []
    return [month for month in known if f"{month:%Y-%m}" == period] or None


def _choices(months: tuple[date, ...]) -> list[tuple[str, str]]:
    told = [(f"{month:%Y-%m}", f"{month.year}/{month.month}") for month in reversed(months)]
    return [("", _("at any time")), (YEAR, _("the last 12 months")), *told]


def _by_month(one: Part, figures: RuleFigures, months: tuple[date, ...]) -> list[dict[str, Any]]:
    told = zip(reversed(months), reversed(figures.months), strict=True)
    return [
        {"name": f"{month.year}/{month.month}", "rate": cell(one, kept, f"?in={month:%Y-%m}")} for month, kept in told
    ]


def _summed(kept: tuple[Kept, ...], months: tuple[date, ...], wanted: list[date]) -> Kept | None:
    return sum((one for one, month in zip(kept, months, strict=True) if month in wanted), Kept()) if wanted else None


def _totals(one: Part, kept: Kept | None, period: str) -> dict[str, Any] | None:
    if kept is None:
        return None
    return {"kept": kept, "rate": cell(one, kept, ""), "done": one.done, "in": period}


def _next(given: QueryDict, after: str) -> str:
    asked = given.copy()
    asked["after"] = after
    return f"?{asked.urlencode()}" if after else ""


def _row(one: Obligation, about: Description, now: datetime) -> dict[str, Any]:
    return {
        "title": promises.title(one, about),
        "url": about.link,
        "parts": [part for part in (about.label, about.about, about.place) if part],
        "site": one.site,
        "due": times.said(one.due_at, now=now),
        "due_at": one.due_at,
        "extended": one.extended,
        "state": times.standing(one.state, one.due_at, now=now),
        "result": _result(one, now),
        "by": one.staff.name if one.staff else words.post(one.owed_by),
    }


def _result(one: Obligation, now: datetime) -> str:
    """How it went, or how long is left."""
    if one.state == "waived":
        return words.reason(one.reason)
    if one.state == "open":
        span = words.lateness(int(abs((one.due_at - now).total_seconds())))
        return _("%s over") % span if one.due_at < now else _("%s left") % span
    if one.late_seconds:
        return _("%s late") % words.lateness(one.late_seconds)
    return times.said(one.met_at, now=now)
