"""The rules and calendars in force, read once and again whenever their revision grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from bihuan.accounts.calendars import site_times
from bihuan.kernel.errors import Refused
from bihuan.obligations.models import Overlay
from bihuan.rulebook import Policy, Rulebook, SiteTimes
from bihuan.rulebook.handlers import Handler
from bihuan.rulebook.life import Era
from bihuan.rulebook.model import Rule
from bihuan.rulebook.source import Map, parse

_REVISION = "SELECT number, xmin::text FROM accounts_revision"  # of one row
EFFECTS = ("marks", "starts", "waives", "reaches", "meets", "voids", "extends", "looked_back_for", "facts_decide")


@dataclass(frozen=True, slots=True)
class _Dated:
    site: str | None
    since: date
    published_at: datetime
    policy: Policy


@dataclass(frozen=True, slots=True)
class Books:
    """Rules and calendars as of one revision."""

    revision: tuple[int, str]
    base: Policy
    calendars: SiteTimes
    overlays: tuple[_Dated, ...]  # newest first
    working: frozenset[str]  # the rules that count working time, under any of the policies

    def policy(self, site: str, at: datetime) -> Policy:
        """The policy in force at a site at an instant: the site's own overlay goes before the company's.

        An overlay is in force from the second after its publication: what was recorded in that second stays as it was.
        """
        if not self.overlays:
            return self.base
        day = at.astimezone(self.calendars[site].zone).date()
        fit = [one for one in self.overlays if one.since <= day and one.published_at < at and one.site in (None, site)]
        fit.sort(key=lambda one: one.site is None)
        return fit[0].policy if fit else self.base

    def eras(self, site: str) -> list[Era]:
        """The policies of a site through time, oldest first, each with the second from which it is in force."""
        zone, fit = self.calendars[site].zone, [one for one in self.overlays if one.site in (None, site)]
        midnights = (datetime.combine(one.since, time.min, zone).timestamp() for one in fit)
        after = (one.published_at.timestamp() + 1 for one in fit)
        begun = {0} | {int(max(at)) for at in zip(midnights, after, strict=True)}
        return [(at, self.policy(site, datetime.fromtimestamp(at, UTC))) for at in sorted(begun)]


@cache
def rulebook() -> Rulebook:
    """The rulebook that comes with the product."""
    return Rulebook()


_known: Books | None = None
_reading = Lock()


def books() -> Books:
    """What is in force. One small query when nothing has changed."""
    global _known
    revision = _revision()
    if _known is None or _known.revision != revision:
        with _reading:
            if _known is None or _known.revision != revision:
                _known = _read(revision)
    return _known


def _revision() -> tuple[int, str]:
    """The number, and the transaction that wrote it: one that is undone gives its number to the next."""
    with connection.cursor() as cursor:
        cursor.execute(_REVISION)
        return cursor.fetchone() or (0, "")


def _read(revision: tuple[int, str]) -> Books:
    base = rulebook().policy(settings.BIHUAN_POLICY)
    rows = Overlay.objects.order_by("-since", "-id")
    overlays = tuple(_Dated(row.site_id, row.since, row.published_at, policy_of(row.text)) for row in rows)
    policies = [base, *(one.policy for one in overlays)]
    _acquaint(policies)
    return Books(revision, base, site_times(), overlays, _working(policies))


def _working(policies: Iterable[Policy]) -> frozenset[str]:
    rules = (rule for policy in policies for rule in policy.rules)
    return frozenset(rule.id for rule in rules if any(value.working for value in rule.values))


def _acquaint(policies: list[Policy]) -> None:
    """Lets each policy see what matters to promises made under the others: they are kept, and end, as made."""
    yields: dict[str, tuple[Rule, ...]] = {rule.id: () for policy in policies for rule in policy.rules}
    decisive = frozenset().union(*(one.decisive for one in policies))
    agreed = frozenset().union(*(one.agreed for one in policies))
    known = {kind: [one.handlers[kind] for one in policies] for kind in policies[0].handlers}
    for policy in policies:
        policy.decisive, policy.agreed, policy.yields = decisive, agreed, yields | policy.yields
        policy.handlers = {kind: _seeing(policy.handlers[kind], all_) for kind, all_ in known.items()}


def _seeing(own: Handler, others: Iterable[Handler]) -> Handler:
    """The handler with every effect that one of the others has on what is open, and what it opens itself."""
    others = list(others)
    seen: dict[str, Any] = {name: any(getattr(one, name) for one in others) for name in EFFECTS}
    seen |= {name: all(getattr(one, name) for one in others) for name in ("idle", "inert")}
    return replace(own, **seen)


def policy_of(text: str) -> Policy:
    """The policy that an overlay's text makes; refuses a text that is none."""
    overlay = parse(text, name="overlay")
    if not isinstance(overlay, Map):
        what, remedy = _("an overlay is a map."), _("Start with base: strict.")
        raise Refused(what, where="overlay:1", remedy=remedy, code="bad_overlay")
    return rulebook().policy(overlay)
