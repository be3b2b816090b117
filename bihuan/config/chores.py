"""What the worker does besides the escalator, and how often: roll-ups, anchors, and clearing away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command

from bihuan.api.idempotency import purge
from bihuan.customers import imports
from bihuan.kernel import clock
from bihuan.ledger.actions import anchor_days
from bihuan.messages.fetching import fetch_mail
from bihuan.messages.sending import send_mail
from bihuan.obligations.beginnings import begin_days, begin_months, begin_weeks
from bihuan.obligations.replanning import replan
from bihuan.obligations.tallies import refresh
from bihuan.portal import limits

ABANDONED = timedelta(days=1)  # after which a sheet that nobody applied is thrown away


def clear_imports() -> None:
    """Throws away sheets that were looked at and never applied: they hold names."""
    imports.sweep(clock.now() - ABANDONED)


def clear_sessions() -> None:
    """Forgets sessions that have ended."""
    call_command("clearsessions")


MINUTELY: list[Callable[[], object]] = [anchor_days, refresh, replan, begin_days, begin_weeks, begin_months]
OUTGOING: list[Callable[[], object]] = [send_mail]  # at every beat, beside the rest: other people's servers may be slow
INCOMING: list[Callable[[], object]] = [fetch_mail]  # every minute, likewise
HOURLY: list[Callable[[], object]] = [purge, clear_imports, clear_sessions, limits.clear]
