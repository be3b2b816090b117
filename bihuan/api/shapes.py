"""From rows to what is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from bihuan.accounts.models import Site, Staff
from bihuan.api import told
from bihuan.calls.models import Call
from bihuan.cases.models import Case, CaseKind, CaseState, Channel, Severity
from bihuan.cases.steps import possible
from bihuan.customers.models import CustomerClass
from bihuan.customers.queries import Found
from bihuan.figures.formulas import Figure
from bihuan.obligations.books import books
from bihuan.obligations.models import Obligation
from bihuan.rulebook import SiteTimes
from bihuan.visits.models import Satisfaction, Solved, Visit, VisitState


def obligation(row: Obligation, times: SiteTimes) -> told.Obligation:
    """An obligation in the form of the replay."""
    zone = row.site
    return told.Obligation(
        rule=row.rule,
        clause=row.clause,
        subject=row.subject,
        duty=row.duty,
        owed_by=row.owed_by,
        opened_at=_iso(row.opened_at, zone, times),
        due_at=_iso(row.due_at, zone, times),
        original_due_at=_iso(row.original_due_at, zone, times),
        state=row.state,  # type: ignore[arg-type]
        met_at=_maybe(row.met_at, zone, times),
        late_seconds=row.late_seconds,
        breached_at=_maybe(row.breached_at, zone, times),
        reason=row.reason or None,
    )


def obligations(rows: Iterable[Obligation]) -> list[told.Obligation]:
    """Obligations in the order of the rows."""
    times = books().calendars
    return [obligation(row, times) for row in rows]


def case(row: Case, owed: Iterable[Obligation], *, times: SiteTimes) -> told.Case:
    """A case with what is owed about it."""
    lines = [obligation(one, times) for one in sorted(owed, key=_by_due)]
    return told.Case(**_head(row, times), obligations=lines, allowed=possible(row))


def case_lines(rows: Sequence[Case], ahead: dict[str, Obligation]) -> list[told.CaseLine]:
    """Cases of a list, each with what is owed next."""
    times, lines = books().calendars, []
    for row in rows:
        following = ahead.get(row.subject)
        promise = obligation(following, times) if following else None
        lines.append(told.CaseLine(**_head(row, times), next_obligation=promise))
    return lines


def visits(rows: Sequence[Visit], owed: Iterable[Obligation]) -> list[told.Visit]:
    """Visits, each with the promises to make it."""
    times = books().calendars
    by_subject: dict[str, list[told.Obligation]] = defaultdict(list)
    for one in sorted(owed, key=_by_due):
        by_subject[one.subject].append(obligation(one, times))
    return [_visit(row, by_subject[row.subject], times) for row in rows]


def call(row: Call) -> told.Call:
    """A telephone call."""
    times, about = books().calendars, row.about.removeprefix("case:")
    return told.Call(
        id=row.pk,
        call_id=row.call_id,
        site=row.site_id,
        phone=row.mask,
        party=row.party_id,
        rang_at=_iso(row.rang_at, row.site_id, times),
        answered_at=_maybe(row.answered_at, row.site_id, times),
        rings=row.rings,
        agent=_person(row.agent),
        case=UUID(about) if about else None,
        intake=f"/intake?call={row.pk}",
    )


def customer(found: Found) -> told.Customer:
    """A party or a home that was found."""
    return told.Customer(
        kind=found.kind,  # type: ignore[arg-type]
        id=int(found.id),
        site=found.site,
        label=found.label,
        beside=list(found.beside),
        phones=list(found.phones),
        customer_class=CustomerClass(found.customer_class) if found.customer_class else None,
    )


def figure(one: Figure) -> told.Figure:
    """A monthly rate."""
    return told.Figure(
        code=one.code,  # type: ignore[arg-type]
        label=one.label,
        formula=one.formula,
        numerator=float(one.numerator),
        denominator=one.denominator,
        value=None if one.value is None else float(one.value),
        unit=one.unit,  # type: ignore[arg-type]
    )


def site(row: Site, posts: Iterable[str]) -> told.Site:
    """A site, with what the caller is there."""
    return told.Site(code=row.code, name=row.name, zone=row.zone, posts=sorted(posts))


def _head(row: Case, times: SiteTimes) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "state": CaseState(row.state),
        "kind": CaseKind(row.kind),
        "site": row.site_id,
        "channel": Channel(row.channel),
        "severity": Severity(row.severity) if row.severity else None,
        "problem": row.problem_id,
        "summary": row.summary,
        "received_at": _iso(row.received_at, row.site_id, times),
        "in_charge": _person(row.in_charge),
        "party": None if row.anonymous else row.party_id,
        "home": row.home_id,
    }


def _visit(row: Visit, owed: list[told.Obligation], times: SiteTimes) -> told.Visit:
    sheet = row.answers if row.state == VisitState.DONE else None
    hidden = row.case is not None and row.case.anonymous
    return told.Visit(
        id=row.pk,
        number=row.case.number if row.case else None,
        state=VisitState(row.state),
        site=row.site_id,
        subject=row.subject,
        case=row.case_id,
        party=None if hidden else row.party_id,
        due_at=_iso(row.due_at, row.site_id, times),
        again_at=_maybe(row.again_at, row.site_id, times),
        ended_at=_maybe(row.ended_at, row.site_id, times),
        clauses=row.clauses.split(),
        satisfied=Satisfaction(sheet.satisfied) if sheet else None,
        solved=Solved(sheet.solved) if sheet else None,
        obligations=owed,
    )


def _person(staff: Staff | None) -> told.Person | None:
    return told.Person(id=staff.pk, name=staff.name) if staff else None


def _by_due(row: Obligation) -> tuple[datetime, str, str, datetime]:
    return row.due_at, row.rule, row.subject, row.opened_at


def _iso(at: datetime, site: str, times: SiteTimes) -> str:
    return cast(str, times[site].iso(int(at.timestamp())))


def _maybe(at: datetime | None, site: str, times: SiteTimes) -> str | None:
    return None if at is None else _iso(at, site, times)
