"""What came of the visits about a case, for the handling record (TS-10.2, GC-6.3.1)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.cases.models import Case
from bihuan.cases.queries import Told
from bihuan.console import words
from bihuan.console.papers.common import moment
from bihuan.paper.shapes import Entry, Line
from bihuan.visits.models import AnswerSheet, Attempt, Outcome, Visit


def visit_lines(case: Case, visits: Sequence[Visit], told: Sequence[Told]) -> list[Line]:
    """A line for the attempts and answers of each visit, and one for why none is owed; room to write where there is
    nothing yet."""
    lines = [_line(case, visit) for visit in visits]
    exempted = [_exempted(case, one) for one in told if one.event.kind == "visit.exempted"]
    if exempted:
        lines.append(Line(label=_("No visit owed"), entries=exempted))
    return lines or [Line(label=_("Result"))]


def _line(case: Case, visit: Visit) -> Line:
    sheet: AnswerSheet | None = getattr(visit, "answers", None)
    entries = []
    for attempt in visit.attempts.all():
        answered = attempt.outcome == Outcome.DONE and sheet is not None
        text = _answers(sheet) if answered and sheet else _outcome(attempt)
        by = [attempt.by.name]
        if answered and sheet and sheet.companion:
            by.append(sheet.companion.name)
        entries.append(Entry(text=text, by=f"{words.listed(by)}  {moment(attempt.at, case.site)}"))
    return Line(label=_("Result"), entries=entries)


def _outcome(attempt: Attempt) -> str:
    return " · ".join(part for part in (str(attempt.get_outcome_display()), attempt.note) if part)


def _answers(sheet: AnswerSheet) -> str:
    """How content the customer is, whether the problem is gone, how many stars, and the shortcomings named."""
    stars = {_("intake"): sheet.intake, _("measures"): sheet.measures, _("result"): sheet.result}
    parts = [str(sheet.get_satisfied_display()), str(sheet.get_solved_display())]
    parts += [_("%(what)s %(stars)d of 5") % {"what": what, "stars": given} for what, given in stars.items() if given]
    if sheet.signature or sheet.signed_on_paper:
        parts.append(_("signed by the customer"))
    line = " · ".join(parts)
    return f"{line}\n{sheet.shortcomings}" if sheet.shortcomings else line


def _exempted(case: Case, one: Told) -> Entry:
    why = words.reason(one.event.facts["reason"]) if one.event.facts.get("reason") else ""
    by = one.staff.name if one.staff else ""
    text = " · ".join(part for part in (why, one.text) if part)
    return Entry(text=text or words.kind(one.event.kind), by=f"{by}  {moment(one.event.at, case.site)}".strip())
