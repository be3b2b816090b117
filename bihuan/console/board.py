"""The work orders of the day: what waits for somebody, and each technician's jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Staff, Trade
from bihuan.accounts.permissions import DESK
from bihuan.cases.models import Case
from bihuan.console import times, words
from bihuan.console.rows import case_rows, order_rows
from bihuan.dispatch.models import WorkOrder
from bihuan.dispatch.queries import DONE, Worker, in_hand, waiting, workers


def board(actor: Actor, sites: Sequence[str], said: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The context of the page; a bounded number of queries, however many jobs there are."""
    orders = in_hand(actor, sites, since=times.start_of_day(now))
    orders = [order for order in orders if _asked(order, actor, said)]
    desk = [site for site in sites if not DESK.isdisjoint(actor.posts.get(site, ()))]
    lines = dict(zip((order.pk for order in orders), order_rows(orders, now=now), strict=True))
    cases = [case for case in waiting(desk) if _waits(case, said)] if desk else []
    given = [order for order in orders if order.technician_id is not None]
    return {
        "waiting": [
            *(_to_send(line) for line in case_rows(cases, now=now)),
            *(_to_give(lines[order.pk]) for order in orders if order.technician_id is None),
        ],
        "lanes": _lanes(given, lines, _people(desk, actor, said)),
        "desk": bool(desk),
        "counts": {
            "under_way": sum(order.state not in DONE for order in given),
            "finished": sum(order.state in DONE for order in given),
        },
    }


def _asked(order: WorkOrder, actor: Actor, said: Mapping[str, Any]) -> bool:
    if said.get("trade") and order.trade != said["trade"]:
        return False
    if said.get("mine") and order.technician_id != actor.staff.pk:
        return False
    asked = said.get("q", "").strip()
    return asked.upper() in order.number or asked in order.task


def _waits(case: Case, said: Mapping[str, Any]) -> bool:
    """Whether a case that waits fits what is asked for; one whose problem is not known fits every trade."""
    if said.get("mine"):
        return False
    trade = case.problem.trade if case.problem else ""
    asked = said.get("q", "").strip()
    fits = not said.get("trade") or trade in ("", said["trade"])
    return fits and (asked.upper() in (case.number or "") or asked in case.summary)


def _people(desk: Sequence[str], actor: Actor, said: Mapping[str, Any]) -> list[Worker]:
    """Those who have a lane even without a job."""
    if not desk or said.get("mine") or said.get("q"):
        return []
    trade = said.get("trade", "")
    return [one for one in workers(desk) if not one.supervises and (not trade or trade in one.trades)]


def _lanes(
    orders: Sequence[WorkOrder], lines: Mapping[Any, dict[str, Any]], people: Sequence[Worker]
) -> list[dict[str, Any]]:
    """One lane for each person, those who are free last."""
    trades = {one.staff.pk: _words(one.trades) for one in people}
    names: dict[int, Staff] = {one.staff.pk: one.staff for one in people}
    jobs: dict[int, list[WorkOrder]] = defaultdict(list)
    for order in orders:
        if order.technician is not None:
            names.setdefault(order.technician.pk, order.technician)
            jobs[order.technician.pk].append(order)
    lanes = [_lane(staff, jobs[pk], lines, trades.get(pk, "")) for pk, staff in names.items()]
    return sorted(lanes, key=lambda lane: (not lane["rows"], -lane["to_do"], lane["name"]))


def _lane(staff: Staff, orders: list[WorkOrder], lines: Mapping[Any, dict[str, Any]], trades: str) -> dict[str, Any]:
    return {
        "id": staff.pk,
        "name": staff.name,
        "trades": trades or _words(tuple(dict.fromkeys(order.trade for order in orders))),
        "rows": [lines[order.pk] for order in orders],
        "to_do": sum(order.state not in DONE for order in orders),
    }


def _words(trades: Sequence[str]) -> str:
    return words.listed(str(Trade(one).label) for one in trades)


def _to_send(line: dict[str, Any]) -> dict[str, Any]:
    return line | {"action": {"label": _("Dispatch"), "url": f"{line['url']}/dispatch"}}


def _to_give(line: dict[str, Any]) -> dict[str, Any]:
    return line | {
        "action": {"label": _("Assign"), "url": reverse("console:work_order_step", args=[line["number"], "assigned"])}
    }
