"""The rules and calendars in force, read once and again whenever their revision grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from threading import Lock

from django.conf import settings

from bihuan.accounts.calendars import revision, site_times
from bihuan.kernel.errors import Refused
from bihuan.obligations.models import Overlay
from bihuan.rulebook import Policy, Rulebook, SiteTimes
from bihuan.rulebook.source import Map, parse


@dataclass(frozen=True, slots=True)
class _Dated:
    site: str | None
    since: date
    published_at: datetime
    policy: Policy


@dataclass(frozen=True, slots=True)
class Books:
    """Rules and calendars as of one revision."""

    number: int
    base: Policy
    calendars: SiteTimes
    overlays: tuple[_Dated, ...]  # newest first

    def policy(self, site: str, at: datetime) -> Policy:
        """The policy in force at a site at an instant: the site's own overlay goes before the company's."""
        if not self.overlays:
            return self.base
        day = at.astimezone(self.calendars[site].zone).date()
        fit = [one for one in self.overlays if one.since <= day and one.published_at <= at and one.site in (None, site)]
        fit.sort(key=lambda one: one.site is None)
        return fit[0].policy if fit else self.base


@cache
def rulebook() -> Rulebook:
    """The rulebook that comes with the product."""
    return Rulebook()


_known: Books | None = None
_reading = Lock()


def books() -> Books:
    """What is in force. One small query when nothing has changed."""
    global _known
    number = revision()
    if _known is None or _known.number != number:
        with _reading:
            if _known is None or _known.number != number:
                _known = _read(number)
    return _known


def _read(number: int) -> Books:
    base = rulebook().policy(settings.BIHUAN_POLICY)
    rows = Overlay.objects.order_by("-since", "-id")
    overlays = tuple(_Dated(row.site_id, row.since, row.published_at, policy_of(row.text)) for row in rows)
    return Books(number, base, site_times(), overlays)


def policy_of(text: str) -> Policy:
    """The policy that an overlay's text makes; refuses a text that is none."""
    overlay = parse(text, name="overlay")
    if not isinstance(overlay, Map):
        raise Refused("an overlay is a map.", where="overlay:1", remedy="Start with base: strict.", code="bad_overlay")
    return rulebook().policy(overlay)
