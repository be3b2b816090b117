"""The intake: while somebody is speaking, the right side shows who it is and what taking it in will promise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.accounts.access import NotFound
from bihuan.calls.access import visible_call
from bihuan.calls.actions import number
from bihuan.cases.actions import Receipt, foresee
from bihuan.cases.models import Case, CaseKind, Channel
from bihuan.cases.queries import alike
from bihuan.console import guidance, refusals, times, words
from bihuan.console.candidates import Who, candidates, read
from bihuan.console.conversation import Conversation, conversation, countdown
from bihuan.console.forms.haste import in_haste
from bihuan.console.forms.intake import IntakeForm, people
from bihuan.console.http import StaffRequest, page
from bihuan.console.taking_in import callers_number, take_in
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.text import shortened
from bihuan.obligations.actions import Record
from bihuan.obligations.foresight import Foreseen
from bihuan.obligations.summoning import called

ACCEPTED = "accepted:intake"


@page
def intake(request: StaffRequest) -> HttpResponse:
    """The form; posting it takes the case in."""
    request.actor.must("case.receive", request.site_code)
    if request.method != "POST":
        return _show(request, IntakeForm(initial=request.GET.dict() | _of_call(request)))
    hand_up = "hand_up" in request.POST
    form = (in_haste if hand_up else IntakeForm)(request.POST, request.FILES)
    if "look" in request.POST or not form.is_valid():
        return _show(request, form, status=200 if "look" in request.POST else 422)
    held, now = form.cleaned_data, clock.now()
    talk = conversation(request.POST, held, actor=request.actor, site=request.site_code, now=now)
    try:
        receipt = _receipt(request, form, talk)
        case, done = take_in(receipt, held, talk, by=request.actor, now=now, hand_up=hand_up)
    except NotFound:
        raise
    except Refused as refused:
        return _show(request, form, refused=refused, status=422)
    return _handed_up(request, case) if hand_up else _received(request, case, done)


def _of_call(request: StaffRequest) -> dict[str, Any]:
    """What a call fills in: the channel, and how often it rang."""
    if "call" not in request.GET:
        return {}
    call = visible_call(request.actor, request.GET["call"])
    return {"channel": Channel.PHONE} | ({} if call.rings is None else {"rings": call.rings})


def _handed_up(request: StaffRequest, case: Case) -> HttpResponse:
    """Says who was called; what to tell the customer stands on the page of the case."""
    names = words.listed(one.name for one in called(case.subject))
    if names:
        messages.success(request, _("%(names)s is called and sees this page.") % {"names": names}, ACCEPTED)
    else:
        messages.warning(request, _("Nobody above is on duty here: ring the supervisor yourself."), ACCEPTED)
    return redirect("console:case", case.number or case.pk)


def _received(request: StaffRequest, case: Case, done: Record) -> HttpResponse:
    opened = len(done.written.opened)
    told = ngettext(
        "%(number)s received; %(count)d promise made.", "%(number)s received; %(count)d promises made.", opened
    )
    name = case.number or _("Complaint, to be classified,")
    messages.success(request, told % {"number": name, "count": opened}, ACCEPTED)
    return redirect("console:dispatch" if case.kind == CaseKind.EMERGENCY else "console:case", case.number or case.pk)


@page
def aside(request: StaffRequest) -> HttpResponse:
    """The right side alone, for what stands in the form just now."""
    request.actor.must("case.receive", request.site_code)
    return render(request, "console/_intake_aside.html", _aside(request, IntakeForm(request.POST)))


def _show(
    request: StaffRequest, form: IntakeForm, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "refused": refusals.told(refused) if refused else None} | _aside(request, form)
    return render(request, "console/intake.html", context, status=status)


def _receipt(request: StaffRequest, form: IntakeForm, talk: Conversation) -> Receipt:
    who = read(request.actor, request.POST.get("who", ""), request.site_code)
    repeats = [f"case:{one}" for one in request.POST.getlist("repeats")]
    allowed = {
        case.subject for case in Case.objects.filter(site__in=request.actor.sites, pk__in=[one[5:] for one in repeats])
    }
    return Receipt(
        site=request.site_code,
        party=who.party,
        home=who.home,
        repeats=[one for one in repeats if one in allowed],
        **form.receipt() | {"contact_phone": callers_number(talk, form.cleaned_data), "calm_at": talk.calm},
    )


def _aside(request: StaffRequest, form: IntakeForm) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    now, site, asked = clock.now(), request.site_code, given.get("q", "").strip()
    form.is_valid()
    held = getattr(form, "cleaned_data", {})
    talk = conversation(given, held, actor=request.actor, site=site, now=now)
    found, who = _callers(request, talk, asked, read(request.actor, given.get("who", ""), site))
    kind = held.get("kind") or given.get("kind") or CaseKind.DEMAND
    said = held.get("said", "")
    return {
        "q": asked,
        "found": found,
        "who": who,
        "talk": talk,
        "timer": countdown(held, talk, site=site, now=now),
        "advice": _advice(request, held, kind=kind, now=now),
        "needs": who.party.needs if who.party else "",
        "promised": _promised(request, held, kind=kind, who=who, now=now, since=talk.begun),
        "alike": alike(site, home=who.home, kind=kind, summary=held.get("summary") or shortened(said), at=now),
        "chosen": set(given.getlist("repeats")),
        "under_way": _under_way(who),
        "restatement": _restatement(who, held, said),
        "now": now,
    }


def _callers(request: StaffRequest, talk: Conversation, asked: str, who: Who) -> tuple[list[dict[str, Any]], Who]:
    """Who it may be, by what was typed, else by the number that calls; and who it is, where that is one alone."""
    known = number(talk.call) if talk.call is not None and not asked else ""
    if who != Who() or not (asked or known):
        return [], who
    found = candidates(request.actor, asked or known, request.site_code)
    alone = bool(known) and len(found) == 1 and request.method != "POST"
    return found, read(request.actor, found[0]["value"], request.site_code) if alone else who


def _advice(request: StaffRequest, held: dict[str, Any], *, kind: str, now: datetime) -> list[guidance.Advice]:
    """What to do and say while a complaint is taken (TS-1, TS-2)."""
    given = request.POST if request.method == "POST" else request.GET
    if kind != CaseKind.COMPLAINT:
        return []
    channel = held.get("channel") or given.get("channel") or Channel.PHONE
    mood = "agitated" if held.get("agitated") and not held.get("calmed") else "calm"
    return guidance.advice(channel, mood, site=request.site_code, at=now)


def _promised(
    request: StaffRequest, held: dict[str, Any], *, kind: str, who: Who, now: datetime, since: datetime | None
) -> list[dict[str, Any]]:
    """The promises that this intake would make, with their times; what is wrong with the form is left out."""
    start = since if since and kind == CaseKind.COMPLAINT and held.get("agitated") else now
    names = (
        "severity",
        "anonymous",
        "agitated",
        "urgency",
        "agreed_at",
        "requested_by",
        "signers",
        "settled",
        "channel",
    )
    given = {name: held[name] for name in names if held.get(name)} | {"signed_by": people(held.get("signed_by", ""))}
    receipt = Receipt(
        kind=kind,
        site=request.site_code,
        summary="-",
        party=who.party,
        home=who.home,
        problem=held["problem"].pk if held.get("problem") else "",
        **{"channel": "phone"} | {name: value for name, value in given.items() if not _past(value, now)},
    )
    return [_line(one, now) for one in foresee(receipt, by=request.actor, at=start)]


def _past(value: object, now: datetime) -> bool:
    return isinstance(value, datetime) and value <= now


def _line(one: Foreseen, now: datetime) -> dict[str, Any]:
    span = words.duration(one.value)
    note = f"{span} · {times.said(one.due_at, now=now)}" if one.due_at else _("%s after it is handled") % span
    return {"label": words.duty(one.duty), "note": f"{note} · {words.post(one.owed_by)}", "value": one.clause}


def _under_way(who: Who) -> list[Case]:
    if who.party is None and who.home is None:
        return []
    rows = Case.objects.filter(party=who.party) if who.party else Case.objects.filter(home=who.home)
    return list(rows.exclude(state__in=["closed", "withdrawn"]).order_by("-received_at")[:5])


def _restatement(who: Who, held: dict[str, Any], said: str) -> str:
    said = said.strip().rstrip("。.！!？?；;，,")
    if not said:
        return ""
    name = who.party.name if who.party else held.get("contact_name") or _("Sir or madam")
    wish = held.get("requested_by")
    if wish:
        told = _("“%(name)s, you tell us: %(said)s. You would like it done by %(by)s. Is that right?”")
        return told % {"name": name, "said": said, "by": times.said(wish, now=clock.now())}
    return _("“%(name)s, you tell us: %(said)s. Is that right?”") % {"name": name, "said": said}
