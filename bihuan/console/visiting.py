"""What somebody needs who is about to call: the script with the facts filled in, what to mind, what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.accounts.access import Actor
from bihuan.cases.models import Case
from bihuan.cases.queries import Told, who
from bihuan.console import times, words
from bihuan.console.rows import kind_of
from bihuan.customers.models import Party
from bihuan.dispatch.models import WorkOrder
from bihuan.obligations.books import books
from bihuan.visits.models import Visit

SHORT = 8  # entries of what happened
QUOTED = 80  # characters of what was done that go into the script
DONE = ("handled", "settled_on_the_spot", "result_told", "solution_agreed", "solution_proposed", "action_taken")
SILENT = ("obligation", "party")  # kinds of events that are no part of a customer's story
TITLED = ("先生", "女士", "小姐", "太太", "阿姨", "叔叔", "老师")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the script speaks of."""

    whom: str
    me: str
    site: str
    what: str
    day: str
    done_on: str
    done: str
    technician: str

    def told(self, text: str) -> str:
        """The text with the facts filled in."""
        return text % {name: getattr(self, name) for name in self.__slots__}


def whom(visit: Visit) -> str:
    """Whom to speak to: by name and title, as the caller gave it, or not at all."""
    if visit.case is not None and visit.case.anonymous:
        return ""
    party = visit.party or (visit.case.party if visit.case else None)
    return addressed(party) if party else (who(visit.case) if visit.case else "")


def script(visit: Visit, job: WorkOrder | None, told: Sequence[Told], *, actor: Actor, now: datetime) -> dict[str, Any]:
    """What to say, sentence after sentence."""
    facts = _facts(visit, job, told, actor=actor, now=now)
    greeting = _("Hello, %(whom)s.") if facts.whom else _("Hello.")
    sentences = [greeting, _("This is %(me)s of %(site)s, customer service."), *_matter(visit, job, facts)]
    return {"kind": kind_of(visit), "text": words.sentences(facts.told(one) for one in sentences)}


def before(visit: Visit, *, now: datetime) -> dict[str, Any]:
    """What to mind before calling: rest hours, working hours, and what the customer needs."""
    party = visit.party or (visit.case.party if visit.case else None)
    rest = (party.rest_from, party.rest_until) if party and party.rest_from and party.rest_until else None
    local = timezone.localtime(now).time()
    resting = rest is not None and within(local, *rest)
    working = books().calendars[visit.site_id].calendar.is_open(now)
    key = party is not None and party.customer_class == "key"
    urgent = visit.case is not None and visit.case.urgent
    return {
        "party": party,
        "home": visit.case.home if visit.case else None,
        "key": key,
        "rest": f"{rest[0]:%H:%M}–{rest[1]:%H:%M}" if rest else "",
        "resting": resting,
        "outside": not working and not resting,
        "may_call_outside": key or urgent,
        "clock": f"{local:%H:%M}",
        "good": working and not resting,
    }


def within(at: time, start: time, end: time) -> bool:
    """Whether a time of day lies in hours that may go past midnight; the last instant is outside."""
    return start <= at < end if start <= end else at >= start or at < end


def short_story(told: Sequence[Told], job: WorkOrder | None, *, now: datetime) -> list[dict[str, Any]]:
    """What happened, oldest first: the last few of it."""
    entries = [one for one in told if one.event.kind.partition(".")[0] not in SILENT][:SHORT]
    return [_entry(one, job, now=now) for one in reversed(entries)]


def link_of(visit: Visit) -> str:
    """The page of what is visited."""
    if visit.case is not None:
        return reverse("console:case", args=[visit.case.number or visit.case.pk])
    return reverse("console:customer", args=[visit.party_id]) if visit.party_id else ""


def addressed(party: Party) -> str:
    """王丽 is spoken to as 王丽女士; what has a title already keeps it, and organisations have none."""
    if party.kind != "resident" or not party.gender or party.name.endswith(TITLED):
        return party.name
    title = pgettext("title", "Mr %s") if party.gender == "m" else pgettext("title", "Ms %s")
    return title % party.name


def _facts(visit: Visit, job: WorkOrder | None, told: Sequence[Told], *, actor: Actor, now: datetime) -> Facts:
    case = visit.case
    done = _done(told)
    ended = job.finished_at if _repair(visit, job) and job else case.handled_at if case else None
    began = case.received_at if case else visit.planned_at
    return Facts(
        whom=whom(visit),
        me=actor.staff.name,
        site=visit.site.name,
        what=(job.task if _repair(visit, job) and job else case.summary if case else "").rstrip("。."),
        day=_day(began, now=now),
        done_on=_day(ended, now=now) if ended else "",
        done=_quoted(job.result if _repair(visit, job) and job else done),
        technician=job.technician.name if job and job.technician else "",
    )


def _matter(visit: Visit, job: WorkOrder | None, facts: Facts) -> list[str]:
    """The sentences that differ between a repair, a complaint and a customer who is visited for no case."""
    if visit.case is None:
        return [
            _("We would like to hear how you are getting on, and what we could do better."),
            _("May I take two minutes of your time?"),
        ]
    if _repair(visit, job):
        came = _("You asked for this: %(what)s; %(technician)s came to see to it %(done_on)s.")
        done = [_("What was done: %(done)s.")] if facts.done else []
        return [came, *done, _("Is everything in order now, and how did you find the work?")]
    told = _("You told us %(day)s: %(what)s.")
    done = [_("It was put right %(done_on)s: %(done)s.")] if facts.done and facts.done_on else []
    if not done and facts.done_on:
        done = [_("It was put right %(done_on)s.")]
    return [told, *done, _("May I take two minutes of your time to ask how things are now?")]


def _repair(visit: Visit, job: WorkOrder | None) -> bool:
    """Whether it is the work that is asked about."""
    return job is not None and visit.subject.startswith("work_order:")


def _done(told: Sequence[Told]) -> str:
    """What was done, in the words that were written down last."""
    ends = [one for one in told if one.text and one.event.kind.partition(".")[2] in DONE]
    ranked = sorted(ends, key=lambda one: DONE.index(one.event.kind.partition(".")[2]))
    return ranked[0].text if ranked else ""


def _quoted(text: str) -> str:
    first = text.strip().splitlines()[0].rstrip("。.") if text.strip() else ""
    return first if len(first) <= QUOTED else first[: QUOTED - 1] + "…"


def _day(at: datetime, *, now: datetime) -> str:
    """A day as one says it: today, yesterday, on 24 November."""
    local, today = timezone.localtime(at).date(), timezone.localtime(now).date()
    days = (today - local).days
    if days in (0, 1):
        return pgettext("in a sentence", "today") if days == 0 else pgettext("in a sentence", "yesterday")
    return pgettext("in a sentence", "on %s") % date_format(local, "MONTH_DAY_FORMAT")


def _entry(one: Told, job: WorkOrder | None, *, now: datetime) -> dict[str, Any]:
    text = one.text
    if job is not None and one.event.kind == "work_order.finished" and one.event.subject == job.subject:
        text = job.result
    title = words.kind(one.event.kind) if one.event.kind.startswith("visit.") else words.verb(one.event.kind)
    return {"at": one.event.at, "when": times.said(one.event.at, now=now), "title": title, "text": _quoted(text)}


def number_of(case: Case | None, job: WorkOrder | None, visit: Visit) -> str:
    """The number under which it is known."""
    if _repair(visit, job) and job is not None:
        return job.number
    return case.number or "" if case else ""
