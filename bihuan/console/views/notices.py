"""Notices: who was told of which promise, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.console import promises, times, words
from bihuan.console.http import StaffRequest, page
from bihuan.console.views.called import summonses
from bihuan.kernel import clock
from bihuan.obligations.describers import Description, describe
from bihuan.obligations.notices import Told, notices_page, read_all, told_page
from bihuan.obligations.summoning import wanted

EVERYBODY = "everybody"
_MOST = 2**62


@page
def notices(request: StaffRequest) -> HttpResponse:
    """What one was told, or with ?whose=everybody what anybody was told here; posting marks one's own as read."""
    if request.method == "POST":
        return _read(request)
    now, after, sites = clock.now(), request.GET.get("after", ""), _sites(request)
    everybody = bool(sites) and request.GET.get("whose") == EVERYBODY
    shown = told_page(sites, request.actor.staff, after) if everybody else notices_page(request.actor.staff, after)
    known = describe(one.step.obligation.subject for one in shown.rows)
    rows = [_row(one, known[one.step.obligation.subject], now) for one in shown.rows]
    for row in rows if not everybody else ():
        row["told"] = [] if row["told"] == [request.actor.staff.name] else row["told"]
    context = {"rows": rows, "everybody": everybody, "may_see_all": bool(sites), "now": now, "rail_on": "notices"}
    context["upto"] = max((one.step.pk for one in shown.rows if one.unread), default=0)
    whose = f"whose={EVERYBODY}&" if everybody else ""
    context["next"] = f"?{whose}after={shown.next}" if shown.next else ""
    context["wanted"] = [] if everybody else summonses(wanted(request.actor.staff, now=now), now=now)
    return render(request, "console/notices.html", context)


def _read(request: StaffRequest) -> HttpResponse:
    upto = request.POST.get("upto", "")
    seen = int(upto) if upto.isascii() and upto.isdecimal() and len(upto) < 19 else _MOST
    count = read_all(request.actor.staff, upto=seen, at=clock.now())
    if count:
        messages.success(request, ngettext("%d notice marked as read.", "%d notices marked as read.", count) % count)
    return redirect("console:notices")


def _sites(request: StaffRequest) -> list[str]:
    """Where this person may see what others were told: at the chosen site."""
    mine = request.actor.sites_for("obligation.view")
    return [site for site in mine if request.site_code in ("", site)]


def _row(one: Told, about: Description, now: datetime) -> dict[str, Any]:
    step, promise = one.step, one.step.obligation
    early = step.due_at < promise.due_at
    return {
        "id": step.pk,
        "unread": bool(one.unread),
        "icon": "bell-ringing" if early else "alert-triangle",
        "state": "soon" if early else "overdue",
        "title": promises.title(promise, about),
        "url": about.link,
        "what": _what(one),
        "parts": [part for part in (about.label, about.about, about.place) if part],
        "clause": {"code": promise.clause, "url": reverse("console:clause", args=[promise.clause])},
        "told": one.names,
        "post": words.post(step.post),
        "at": step.told_at,
        "when": times.said(step.told_at, now=now),
        "standing": times.standing(promise.state, promise.due_at, now=now),
    }


def _what(one: Told) -> str:
    """How far the promise was when the step was to be taken."""
    step, due = one.step, one.step.obligation.due_at
    if step.due_at < due:
        return _("due in %s") % words.lateness(int((due - step.due_at).total_seconds()))
    late = int((step.due_at - due).total_seconds())
    return _("%s over") % words.lateness(late) if late else _("fell due")
