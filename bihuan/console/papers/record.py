"""The handling record of a complaint: 投诉处理记录表 (XQ-C7.1), with everything that TS-11.1 wants filed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Staff
from bihuan.cases.models import Case, Ground, Problem, Severity, Unit, Urgency
from bihuan.cases.queries import Told, story
from bihuan.console import words
from bihuan.console.papers.common import case_facts, frame, moment
from bihuan.console.papers.signing import signatures
from bihuan.console.papers.visiting import visit_lines
from bihuan.dispatch.models import WorkOrder
from bihuan.dispatch.queries import of_case
from bihuan.messages.models import Means
from bihuan.paper.shapes import Entry, Fact, Line, Record, Section
from bihuan.visits.queries import visits_of

HANDLING = (  # XQ-C7.1 asks for these four; they stand on the form also while they are empty
    (gettext_noop("Cause"), ("investigated",)),
    (gettext_noop("Solution"), ("solution_proposed", "solution_agreed")),
    (gettext_noop("Told to the complainant"), ("answered", "progress_told", "delay_told", "result_told", "explained")),
    (gettext_noop("Carried out"), ("action_taken", "finished", "handled", "settled_on_the_spot")),
)
INTAKE = (
    (gettext_noop("Read back"), ("restated",)),
    (gettext_noop("Answer agreed for"), ("time_agreed", "acknowledged")),
    (gettext_noop("Classification"), ("classified",)),
    (gettext_noop("Review"), ("reviewed",)),
    (gettext_noop("Valid or not"), ("found_valid", "found_invalid")),
)
COURSE = (  # what does not happen to every complaint
    (gettext_noop("Passed on"), ("handed_up", "calmed", "handed_over", "assigned", "transferred", "returned")),
    (gettext_noop("More time"), ("overrun_requested", "overrun_approved", "overrun_refused")),
    (gettext_noop("Promises on the spot"), ("promised", "promise_reported")),
    (gettext_noop("Joint complaint"), ("joined", "reported_to_branch")),
    (gettext_noop("Taken up again"), ("reopened", "merged", "linked")),
)
ENDING = ((gettext_noop("Closed"), ("closed", "withdrawn")),)
FINDINGS = ("found_valid", "found_invalid")  # here the verb is what a reader looks for
CODES = {"ground": Ground, "urgency": Urgency, "unit": Unit, "means": Means}
TIMES = ("agreed_at", "agreed_until")


def record(case: Case, *, actor: Actor, now: datetime) -> Record:
    """The record of a complaint as it stands."""
    orders = list(of_case(case.pk))
    told = story([case.subject, *(order.subject for order in orders)], case)[::-1]
    visits = visits_of(case.pk)
    write = Writer(case, told, orders)
    sections = [
        Section(title=_("The complaint"), lines=[*_matter(case), *write.lines(INTAKE[:1], always=True)]),
        Section(title=_("Intake and review"), lines=write.lines(INTAKE[1:], always=True)),
        Section(title=_("Handling"), lines=write.lines(HANDLING, always=True)),
        Section(title=_("Further course"), lines=write.lines(COURSE)),
        Section(title=_("Visit"), lines=visit_lines(case, visits, told)),
        Section(title=_("Closing"), lines=write.lines(ENDING)),
    ]
    return Record(
        frame=frame(case.site, _("Complaint handling record"), actor=actor, now=now, number=case.number or ""),
        facts=_facts(case),
        sections=[section for section in sections if section.lines],
        signatures=signatures(case, visits, told),
    )


class Writer:
    """Writes what happened to a case into the lines of a form."""

    def __init__(self, case: Case, told: Sequence[Told], orders: Iterable[WorkOrder]) -> None:
        self.case = case
        self.told = [one for one in told if not one.event.kind.startswith(("obligation.", "visit."))]
        self.orders = {order.subject: order for order in orders}
        named = {str(one.event.facts["to"]) for one in told if "to" in one.event.facts}
        self.people = Staff.objects.in_bulk([int(one) for one in named]) if named else {}
        self.problems = Problem.objects.in_bulk() if case.number else {}

    def lines(self, wanted: Iterable[tuple[str, Sequence[str]]], *, always: bool = False) -> list[Line]:
        """A line for each group of verbs; those of which nothing happened only if `always`."""
        lines = [Line(label=_(label), entries=self.entries(verbs)) for label, verbs in wanted]
        return [line for line in lines if always or line.entries]

    def entries(self, verbs: Sequence[str]) -> list[Entry]:
        """What happened under these verbs, in its order."""
        return [self._entry(one) for one in self.told if one.event.kind.partition(".")[2] in verbs]

    def _entry(self, one: Told) -> Entry:
        verb = words.verb(one.event.kind)
        order = self.orders.get(one.event.subject)
        said = order.result if order and one.event.kind == "work_order.finished" else one.text
        finding = verb if one.event.kind.endswith(FINDINGS) else ""
        text = " · ".join(part for part in (finding, self._facts(one.event.facts), said) if part)
        done = (
            verb if text and not finding else "",
            one.staff.name if one.staff else "",
            moment(one.event.at, self.case.site),
        )
        return Entry(text=text or verb, by="  ".join(part for part in (*done, order.number if order else "") if part))

    def _facts(self, facts: dict[str, Any]) -> str:
        """The facts a reader wants: how grave, what problem and why, to whom, how, until when."""
        parts = [str(Severity(facts["severity"]).label)] if facts.get("severity") else []
        parts.append(str(self.problems.get(facts.get("problem", ""), "")))
        parts += [str(codes(facts[name]).label) for name, codes in CODES.items() if facts.get(name)]
        to = self.people.get(int(facts["to"])) if facts.get("to") else None
        parts.append(_("to %s") % to.name if to else "")
        parts += [moment(datetime.fromisoformat(facts[name]), self.case.site) for name in TIMES if facts.get(name)]
        return " · ".join(part for part in parts if part)


def _facts(case: Case) -> list[Fact]:
    site = case.site
    return [
        *case_facts(case),
        Fact(label=_("Answer agreed for"), value=moment(case.agreed_at, site)),
        Fact(label=_("Wanted by"), value=moment(case.requested_by, site)),
        Fact(label=_("In charge"), value=case.in_charge.name if case.in_charge else ""),
        Fact(label=_("How it stands"), value=_standing(case)),
    ]


def _standing(case: Case) -> str:
    return " ".join(part for part in (str(case.get_state_display()), moment(case.closed_at, case.site)) if part)


def _matter(case: Case) -> list[Line]:
    """What happened and what is asked for, in the complainant's words."""
    lines = [Line(label=_("Complained of"), entries=[Entry(text=case.summary)])]
    if case.details and case.details.strip() != case.summary:
        lines.append(Line(label=_("In detail"), entries=[Entry(text=case.details.strip())]))
    return lines
