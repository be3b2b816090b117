"""What is told: the forms of answers. Times are ISO with the offset of the site."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bihuan.api import types
from bihuan.cases.models import CaseKind, CaseState, Channel, Severity
from bihuan.customers.models import CustomerClass
from bihuan.visits.models import Satisfaction, Solved, VisitState

Time = Annotated[str, Field(json_schema_extra={"format": "date-time", "examples": ["2026-11-23T09:30:00+08:00"]})]
Next = Annotated[str | None, Field(description="What to send as `after` for the next page; null after the last.")]


class Told(BaseModel):
    """Something a program is told."""

    model_config = ConfigDict(extra="forbid")


class Problem(Told):
    """An error. Members that say nothing are left out."""

    type: str = Field(description="Where the code is described.")
    title: str
    status: int
    detail: str = Field(description="What is wrong, in the language of Accept-Language.")
    code: str = Field(description="Stable, for programs.")
    where: str = Field("", description="The field or parameter it is about, such as contact.phone.")
    remedy: str = Field("", description="What to do.")
    allowed: list[str] = Field([], description="With 409 about a case: the events possible now.")


class Obligation(Told):
    """Who owes which duty by when, under which clause, and how it went; as `./run replay` prints it."""

    rule: str
    clause: str
    subject: str
    duty: str
    owed_by: str = Field(description="A post, or clock.")
    opened_at: Time
    due_at: Time
    original_due_at: Time
    state: Literal["open", "met", "waived", "void"]
    met_at: Time | None
    late_seconds: int | None = Field(description="0 when met in time, whole seconds when met late, else null.")
    breached_at: Time | None
    reason: str | None = Field(description="Why it was waived or is void.")


class Person(Told):
    """A member of staff."""

    id: int
    name: str


class CaseHead(Told):
    """What lists and answers tell of a case."""

    id: UUID
    number: str | None = Field(description="Null for a complaint that is not classified yet.")
    state: CaseState
    kind: CaseKind
    site: str
    channel: Channel
    severity: Severity | None
    problem: str | None
    summary: str
    received_at: Time
    in_charge: Person | None
    party: int | None = Field(description="Null where it is not known or the customer is anonymous.")
    home: int | None


class CaseLine(CaseHead):
    """A case on a list."""

    next_obligation: Obligation | None = Field(description="What people owe next about it.")


class Case(CaseHead):
    """A case."""

    obligations: list[Obligation] = Field(description="By due time.")
    allowed: list[str] = Field(description="The events possible as it stands, whoever may do them.")


class Visit(Told):
    """A visit that is owed, or how it came out."""

    id: UUID
    number: str | None = Field(description="The number of the case that is visited.")
    state: VisitState
    site: str
    subject: str = Field(description="What is visited: case:…, work_order:… or party:….")
    case: UUID | None
    party: int | None = Field(description="Null where it is not known or the customer is anonymous.")
    due_at: Time
    again_at: Time | None
    ended_at: Time | None
    clauses: list[str]
    satisfied: Satisfaction | None
    solved: Solved | None
    obligations: list[Obligation] = Field(description="The promises to make this visit, by due time.")


class Call(Told):
    """A telephone call."""

    id: UUID
    call_id: str | None = Field(description="The telephone system's id; null where somebody typed the rings in.")
    site: str
    phone: str = Field(description="Masked, such as 138****5521; empty where it is not known.")
    party: int | None = Field(description="Whose number it is, where it is one customer's.")
    rang_at: Time
    answered_at: Time | None
    rings: int | None = Field(description="Before it was answered, or so far; null where nobody counted.")
    agent: Person | None
    case: UUID | None = Field(description="The case that it became.")
    intake: str = Field(description="The address at which it is taken in, under that of the installation.")


class Customer(Told):
    """A customer with homes and masked telephones, or a home with its people."""

    kind: Literal["party", "home"]
    id: types.Id
    site: str
    label: str = Field(description="The name of the party, or the home as people say it.")
    beside: list[str] = Field(description="The homes of the party, or the people of the home.")
    phones: list[str] = Field(description="Masked, such as 138****5521.")
    customer_class: CustomerClass | None


class Site(Told):
    """A site at which the token acts."""

    code: str
    name: str
    zone: str
    posts: list[str] = Field(description="The posts of the token's user there.")


class Figure(Told):
    """A monthly rate of complaints (XQ-C8.2)."""

    code: Literal["on_time", "correct", "visit", "satisfaction", "complaint", "valid"]
    label: str
    formula: str = Field(description="In words, in the language of Accept-Language.")
    numerator: float
    denominator: int = Field(description="Of the complaint rate: occupied homes.")
    value: float | None = Field(description="With one decimal; null where the denominator is 0.")
    unit: Literal["percent", "per_thousand"]


class Figures(Told):
    """The figures of a month; there is no further page."""

    month: types.Month
    sites: list[str] = Field(description="Whose figures these are, together.")
    closed: bool = Field(description="Whether every one of these sites has closed the month: then nothing changes.")
    items: list[Figure]
    next: Next


class Cases(Told):
    """A page of cases, newest first."""

    items: list[CaseLine]
    next: Next


class Obligations(Told):
    """A page of obligations, by due time."""

    items: list[Obligation]
    next: Next


class Visits(Told):
    """A page of visits."""

    items: list[Visit]
    next: Next


class Customers(Told):
    """What was found, at most 20; there is no further page."""

    items: list[Customer]
    next: Next


class Sites(Told):
    """A page of sites, by code."""

    items: list[Site]
    next: Next
