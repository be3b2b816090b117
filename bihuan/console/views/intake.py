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
from bihuan.cases.actions import Receipt, foresee, receive
from bihuan.cases.models import Case, CaseKind
from bihuan.cases.queries import alike
from bihuan.console import refusals, times, words
from bihuan.console.candidates import Who, candidates, read
from bihuan.console.forms.intake import IntakeForm, shortened
from bihuan.console.http import StaffRequest, page
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.obligations.foresight import Foreseen


@page
def intake(request: StaffRequest) -> HttpResponse:
    """The form; posting it takes the case in."""
    request.actor.must("case.receive", request.site_code)
    if request.method != "POST":
        return _show(request, IntakeForm(initial=request.GET.dict()))
    form = IntakeForm(request.POST)
    if "look" in request.POST or not form.is_valid():
        return _show(request, form, status=200 if "look" in request.POST else 422)
    try:
        case, done = receive(_receipt(request, form), by=request.actor, at=clock.now())
    except NotFound:
        raise
    except Refused as refused:
        return _show(request, form, refused=refused, status=422)
    opened = len(done.written.opened)
    told = ngettext(
        "%(number)s received; %(count)d promise made.", "%(number)s received; %(count)d promises made.", opened
    )
    name = case.number or _("Complaint, to be classified,")
    messages.success(request, told % {"number": name, "count": opened}, extra_tags="accepted:intake")
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


def _receipt(request: StaffRequest, form: IntakeForm) -> Receipt:
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
        **form.receipt(),
    )


def _aside(request: StaffRequest, form: IntakeForm) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    now, site, asked = clock.now(), request.site_code, given.get("q", "").strip()
    who = read(request.actor, given.get("who", ""), site)
    form.is_valid()
    held = getattr(form, "cleaned_data", {})
    kind = held.get("kind") or given.get("kind") or CaseKind.DEMAND
    said = held.get("said", "")
    return {
        "q": asked,
        "found": candidates(request.actor, asked, site) if asked and who == Who() else [],
        "who": who,
        "needs": who.party.needs if who.party else "",
        "promised": _promised(request, held, kind=kind, who=who, now=now),
        "alike": alike(site, home=who.home, kind=kind, summary=held.get("summary") or shortened(said), at=now),
        "chosen": set(given.getlist("repeats")),
        "under_way": _under_way(who),
        "restatement": _restatement(who, held, said),
        "now": now,
    }


def _promised(
    request: StaffRequest, held: dict[str, Any], *, kind: str, who: Who, now: datetime
) -> list[dict[str, Any]]:
    """The promises that this intake would make, with their times; what is wrong with the form is left out."""
    names = (
        "severity",
        "anonymous",
        "agitated",
        "urgent",
        "agreed_at",
        "requested_by",
        "signers",
        "settled",
        "channel",
    )
    given = {name: held[name] for name in names if held.get(name)}
    receipt = Receipt(
        kind=kind,
        site=request.site_code,
        summary="-",
        party=who.party,
        home=who.home,
        problem=held["problem"].pk if held.get("problem") else "",
        **{"channel": "phone"} | {name: value for name, value in given.items() if not _past(value, now)},
    )
    return [_line(one, now) for one in foresee(receipt, by=request.actor, at=now)]


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
