"""The workbench: a list of promises by urgency."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.console import mailing, promises, times
from bihuan.console.http import StaffRequest, page
from bihuan.kernel import clock
from bihuan.obligations import queries

LIMIT = 50
FIGURES = (  # rules whose promises make the figures of the month, by heading
    (gettext_noop("Complaint visits"), ("complaint.visit", "complaint.visit.in_a_month")),
    (gettext_noop("Repair visits"), ("work_order.visit", "work_order.visit.important")),
    (gettext_noop("Answers in time"), ("complaint.answer.in_a_day", "complaint.answer.a", "complaint.answer.told")),
    (gettext_noop("Complaints put right"), ("complaint.resolve.a", "complaint.resolve.b", "complaint.resolve.c")),
    (gettext_noop("Handed over in time"), ("complaint.hand_over.a", "complaint.hand_over.b", "complaint.hand_over.c")),
    (gettext_noop("Dispatched in time"), ("demand.assign", "demand.arrive")),
)


@page
def workbench(request: StaffRequest) -> HttpResponse:
    """What has to be done next, for whom, and how the month stands. Who sees no promises begins elsewhere."""
    now, site = clock.now(), request.site_code
    if not request.actor.may("obligation.view", site):
        return redirect("console:work_orders" if request.actor.may("work_order.view", site) else "console:staff")
    mine = request.GET.get("mine") == "1"
    owed = queries.worklist(request.actor, site, mine=mine, limit=LIMIT)
    lines = promises.rows(owed, now=now)
    return render(
        request,
        "console/workbench.html",
        {
            "groups": promises.grouped(lines, now=now),
            "mine": mine,
            "full": len(owed) == LIMIT,
            "day": queries.day(site, start=times.start_of_day(now), now=now),
            "now": now,
            "figures": _figures(site, now),
            "letters": mailing.waiting(site, staff=request.actor.staff if mine else None, now=now),
        },
    )


def _figures(site: str, now: datetime) -> list[dict[str, Any]]:
    counted = queries.kept_by_rule([site], start=times.start_of_month(now), end=now, now=now)
    rows = []
    for label, rules in FIGURES:
        held = [counted[rule] for rule in rules if rule in counted]
        in_time = sum(one["in_time"] for one in held)
        owed = in_time + sum(one["late"] + one["overdue"] for one in held)
        if owed:
            share = in_time / owed
            rows.append(
                {
                    "label": _(label),
                    "value": f"{share:.1%}",
                    "value_number": in_time,
                    "of": owed,
                    "note": _("%(kept)d of %(owed)d") % {"kept": in_time, "owed": owed},
                    "state": "kept" if share == 1 else "soon" if share >= 0.9 else "overdue",
                }
            )
    return rows
