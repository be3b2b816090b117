"""The page of a visit, for talking: what to say, what the customer answers, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.accounts.access import NotFound
from bihuan.accounts.queries import staff_of_sites
from bihuan.console import times
from bihuan.console.candidates import Who
from bihuan.console.forms.visits import ANSWERED, VisitForm
from bihuan.console.http import StaffRequest, page
from bihuan.console.refusals import put, told
from bihuan.console.visiting import before, link_of, number_of, script, short_story, whom
from bihuan.dispatch.models import WorkOrder
from bihuan.dispatch.queries import visited_job
from bihuan.files import store
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.visits import actions
from bihuan.visits.access import visible_visit
from bihuan.visits.models import AnswerSheet, Visit, VisitState
from bihuan.visits.queries import attempts_of, last_of, next_after, owed_about, quiet_until, told_of, turn


@page
def visit_of(request: StaffRequest, subject: str) -> HttpResponse:
    """Leads to the visit that is owed about something; where none is, to the last one, which says how it came out."""
    found = last_of(request.actor, subject)
    if found is None:
        raise NotFound
    if found.state != VisitState.PLANNED:
        messages.info(request, _("No visit is owed here just now; this is the last one."))
    return redirect("console:visit", found.pk)


@page
def visit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A visit to be made, or how it came out; posting writes down the outcome."""
    shown = visible_visit(request.actor, pk)
    job = visited_job(shown.subject, shown.case_id)
    if request.method != "POST":
        if shown.state != VisitState.PLANNED:
            return _show_done(request, shown, job)
        return _show(request, shown, job, _form(request, shown))
    request.actor.must("visit.do", shown.site_id)
    form = _form(request, shown)
    if form.is_valid():
        try:
            return _save(request, shown, job, form)
        except NotFound:
            raise
        except Refused as refused:
            if not put(form, refused):
                return _show(request, visible_visit(request.actor, pk), job, form, refused=refused, status=409)
    return _show(request, shown, job, form, status=422)


@page
def signature(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The customer's signature, to who may see the visit."""
    shown = visible_visit(request.actor, pk)
    sheet = AnswerSheet.objects.filter(visit=shown).exclude(signature="").first()
    if sheet is None or not store.path_of(sheet.signature).is_file():
        raise NotFound
    picture: HttpResponseBase = FileResponse(store.path_of(sheet.signature).open("rb"), content_type="image/png")
    picture.headers["X-Content-Type-Options"] = "nosniff"
    picture.headers["Cache-Control"] = "private, max-age=3600"
    return picture  # type: ignore[return-value]


def _form(request: StaffRequest, shown: Visit) -> VisitForm:
    colleagues = staff_of_sites([shown.site_id]).filter(posts__site=shown.site_id).exclude(pk=request.actor.staff.pk)
    case = shown.case
    return VisitForm(
        request.POST if request.method == "POST" else None,
        colleagues=colleagues.distinct(),
        two=case is not None and case.kind == "complaint" and shown.subject == case.subject,
        about_a_problem=case is not None,
    )


def _save(request: StaffRequest, shown: Visit, job: WorkOrder | None, form: VisitForm) -> HttpResponse:
    outcome, by, at = request.POST["outcome"], request.actor, clock.now()
    subjects = _subjects(shown, job)
    owed = owed_about(subjects)
    if outcome in ANSWERED:
        actions.done(shown, answers=form.answers(), by=by, at=at)
    elif outcome == "not_reached":
        given = form.cleaned_data
        actions.not_reached(shown, note=given["note"], again_at=given["again_at"], by=by, at=at)
    else:
        actions.declined(shown, note=form.cleaned_data["note"], by=by, at=at)
    fresh = len(owed_about(subjects) - owed)
    messages.success(request, _follows(shown, outcome, fresh), extra_tags=f"accepted:visit:{shown.pk}")
    if outcome == "no" and shown.case is None:
        return redirect(_new_case(shown))  # what is wrong is no case yet: GC-6.5.2 asks for it to be put right
    following = next_after(shown)
    return redirect("console:visit", following.pk) if following else redirect("console:visits")


def _follows(shown: Visit, outcome: str, fresh: int) -> str:
    """What was written down, for whom, and what follows from it."""
    said, now = {"whom": whom(shown) or _("the customer"), "count": fresh}, clock.now()
    case = shown.case
    if outcome == "not_reached":
        due = times.said(shown.due_at, now=now)
        return _("%(whom)s was not reached; the visit stays owed until %(due)s.") % (said | {"due": due})
    if outcome == "declined":
        until = quiet_until(case.subject) if case else None
        if until is None:
            return _("%(whom)s declined the visit.") % said
        told = _("%(whom)s declined the visit; without another word the case closes by itself %(until)s.")
        return told % (said | {"until": times.said(until, now=now)})
    if outcome == "no" and case is None:
        return _("%(whom)s is dissatisfied: take in as a case what is to be put right.") % said
    if outcome == "no":
        told = ngettext(
            "%(whom)s is dissatisfied: the case is open again; %(count)d promise is new.",
            "%(whom)s is dissatisfied: the case is open again; %(count)d promises are new.",
            fresh,
        )
        return told % said
    return _answered(shown, said)


def _answered(shown: Visit, said: dict[str, Any]) -> str:
    """What follows where the customer is content, or was visited for no case."""
    following = Visit.objects.filter(subject=shown.subject, state=VisitState.PLANNED).first()
    if following is not None:
        due = times.said(following.due_at, now=clock.now())
        return _("The answers of %(whom)s are kept; the next visit is owed by %(due)s.") % (said | {"due": due})
    if shown.case is not None and shown.case.number:
        told = _("The answers of %(whom)s are kept; %(number)s can be closed now.")
        return told % (said | {"number": shown.case.number})
    return _("The answers of %(whom)s are kept.") % said


def _show(
    request: StaffRequest,
    shown: Visit,
    job: WorkOrder | None,
    form: VisitForm,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    start = times.start_of_day(now)
    story = told_of(shown, [job.subject] if job else [])
    context = _common(request, shown, job) | {
        "form": form,
        "refused": _made_by_another(shown, refused),
        "open": shown.state == VisitState.PLANNED,
        "script": script(shown, job, story, actor=request.actor, now=now),
        "before": before(shown, now=now),
        "story": short_story(story, job, now=now),
        "turn": turn(shown, start=start, end=start + timedelta(days=1)),
        "due": times.said(shown.due_at, now=now),
        "standing": times.standing("open", shown.due_at, now=now),
        "again": times.said(shown.again_at, now=now),
        "new_case": _new_case(shown),
    }
    return render(request, "console/visit.html", context, status=status)


def _show_done(request: StaffRequest, shown: Visit, job: WorkOrder | None) -> HttpResponse:
    now = clock.now()
    story = told_of(shown, [job.subject] if job else [])
    sheet = AnswerSheet.objects.select_related("companion").filter(visit=shown).first()
    context = _common(request, shown, job) | {
        "sheet": sheet,
        "stars": [(label, getattr(sheet, name)) for name, label in _stars().items()] if sheet else [],
        "before": before(shown, now=now),
        "story": short_story(story, job, now=now),
        "ended": times.said(shown.ended_at, now=now),
        "due": times.said(shown.due_at, now=now),
        "late": shown.ended_at is not None and shown.ended_at > shown.due_at,
        "following": Visit.objects.filter(subject=shown.subject, state=VisitState.PLANNED).first(),
    }
    return render(request, "console/visit_done.html", context)


def _common(request: StaffRequest, shown: Visit, job: WorkOrder | None) -> dict[str, Any]:
    party = shown.party or (shown.case.party if shown.case else None)
    return {
        "visit": shown,
        "case": shown.case,
        "whom": whom(shown) or _("the customer"),
        "number": number_of(shown.case, job, shown),
        "link": link_of(shown),
        "job": job,
        "phones": list(party.phones.order_by("-primary", "id")) if party else [],
        "attempts": [(one, times.said(one.at, now=clock.now())) for one in attempts_of(shown)],
        "may_do": request.actor.may("visit.do", shown.site_id),
        "may_exempt": request.actor.may("visit.exempt", shown.site_id) and _of_complaint(shown),
        "may_reveal": request.actor.may("customer.reveal", shown.site_id),
        "rail_on": "visits",
    }


def _of_complaint(shown: Visit) -> bool:
    return shown.case is not None and shown.case.kind == "complaint"


def _made_by_another(shown: Visit, refused: Refused | None) -> Refused | None:
    """Says plainly that a colleague was first: what was typed is still there, to be kept elsewhere if it matters."""
    if refused is None or shown.state == VisitState.PLANNED:
        return told(refused) if refused else None
    last = attempts_of(shown).first()
    if last is None:
        return Refused(_("This visit is no longer owed."), remedy=_("Nothing was changed by you."), code=refused.code)
    what = _("%(name)s has written down this visit already: %(outcome)s.")
    said = {"name": last.by.name, "outcome": last.get_outcome_display()}
    remedy = _("Nothing was changed by you; what you typed still stands below.")
    return Refused(what % said, remedy=remedy, code=refused.code)


def _subjects(shown: Visit, job: WorkOrder | None) -> list[str]:
    return [shown.subject, *([shown.case.subject] if shown.case else []), *([job.subject] if job else [])]


def _new_case(shown: Visit) -> str:
    """The intake, with the customer, the home and what was visited filled in."""
    case = shown.case
    who = Who(shown.party or (case.party if case else None), case.home if case else None)
    given = {"who": who.value, "kind": "demand"} | ({"repeats": str(case.pk)} if case else {})
    return f"{reverse('console:intake')}?{urlencode(given)}"


def _stars() -> dict[str, str]:
    return {"intake": _("How it was received"), "measures": _("What was done"), "result": _("How it came out")}
