"""Working time that was changed: what is open and counts in it is reckoned again, and told where it moves."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError, transaction

from bihuan.kernel import clock
from bihuan.ledger.actions import hold
from bihuan.obligations.actions import reckon
from bihuan.obligations.books import Books, books
from bihuan.obligations.models import Obligation, State


def replan() -> int:
    """Reckons again what is open, counts working time, and was reckoned by hours or holidays that have changed since.

    Gives how many subjects that were; a subject that cannot be reckoned is told on stderr and tried again next time.
    """
    outdated = list(_outdated(books()))
    return sum(_reckon_again(subject, site) for subject, site in outdated)


def _outdated(held: Books) -> Iterator[tuple[str, str]]:
    """The subjects with such a promise, each with its site."""
    if not held.working:
        return
    rows = Obligation.objects.filter(state=State.OPEN, rule__in=held.working).order_by()
    for site, calendar in rows.values_list("site", "calendar").distinct():
        if calendar != held.calendars[site].calendar.version:
            found = rows.filter(site=site, calendar=calendar).values_list("subject", flat=True).distinct()
            yield from ((subject, site) for subject in found)


def _reckon_again(subject: str, site: str) -> int:
    try:
        with transaction.atomic():
            hold({subject: site})
            reckon({subject: site}, now=clock.now())
    except (InterfaceError, OperationalError):  # the database, not this subject
        raise
    except Exception as error:
        print(f"bihuan: {subject} is not replanned: {error}".splitlines()[0], file=sys.stderr, flush=True)
        return 0
    return 1
