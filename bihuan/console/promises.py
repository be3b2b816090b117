"""Promises as pages show them: what to do, for whom, under which clause, how long is left, and what keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from bihuan.console import labels, times, words
from bihuan.obligations.describers import Description, describe
from bihuan.obligations.models import Obligation

TITLES = {
    "hand_up": gettext_noop("Pass %(whom)s to the supervisor"),
    "act": gettext_noop("Act at once for %(whom)s"),
    "agree_time": gettext_noop("Agree a time with %(whom)s"),
    "acknowledge": gettext_noop("Tell %(whom)s that it has arrived"),
    "answer": gettext_noop("Answer %(whom)s"),
    "hand_over": gettext_noop("Hand over: %(about)s"),
    "resolve": gettext_noop("Put right: %(about)s"),
    "carry_out": gettext_noop("Carry out the solution: %(about)s"),
    "tell_delay": gettext_noop("Tell %(whom)s of the delay"),
    "tell_progress": gettext_noop("Tell %(whom)s how far it is"),
    "tell_result": gettext_noop("Tell %(whom)s the result"),
    "report_promise": gettext_noop("Report the promise: %(about)s"),
    "report_to_branch": gettext_noop("Report to the branch: %(about)s"),
    "visit": gettext_noop("Visit %(whom)s"),
    "assign": gettext_noop("Dispatch: %(about)s"),
    "arrive": gettext_noop("Arrive at %(whom)s's"),
    "dispatch": gettext_noop("Dispatch at once: %(about)s"),
    "report": gettext_noop("Close last month and report it: %(about)s"),
}
OF_RULES = {  # what a site owes itself: one duty, several rules
    "site.check.daily": gettext_noop("Daily check of complaints: %(about)s"),
    "site.check.weekly": gettext_noop("Weekly check of complaints: %(about)s"),
    "site.record.daily": gettext_noop("Record of the day: %(about)s"),
}
CHECKS = {"site.check.daily": "daily", "site.check.weekly": "weekly", "site.record.daily": "daily_record"}
STEPS = {  # duty → the step that keeps it
    "hand_up": "handed_up",
    "act": "action_taken",
    "agree_time": "time_agreed",
    "acknowledge": "acknowledged",
    "answer": "answered",
    "hand_over": "handed_over",
    "resolve": "handled",
    "carry_out": "handled",
    "tell_delay": "delay_told",
    "tell_progress": "progress_told",
    "tell_result": "result_told",
    "report_promise": "promise_reported",
    "report_to_branch": "reported_to_branch",
}
ICONS = {
    "hand_up": "arrow-forward-up",
    "act": "urgent",
    "agree_time": "calendar-event",
    "answer": "message-reply",
    "hand_over": "arrow-forward-up",
    "resolve": "tool",
    "carry_out": "tool",
    "tell_progress": "bell-ringing",
    "tell_delay": "bell-ringing",
    "tell_result": "message-reply",
    "visit": "phone-call",
    "check": "checklist",
    "record": "checklist",
    "assign": "tool",
    "dispatch": "urgent",
    "arrive": "tool",
}


def rows(obligations: Iterable[Obligation], *, now: datetime) -> list[dict[str, Any]]:
    """Lines of a work list, with what they are about told in one query a kind of subject."""
    held = list(obligations)
    known = describe(one.subject for one in held)
    merged: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in held:
        line = merged.setdefault((one.subject, one.duty, CHECKS.get(one.rule, "")), {})
        if line:  # two promises that one act keeps are one line, under both clauses
            line["clauses"].append(_clause(one))
        else:
            line.update(_row(one, known[one.subject], now=now))
    return list(merged.values())


def _row(one: Obligation, about: Description, *, now: datetime) -> dict[str, Any]:
    return {
        "id": one.pk,
        "state": times.standing(one.state, one.due_at, now=now),
        "icon": ICONS.get(one.duty, "clock"),
        "title": title(one, about),
        "url": about.link,
        "parts": [part for part in (about.label, about.about, about.place) if part],
        "clauses": [_clause(one)],
        "left": times.left(one.due_at, now=now),
        "left_words": _left_words(one, now=now),
        "due_at": one.due_at,
        "action": action(one, about),
    }


def title(one: Obligation, about: Description) -> str:
    """What is to be done, for whom."""
    told = {"whom": about.whom or _("the customer"), "about": about.about or about.label}
    pattern = OF_RULES.get(one.rule) or TITLES.get(one.duty)
    return _(pattern) % told if pattern else f"{words.duty(one.duty)} · {told['about']}"


def action(one: Obligation, about: Description) -> dict[str, Any] | None:
    """The one act that keeps the promise, as a button."""
    if not about.link:
        return None
    if one.duty == "visit":
        return {"label": _("Visit"), "url": reverse("console:visit_of", args=[one.subject])}
    if one.duty in ("assign", "dispatch"):
        return {"label": _("Dispatch"), "url": f"{about.link}/dispatch"}
    if one.rule in CHECKS:
        return {"label": _("Do the check"), "url": reverse("console:check", args=[one.site, CHECKS[one.rule]])}
    if one.duty == "report":
        return {"label": _("Close the month"), "url": reverse("console:figures_close")}
    step = STEPS.get(one.duty)
    if step and one.subject.startswith("case:"):
        return {"label": labels.step(step), "url": f"{about.link}/{step}"}
    return {"label": pgettext("to a page", "Open"), "url": about.link}


def _clause(one: Obligation) -> dict[str, str]:
    return {"code": one.clause, "url": reverse("console:clause", args=[one.clause])}


def _left_words(one: Obligation, *, now: datetime) -> str:
    span = words.lateness(int(abs((one.due_at - now).total_seconds())))
    return _("%s over") % span if one.due_at < now else _("%s left") % span


def grouped(lines: list[dict[str, Any]], *, now: datetime) -> list[dict[str, Any]]:
    """Lines under the headings of the workbench: overdue, within the hour, today, later."""
    end = times.start_of_day(now).replace(hour=23, minute=59, second=59)
    found: dict[str, list[dict[str, Any]]] = {"overdue": [], "soon": [], "today": [], "later": []}
    for line in lines:
        key = line["state"]
        found[("today" if line["due_at"] <= end else "later") if key == "open" else key].append(line)
    heads = {"overdue": _("Overdue"), "soon": _("Within the hour"), "today": _("Today"), "later": _("Later")}
    return [{"key": key, "title": heads[key], "rows": rows} for key, rows in found.items() if rows]


def strip(obligations: Iterable[Obligation], *, now: datetime) -> dict[str, Any]:
    """The promises of one case in the order of their times, and where now lies among them."""
    shown = [one for one in obligations if one.state != "void" and one.owed_by != "clock"]
    shown.sort(key=lambda one: (one.met_at or one.due_at, one.pk))
    return {
        "promises": [_point(one, now=now) for one in shown],
        "now_after": sum((one.met_at or one.due_at) <= now for one in shown),
    }


def _point(one: Obligation, *, now: datetime) -> dict[str, Any]:
    late = one.late_seconds or 0
    note = ""
    if one.state == "open" and one.due_at < now:
        note = _("%s over") % words.lateness(int((now - one.due_at).total_seconds()))
    elif late:
        note = _("%s late") % words.lateness(late)
    elif one.state == "waived":
        note = words.reason(one.reason)
    elif one.extended:
        note = _("extended")
    return {
        "state": times.standing(one.state, one.due_at, now=now),
        "label": words.duty(one.duty),
        "when": times.said(one.met_at or one.due_at, now=now),
        "note": note,
        "clause": one.clause,
        "url": reverse("console:clause", args=[one.clause]),
    }
