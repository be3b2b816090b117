"""Lists of cases: what is looked for, and page after page of it. A page begins after the last row of the one before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from bihuan.accounts.access import NotFound
from bihuan.cases.models import Case, CaseState
from bihuan.cases.queries import ENDED
from bihuan.customers import places
from bihuan.customers.models import Home
from bihuan.kernel.text import bigrams, normal, simplified
from bihuan.obligations.models import Obligation, State

SIZE = 50
MOST_HOMES = 2000  # that a text may mean, over all sites
RECENT = 5000  # cases that are looked through one by one
FEW = 12  # sites times kinds that are worth a look each
NEWEST = ("-received_at", "-id")
STATES: dict[str, Q] = {
    "open": ~Q(state__in=ENDED),
    "handled": Q(state=CaseState.HANDLED),
    "closed": Q(state__in=ENDED),
    "all": Q(),
}
_WRITTEN = "%Y%m%dT%H%M%S.%fZ"
_NUMBER = re.compile(r"[A-Z0-9]+(-[A-Z0-9]*)+")
_SERIAL = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list of cases shows. What is left empty does not narrow it."""

    kinds: Sequence[str]
    sites: Sequence[str]
    state: str = "open"  # one of STATES
    severity: str = ""
    problem: str = ""
    in_charge: int | None = None
    mine: int | None = None  # whose: in charge of it, or took it in and nobody is in charge yet
    text: str = ""


@dataclass(frozen=True, slots=True)
class CasesPage:
    """A page of cases, and what to ask for the next one with; empty after the last."""

    rows: list[Case]
    next: str


def cases_page(wanted: Wanted, after: str = "", *, size: int = SIZE) -> CasesPage:
    """The cases that are wanted, newest first, from the one that follows `after`; one query.

    Raises NotFound where `after` is none that a page gave.
    """
    fits = _fits(wanted)
    if after:
        at, pk = read_cursor(after)
        fits &= Q(received_at__lte=at) & (Q(received_at__lt=at) | Q(pk__lt=pk))
    found = _newest(wanted, fits, size + 1).select_related("party", "home", "in_charge", "problem").defer("details")
    rows = list(found.order_by(*NEWEST)[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return CasesPage(rows[:size], cursor(last.received_at, last.pk) if last else "")


def next_promises(subjects: Iterable[str]) -> dict[str, Obligation]:
    """Of each subject the promise that is due first, those of the clock left out; one query."""
    owed = Obligation.objects.filter(subject__in=list(subjects), state=State.OPEN).exclude(owed_by="clock")
    return {one.subject: one for one in owed.order_by("subject", "due_at", "id").distinct("subject")}


def cursor(at: datetime, pk: UUID) -> str:
    """Where a page ended."""
    return f"{at.astimezone(UTC):{_WRITTEN}}~{pk}"


def read_cursor(text: str) -> tuple[datetime, UUID]:
    """The instant and the id in a cursor. Raises NotFound where it is none."""
    at, _, pk = text.partition("~")
    try:
        return datetime.strptime(at, _WRITTEN).replace(tzinfo=UTC), UUID(pk)
    except ValueError:
        raise NotFound from None


def _newest(wanted: Wanted, fits: Q, most: int) -> QuerySet[Case]:
    """The cases that fit. An index gives the newest of one site and kind in order; so of few such pairs the newest of
    each are taken first, where one look at all of them would read and sort every case there ever was."""
    pairs = [Q(site=site, kind=kind) for site in wanted.sites for kind in wanted.kinds]
    if len(pairs) > FEW and wanted.text.strip():
        return _found(wanted, fits, most)
    if not 1 < len(pairs) <= FEW:
        return Case.objects.filter(fits, site__in=wanted.sites, kind__in=wanted.kinds)
    first, *others = (Case.objects.filter(pair, fits).order_by(*NEWEST).values("pk")[:most] for pair in pairs)
    return Case.objects.filter(pk__in=first.union(*others, all=True))


def _found(wanted: Wanted, fits: Q, most: int) -> QuerySet[Case]:
    """The newest cases at many sites of which a text speaks. What is said often is found among the newest of all; what
    is not found there is rare, so that all of it can be taken from the index of words, and sorted."""
    everywhere = Case.objects.filter(site__in=wanted.sites, kind__in=wanted.kinds)
    recent = everywhere.order_by(*NEWEST).values("pk")[:RECENT]
    near = Case.objects.filter(fits, pk__in=recent).order_by(*NEWEST).values_list("pk", flat=True)
    found = list(near[:most])
    if len(found) < most:
        unindexed = everywhere.filter(fits).annotate(at=F("received_at") + timedelta(0))  # not one after the other
        found = list(unindexed.order_by("-at", "-id").values_list("pk", flat=True)[:most])
    return Case.objects.filter(pk__in=found)


def _fits(wanted: Wanted) -> Q:
    fits = STATES[wanted.state]
    if wanted.severity:
        fits &= Q(severity=wanted.severity)
    if wanted.problem:
        fits &= Q(problem=wanted.problem)
    if wanted.in_charge is not None:
        fits &= Q(in_charge=wanted.in_charge)
    if wanted.mine is not None:
        fits &= Q(in_charge=wanted.mine) | Q(in_charge=None, received_by=wanted.mine)
    return fits & _speaks_of(wanted) if wanted.text.strip() else fits


def _speaks_of(wanted: Wanted) -> Q:
    """By a number or how it begins, a complaint's serial, words of the summary, or the home."""
    asked = normal(wanted.text)
    pieces = bigrams(asked)
    found = Q(terms__contains=pieces) | Q(terms__contains=bigrams(simplified(asked))) if pieces else Q(pk=None)
    if len(asked) == 1:
        found |= Q(summary__contains=asked)  # two characters are looked up in the index, one is not
    if _NUMBER.fullmatch(asked.upper()):
        found |= Q(number__startswith=asked.upper())
    if _SERIAL.fullmatch(asked):
        found |= Q(serial=int(asked))
    homes = places.asked(asked)
    if homes:  # by their ids: beside a query in a query no index is used for any of these
        fit = Home.objects.filter(site__in=wanted.sites, terms__overlap=homes)
        found |= Q(home__in=list(fit.order_by("sort", "id").values_list("pk", flat=True)[:MOST_HOMES]))
    return found
