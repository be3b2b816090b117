"""The story of a case, as entries of a timeline: every event in words, with what was said and who did it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.cases.queries import Told
from bihuan.console import mailing, times, words
from bihuan.dispatch.models import WorkOrder
from bihuan.messages.models import Means, Message
from bihuan.obligations.models import Obligation

ICONS = {
    "received": "phone",
    "restated": "message",
    "time_agreed": "calendar-event",
    "handed_up": "arrow-forward-up",
    "handed_over": "arrow-forward-up",
    "assigned": "user-check",
    "investigated": "search",
    "handled": "circle-check",
    "result_told": "message-reply",
    "answered": "message-reply",
    "progress_told": "bell-ringing",
    "breached": "alert-triangle",
    "escalated": "bell-ringing",
    "issued": "tool",
    "picked_up": "tool",
    "arrived": "map-pin",
    "finished": "tool",
    "done": "phone-call",
    "attempted": "phone-call",
    "declined": "phone-call",
    "reopened": "arrow-back-up",
    "closed": "lock",
    "withdrawn": "ban",
    "classified": "filter",
}


def entries(
    told: Iterable[Told],
    owed: Iterable[Obligation],
    *,
    orders: Iterable[WorkOrder],
    mails: Mapping[int, Message],
    now: datetime,
) -> list[dict[str, Any]]:
    """Entries, newest first. `mails` are the letters, by the event with which each was written or came."""
    by_id = {one.pk: one for one in owed}
    jobs = {order.subject: order for order in orders}
    rows = [one for one in _without_echoes(told) if one.event.kind != "message.sent"]  # the letter says it
    return [_entry(one, by_id, jobs, now=now) | _of_mail(one, mails, now=now) for one in rows]


def _without_echoes(told: Iterable[Told]) -> list[Told]:
    """Who was told of one promise at one time is told once: of several steps, the highest post."""
    kept: list[Told] = []
    seen: set[tuple[datetime, int]] = set()
    for one in told:
        if one.event.kind == "obligation.escalated":
            echo = one.event.at, one.event.facts["obligation"]
            if echo in seen:
                continue
            seen.add(echo)
        kept.append(one)
    return kept


def _entry(one: Told, owed: dict[int, Obligation], jobs: dict[str, WorkOrder], *, now: datetime) -> dict[str, Any]:
    event = one.event
    verb = event.kind.partition(".")[2]
    entry: dict[str, Any] = {
        "at": event.at,
        "when": times.said(event.at, now=now),
        "icon": ICONS.get(verb, "note"),
        "title": words.verb(event.kind),
        "text": " · ".join(part for part in (_facts(one, now), one.text) if part),
        "by": one.staff.name if one.staff else "",
        "files": [kept.file for kept in one.files if kept.file.size],
        "inside": verb == "noted",
    }
    if event.kind.startswith("obligation."):
        entry |= _of_promise(one, owed)
    elif event.subject in jobs:
        order = jobs[event.subject]
        entry["title"] = f"{order.number} {words.verb(event.kind)}"
        entry["url"] = reverse("console:work_order", args=[order.number])
        if verb == "finished":
            entry["text"] = order.result
        if verb in ("issued", "assigned") and order.technician:
            entry["text"] = order.technician.name if verb == "assigned" else order.task
    elif event.kind.startswith("visit."):
        entry["title"] = words.kind(event.kind)
    return entry


def _of_mail(one: Told, mails: Mapping[int, Message], *, now: datetime) -> dict[str, Any]:
    if one.event.kind == "message.failed":
        return mailing.failed(one.event.facts) | {"by": ""}
    message = mails.get(one.event.pk)
    if message is None:
        return {}
    title = {"title": _("The customer wrote"), "by": ""} if one.event.kind == "message.received" else {}
    return mailing.entry(message, now=now) | {"text": _facts(one, now)} | title


def _of_promise(one: Told, owed: dict[int, Obligation]) -> dict[str, Any]:
    promise = owed.get(one.event.facts["obligation"])
    duty = words.duty(promise.duty) if promise else ""
    clause = promise.clause if promise else ""
    if one.event.kind == "obligation.breached":
        return {"title": _("Promise overdue"), "text": _beside(duty, clause), "state": "overdue"}
    if one.event.kind == "obligation.escalated":
        told = _("%(post)s told: %(duty)s (%(clause)s)")
        post = words.post(one.event.facts["post"])
        return {"title": "", "text": told % {"post": post, "duty": duty, "clause": clause}, "inside": True}
    return {"text": _beside(duty, clause), "inside": True}


def _beside(duty: str, clause: str) -> str:
    return _("%(duty)s (%(clause)s)") % {"duty": duty, "clause": clause}


def _facts(one: Told, now: datetime) -> str:
    """The facts that a reader wants: severity and problem, satisfaction, times agreed."""
    facts = one.event.facts
    parts = []
    if "severity" in facts:
        parts.append(f"{facts['severity']} · {facts.get('problem', '')}".rstrip(" ·"))
    if "satisfied" in facts:
        parts.append(
            {True: _("satisfied"), False: _("not satisfied")}.get(facts["satisfied"], _("basically satisfied"))
        )
    if "means" in facts and one.event.kind != "message.received":
        parts.append(str(Means(facts["means"]).label))
    if "told" in facts and one.event.kind == "complaint.handed_up":
        whom = words.post(facts["post"])
        parts.append(_("%s called") % whom if facts["told"] else _("nobody could be called"))
    for name in ("agreed_at", "agreed_until"):
        if facts.get(name):
            parts.append(times.said(datetime.fromisoformat(facts[name]), now=now))
    return " · ".join(parts)
