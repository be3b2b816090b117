"""What a sheet asks to be looked at, from what the system knows: promises, gaps in the records, major complaints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from bihuan.cases.models import Case, CaseKind, CaseState, Severity
from bihuan.ledger.models import Event
from bihuan.obligations.models import Obligation, State
from bihuan.supervision.models import Check, Item, Section

MOST = 200  # complaints, and promises, that one sheet asks about; the newest of them
OVER = (CaseState.HANDLED, CaseState.CLOSED)
LOOKED_FOR = ("complaint.investigated", "complaint.explained")
REGISTER = (Item.UNCLASSIFIED, Item.NO_CONTACT, Item.NOT_RESTATED, Item.NO_TIME)  # what is written down at intake


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line to be looked at; `key` is the same each time the sheet is filled, as long as the line is."""

    key: str
    section: str
    item: str
    case: Case | None = None
    promise: Obligation | None = None
    count: int | None = None

    @property
    def needs_words(self) -> bool:
        """XQ-C8.3: of a major complaint the review is written down, also where all is right."""
        return self.section == Section.MAJORS


def lines_of(kind: str, site: str, *, since: datetime, until: datetime) -> list[Line]:
    """The lines of a check of a site, of what lies between two instants; a bounded number of queries."""
    if kind == Check.DAILY_RECORD:
        return list(_records(_received(site, since, until), only=REGISTER))
    cases = _alive(site, since, until)
    if kind == Check.DAILY:
        return [*_promises(site, since, until), *_records(cases)]
    return [*_records(cases), *_majors(_alive(site, since, until, Q(severity=Severity.A)))]


def gaps(case: Case, happened: set[str]) -> list[Item]:
    """What is missing in the record of a complaint; `happened` are its kinds of events, of LOOKED_FOR."""
    settled, over = case.settled_on_the_spot, case.state in OVER
    known = {
        Item.UNCLASSIFIED: not case.number,
        Item.NO_CONTACT: case.party_id is None and not case.anonymous,
        Item.NOT_RESTATED: case.restated_at is None and not settled,
        Item.NO_TIME: case.agreed_at is None and not settled and not case.anonymous,
        Item.NOBODY: case.in_charge_id is None and case.state != CaseState.RECEIVED and not settled,
        Item.NOT_JUDGED: over and case.valid is None and not settled,
        Item.NO_CAUSE: over and "complaint.investigated" not in happened and not settled,
        Item.UNEXPLAINED: case.valid is False and "complaint.explained" not in happened,
        Item.NOT_TOLD: over and case.told_at is None and not settled and not case.anonymous,
    }
    return [item for item, missing in known.items() if missing]


def _promises(site: str, since: datetime, until: datetime) -> Iterator[Line]:
    """XQ-C8.4: whether complainants got what they were promised. What is owed within the house is not of it."""
    ours = Obligation.objects.filter(site=site, noun=CaseKind.COMPLAINT, owed_to="").exclude(owed_by="clock")
    due = ours.filter(due_at__gt=since, due_at__lte=until, state=State.MET)
    in_time = due.filter(met_at__lte=F("due_at")).order_by().count()
    yield Line(key="in_time", section=Section.PROMISES, item=Item.IN_TIME, count=in_time)
    over = list(ours.filter(state=State.OPEN, due_at__lt=until).order_by("due_at", "id")[:MOST])
    late = list(due.filter(met_at__gt=F("due_at")).order_by("due_at", "id")[:MOST])
    cases = _cases_of([*over, *late])
    for item, rows in ((Item.OVERDUE, over), (Item.LATE, late)):
        once = {(row.subject, row.duty, row.due_at): row for row in reversed(rows)}  # what one act keeps is one line
        for row in reversed(once.values()):
            case = cases.get(row.subject)
            key = f"{item}.{row.pk}"
            yield Line(key=key, section=Section.PROMISES, item=item, case=case, promise=row)


def _cases_of(rows: Iterable[Obligation]) -> dict[str, Case]:
    ids = {row.subject.removeprefix("case:") for row in rows if row.subject.startswith("case:")}
    found = Case.objects.filter(pk__in=ids).select_related("party", "home").defer("details")
    return {one.subject: one for one in found}


def _records(cases: Sequence[Case], *, only: Sequence[Item] = ()) -> Iterator[Line]:
    """The complaints without a gap as one line, and a line for each gap."""
    happened: dict[str, set[str]] = defaultdict(set)
    seen = Event.objects.filter(subject__in=[one.subject for one in cases], kind__in=LOOKED_FOR)
    for subject, kind in seen.values_list("subject", "kind"):
        happened[subject].add(kind)
    found = [(one, [gap for gap in gaps(one, happened[one.subject]) if not only or gap in only]) for one in cases]
    whole = sum(not missing for _one, missing in found)
    yield Line(key="complete", section=Section.RECORDS, item=Item.COMPLETE, count=whole)
    for one, missing in found:
        for item in missing:
            yield Line(key=f"{item}.{one.pk}", section=Section.RECORDS, item=item, case=one)


def _majors(cases: Iterable[Case]) -> Iterator[Line]:
    """XQ-C8.3: every one of them, however many other complaints there are."""
    for one in cases:
        yield Line(key=f"major.{one.pk}", section=Section.MAJORS, item=Item.MAJOR, case=one)


def _received(site: str, since: datetime, until: datetime) -> list[Case]:
    return _newest(_complaints(site, until).filter(received_at__gt=since))


def _alive(site: str, since: datetime, until: datetime, also: Q | None = None) -> list[Case]:
    """The complaints that are open, and those that were closed since."""
    complaints = _complaints(site, until).filter(also or Q())
    open_ = _newest(complaints.exclude(state=CaseState.CLOSED))
    closed = _newest(complaints.filter(state=CaseState.CLOSED, closed_at__gt=since))
    return sorted([*open_, *closed], key=lambda one: (one.received_at, one.pk), reverse=True)


def _complaints(site: str, until: datetime) -> QuerySet[Case]:
    known = Q(site=site, kind=CaseKind.COMPLAINT, received_at__lte=until)
    return Case.objects.filter(known).exclude(state=CaseState.WITHDRAWN)


def _newest(rows: QuerySet[Case]) -> list[Case]:
    return list(rows.select_related("party", "home").defer("details").order_by("-received_at", "-id")[:MOST])
