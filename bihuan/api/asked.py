"""What may be asked: bodies and filters. Unknown fields are refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bihuan.accounts.models import PostCode
from bihuan.api import types
from bihuan.cases.models import CaseKind, Channel, Ground, Severity, Unit, Urgency
from bihuan.messages.models import Means
from bihuan.visits.models import Outcome, Satisfaction, Solved, VisitState

OwedBy = StrEnum("OwedBy", [(one, one) for one in (*PostCode.values, "clock")])  # type: ignore[misc]


class Asked(BaseModel):
    """Something a program asks."""

    model_config = ConfigDict(extra="forbid")


class Contact(Asked):
    """Who brought it, where that is nobody on file."""

    name: types.Short = ""
    phone: types.PhoneText = ""


class NewCase(Asked):
    """A case to be received. Only kind, channel, site and summary are needed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "demand", "channel": "phone", "site": "CH", "summary": "厨房水管漏水"},
                {
                    "kind": "complaint",
                    "channel": "walk_in",
                    "site": "CH",
                    "summary": "夜间施工噪声",
                    "severity": "B",
                    "problem": "03",
                    "contact": {"name": "王女士", "phone": "13812345521"},
                },
            ]
        },
    )

    kind: CaseKind
    channel: Channel
    site: types.SiteCode
    summary: types.Summary = Field(description="What it is about, in a few words.")
    details: types.Words | None = Field(None, description="All that was said.")
    at: types.Instant | None = Field(
        None, description="When it was received, if earlier: more than five minutes back needs the act case.backdate."
    )
    severity: Severity | None = Field(None, description="Of complaints; with `problem`, then it is classified at once.")
    problem: types.ProblemCode | None = Field(None, description="An entry of the classification table.")
    party: types.Id | None = Field(None, description="The customer, as GET /customers gives it.")
    home: types.Id | None = Field(None, description="The home it is about, as GET /customers gives it.")
    contact: Contact | None = Field(None, description="Instead of `party`: known again by number and name.")
    signers: types.Count = Field(1, description="How many sign a joint complaint.")
    anonymous: types.Flag = False
    agitated: types.Flag = False
    agreed_at: types.Instant | None = Field(None, description="The time of reply or arrival agreed with the customer.")
    requested_by: types.Instant | None = Field(None, description="The customer's own limit.")

    @model_validator(mode="after")
    def _whole(self) -> NewCase:
        """What one field says must fit what the others say."""
        if self.kind != CaseKind.COMPLAINT and (self.severity or self.problem):
            raise PydanticCustomError("not_classified", "only a complaint is classified.", {"where": "severity"})
        if bool(self.severity) != bool(self.problem):
            missing = {"where": "severity" if self.problem else "problem"}
            raise PydanticCustomError("half_classified", "give severity and problem, or neither.", missing)
        if self.party is not None and self.contact is not None:
            raise PydanticCustomError("two_customers", "give party or contact, not both.", {"where": "contact"})
        return self


class Facts(Asked):
    """What a step tells. Each verb takes its own: see the description of the call."""

    text: types.Words = Field("", description="What was said or done, in words.")
    to: types.StaffKey | None = Field(None, description="Who takes charge: a member of staff, by id or user name.")
    severity: Severity | None = None
    ground: Ground | None = Field(None, description="Why it is as grave as it is judged (XQ-C5.2).")
    problem: types.ProblemCode | None = None
    urgency: Urgency | None = Field(None, description="Why it is to be acted on at once (XQ-C7.3).")
    agreed_at: types.Instant | None = None
    agreed_until: types.Instant | None = None
    amount: types.Yuan | None = Field(None, description="What a promise may cost, in whole yuan; 0 if nothing.")
    means: Means | None = Field(None, description="How the customer was told; by `email` the text itself is sent.")
    understood: Literal["understood"] | None = Field(None, description="The customer accepts that it is not valid.")
    unit: Unit | None = Field(None, description="To whom the case is transferred.")
    unit_name: types.Short | None = Field(None, description="How that unit is called.")
    signature: types.Drawing | None = Field(None, description="The customer's signature: a PNG as a data URL.")
    reason: Literal["all_means_used"] | None = Field(None, description="The site manager's finding, with `text`.")


class Step(Asked):
    """Something that happened to a case."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "classified", "facts": {"severity": "B", "problem": "03"}},
                {"kind": "progress_told", "facts": {"text": "已安排明早上门"}},
            ]
        },
    )

    kind: types.Verb = Field(description="The short verb: handed_over, not complaint.handed_over.")
    at: types.Instant | None = Field(None, description="When it happened, if earlier.")
    facts: Facts = Facts.model_validate({})


class NewCall(Asked):
    """What a telephone system tells of a call: when it rings, when it is answered, or both at once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "call_id": "sip-20261123-0042",
                    "site": "CH",
                    "from": "13812345521",
                    "rang_at": "2026-11-23T09:00:00+08:00",
                },
                {
                    "call_id": "sip-20261123-0042",
                    "site": "CH",
                    "rang_at": "2026-11-23T09:00:00+08:00",
                    "answered_at": "2026-11-23T09:00:09+08:00",
                    "rings": 2,
                    "agent": "chenyutong",
                },
            ]
        },
    )

    call_id: types.CallKey = Field(description="The telephone system's own id: the same one tells of the same call.")
    site: types.SiteCode
    caller: types.PhoneText = Field("", alias="from", description="The number; what is none, or withheld, is left out.")
    rang_at: types.Instant = Field(description="When it began to ring.")
    answered_at: types.Instant | None = Field(None, description="Left out while it rings, and where nobody answered.")
    rings: types.Rings | None = Field(None, description="How often it rang before it was answered, or so far.")
    agent: types.StaffKey | None = Field(None, description="Who answers it, by id or user name; left out: anybody.")


class Stars(Asked):
    """Marks from 1 to 5."""

    intake: types.Star | None = None
    measures: types.Star | None = None
    result: types.Star | None = None


class Answers(Asked):
    """What the customer answered."""

    satisfied: Satisfaction
    solved: Solved | None = Field(None, description="Needed where a case is visited.")
    stars: Stars = Stars.model_validate({})
    shortcomings: types.Words = Field("", description="In the customer's words; needed where not satisfied.")
    companion: types.StaffKey | None = Field(
        None,
        description="The colleague who was there too, by id or user name: complaints are visited by two (GC-6.3.1).",
    )


class NewAttempt(Asked):
    """How a try at a visit came out."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"outcome": "not_reached", "note": "无人接听"},
                {"outcome": "done", "answers": {"satisfied": "yes", "solved": "solved", "stars": {"result": 5}}},
            ]
        },
    )

    outcome: Outcome
    at: types.Instant | None = Field(None, description="When it was tried, if earlier.")
    answers: Answers | None = Field(None, description="With `done`, and only then.")
    signed: types.Flag = Field(False, description="Whether the customer signed on paper; with `done`.")
    note: types.Note = Field("", description="With `not_reached` or `declined`.")
    again_at: types.Instant | None = Field(
        None, description="With `not_reached`: when the customer wants to be tried again."
    )

    FITTING: ClassVar[dict[str, tuple[str, ...]]] = {
        Outcome.DONE: ("answers", "signed"),
        Outcome.NOT_REACHED: ("note", "again_at"),
        Outcome.DECLINED: ("note",),
    }

    @model_validator(mode="after")
    def _fitting(self) -> NewAttempt:
        """Each outcome has its own fields."""
        if self.outcome == Outcome.DONE and self.answers is None:
            raise PydanticCustomError("missing", "say what the customer answered.", {"where": "answers"})
        given = self.model_dump(exclude_defaults=True, exclude={"outcome", "at"})
        for name in given:
            if name not in self.FITTING[self.outcome]:
                fits: dict[str, Any] = {"where": name, "expected": ", ".join(self.FITTING[self.outcome])}
                raise PydanticCustomError("unknown_field", "this does not go with the outcome.", fits)
        return self


class Page(Asked):
    """A list's filters."""

    after: types.Cursor | None = Field(None, description="`next` of the page before.")


class SiteFilters(Page):
    """Filters of sites."""


class CaseFilters(Page):
    """Filters of cases."""

    site: types.SiteCode | None = None
    kind: CaseKind | None = None
    state: Literal["open", "handled", "closed", "all"] = Field(
        "all", description="open: neither closed nor withdrawn; handled: to be closed; closed: closed or withdrawn."
    )
    q: types.Asked | None = Field(None, description="A number or how it begins, words of the summary, or a home.")


class ObligationFilters(Page):
    """Filters of obligations."""

    site: types.SiteCode | None = None
    state: Literal["open", "overdue", "met", "waived", "void", "all"] = "open"
    owed_by: OwedBy | None = Field(None, description="A post, or the clock.")
    due_before: types.Instant | None = Field(None, description="Only what is due before; in an address + is %2B.")


class VisitFilters(Page):
    """Filters of visits."""

    site: types.SiteCode | None = None
    state: VisitState = Field(VisitState.PLANNED, description="planned: due first at the top; the others: ended last.")


class FigureFilters(Asked):
    """Which month, and of which site."""

    month: types.Month | None = Field(None, description="Left out: the present one.")
    site: types.SiteCode | None = Field(None, description="Left out: all the token's sites together.")


class CustomerFilters(Asked):
    """What to look for."""

    q: Annotated[
        types.Asked, Field(description="A name, its initials, a telephone number or its last four digits, a home.")
    ]
