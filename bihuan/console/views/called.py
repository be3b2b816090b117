"""Being called: to a customer who wants the supervisor, or by a telephone that rings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from bihuan.accounts.models import Staff
from bihuan.calls.queries import waiting
from bihuan.console import times
from bihuan.console.http import StaffRequest, page
from bihuan.kernel import clock
from bihuan.obligations.describers import describe
from bihuan.obligations.models import Summons
from bihuan.obligations.summoning import NEWS, come, wanted


@page
def called(request: StaffRequest) -> HttpResponse:
    """The banners alone: where this person is wanted, and the calls that wait."""
    now = clock.now()
    context = {
        "wanted": summonses(wanted(request.actor.staff, now=now), now=now),
        "ringing": waiting(request.actor, request.site_code, now=now),
    }
    return render(request, "console/_called.html", context)


@require_POST
@page
def coming(request: StaffRequest, pk: int) -> HttpResponse:
    """This person goes there: to the page where everything already stands."""
    subject = come(request.actor.staff, pk, at=clock.now())
    return redirect(describe([subject])[subject].link)


def summonses(rows: list[Summons], *, now: datetime) -> list[dict[str, Any]]:
    """Where somebody is wanted, in words; two queries."""
    if not rows:
        return []
    known = describe(one.subject for one in rows)
    callers = {one.event.actor: one.event.actor.removeprefix("staff:") for one in rows}
    names = dict(Staff.objects.filter(pk__in=callers.values()).values_list("pk", "name"))
    return [
        {
            "id": one.pk,
            "news": one.event.kind in NEWS,
            "by": names.get(int(callers[one.event.actor]), ""),
            "about": known[one.subject],
            "at": one.at,
            "when": times.said(one.at, now=now),
        }
        for one in rows
    ]
