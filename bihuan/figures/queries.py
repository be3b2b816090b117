"""Reading what was closed."""

from __future__ import annotations

from datetime import date, datetime

from bihuan.accounts.models import Site
from bihuan.figures.models import MonthClose
from bihuan.messages.models import Message
from bihuan.obligations.books import books
from bihuan.obligations.describers import Description
from bihuan.obligations.tallies import following, month_of


def closable(site: str, now: datetime) -> date:
    """The month that ended last at a site, by its clocks."""
    return following(month_of(now, books().calendars[site].zone), -1)


def last_closed(site: str) -> date | None:
    """The last month that a site has closed; None where it has closed none."""
    return MonthClose.objects.filter(site=site).order_by("-month").values_list("month", flat=True).first()


def letter_of(close: MonthClose) -> Message | None:
    """The message with which a closed month went to head office; None where it went to nobody."""
    return Message.objects.filter(event=close.event_id).first()


def describe_sites(subjects: list[str]) -> dict[str, Description]:
    """Sites in words, in one query: what a site owes itself is about the site."""
    codes = [subject.removeprefix("site:") for subject in subjects]
    rows = Site.objects.filter(pk__in=codes)
    return {f"site:{one.pk}": Description(label=one.name, about=one.name, link="/figures") for one in rows}
