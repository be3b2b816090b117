"""Reading cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Staff
from bihuan.cases.models import Case, CaseFile, CaseState, Note
from bihuan.customers.models import Home, Occupancy, Party
from bihuan.customers.queries import Found
from bihuan.kernel.text import bigrams
from bihuan.ledger.models import Event
from bihuan.ledger.queries import reaching
from bihuan.obligations.describers import Description

MOST = 1000
ENDED = (CaseState.CLOSED, CaseState.WITHDRAWN)
SAME_FOR = timedelta(days=90)  # within which the same home and problem count as a repetition


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of a case's story: an event, the words beside it, and who did it."""

    event: Event
    text: str
    staff: Staff | None
    files: Sequence[CaseFile] = ()


def count_open(site: str, kind: str) -> int:
    """How many cases of a kind are open at a site, up to `MOST`."""
    rows = Case.objects.filter(site=site, kind=kind).exclude(state__in=ENDED)
    return rows.order_by()[:MOST].count()


def story(subjects: Sequence[str], case: Case) -> list[Told]:
    """Everything that happened to these subjects of a case, newest first, in four queries."""
    events = list(reaching(subjects).order_by("-at", "-id"))
    notes = dict(Note.objects.filter(case=case).values_list("event_id", "text"))
    people = {event.actor.removeprefix("staff:") for event in events if event.actor.startswith("staff:")}
    people |= {str(event.facts["to"]) for event in events if "to" in event.facts}
    staff = Staff.objects.in_bulk([int(one) for one in people])
    by = {f"staff:{pk}": one for pk, one in staff.items()}
    files = files_of(case)
    return [Told(event, notes.get(event.pk, ""), by.get(event.actor), files.get(event.pk, ())) for event in events]


def signed_by(case: Case) -> list[str]:
    """The names of those who complain, the one who brought it first."""
    first = [case.party.name] if case.party else []
    return first + list(case.signed_by.order_by("id").values_list("party__name", flat=True))


def signers_of(case: Case) -> list[tuple[Party, str]]:
    """Who signs beside the one who brought it, with their telephones and where they live; three queries."""
    signed = case.signed_by.select_related("party").prefetch_related("party__phones").order_by("id")
    parties = [one.party for one in signed]
    held = Occupancy.objects.filter(party__in=parties, until=None, home__site=case.site_id).order_by("-id")
    homes = dict(held.values_list("party", "home__label"))
    return [(party, homes.get(party.pk, "")) for party in parties]


def files_of(case: Case) -> dict[int, list[CaseFile]]:
    """The files of a case, by the event they came with, in the order they were sent; one query."""
    found: dict[int, list[CaseFile]] = {}
    for one in CaseFile.objects.filter(case=case).select_related("file").order_by("id"):
        found.setdefault(one.event_id, []).append(one)
    return found


def alike(
    site: str, *, home: Home | None, kind: str, summary: str, at: datetime, but: UUID | None = None
) -> list[Case]:
    """Cases that may be the same one again: of this home, or in this building with like words, within 90 days."""
    recent = Case.objects.filter(site=site, kind=kind, received_at__gte=at - SAME_FOR).exclude(state="withdrawn")
    same = Q()
    if home is not None:
        same |= Q(home=home)
    words = [one for one in bigrams(summary) if len(one) > 1]
    if len(words) > 1:
        like = Q(terms__overlap=words)
        same |= like & Q(home__building=home.building_id) if home is not None else like
    if not same:
        return []
    return list(
        recent.filter(same)
        .exclude(pk__in=[but] if but else [])
        .select_related("home")
        .order_by("-received_at", "-id")[:5]
    )


def describe_cases(subjects: list[str]) -> dict[str, Description]:
    """Cases in words, in one query."""
    ids = [subject.removeprefix("case:") for subject in subjects]
    rows = Case.objects.filter(pk__in=ids).select_related("party", "home")
    return {case.subject: _describe(case) for case in rows}


def _describe(case: Case) -> Description:
    return Description(
        label=case.number or "",
        about=case.summary,
        whom=who(case),
        place=case.home.label if case.home else "",
        link=f"/cases/{case.number or case.pk}",
        kind=case.kind,
        severity=case.severity,
        case=case.pk,
        party=case.party_id,
    )


def who(case: Case) -> str:
    """The customer's name, "" where it is not known or not to be said."""
    if case.anonymous:
        return ""
    return case.party.name if case.party else ""


def find_cases(actor: Actor, asked: str) -> list[Found]:
    """For the search box: the case of a number, present or former."""
    rows = Case.objects.filter(numbers__number=asked.upper(), site__in=actor.sites_for("case.view"))
    return [
        Found("case", case.number or str(case.pk), case.site_id, case.summary, (case.number or "",)) for case in rows
    ]
