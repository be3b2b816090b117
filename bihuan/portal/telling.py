"""What customers are told about their case: where it stands, what was said to them, and what is promised. No more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext, pgettext_lazy

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import PostCode, Staff
from bihuan.cases.models import Case, CaseState, Note
from bihuan.kernel.surnames import surname
from bihuan.ledger.models import Event
from bihuan.messages.models import Direction, Means, Message
from bihuan.obligations.models import Obligation, State

STATES = {
    CaseState.RECEIVED: pgettext_lazy("to the customer", "Received"),
    CaseState.IN_HAND: pgettext_lazy("to the customer", "Being handled"),
    CaseState.HANDLED: pgettext_lazy("to the customer", "Solved"),
    CaseState.CLOSED: pgettext_lazy("to the customer", "Closed"),
    CaseState.WITHDRAWN: pgettext_lazy("to the customer", "Withdrawn"),
}
ENDED = (CaseState.CLOSED, CaseState.WITHDRAWN)
TOLD = {  # the steps by which customers are told something; of no other the words are shown
    "received": gettext_noop("It has arrived"),
    "acknowledged": gettext_noop("We have it and look after it"),
    "time_agreed": gettext_noop("A time was agreed: %(until)s"),
    "progress_told": gettext_noop("This is how far we are"),
    "delay_told": gettext_noop("It takes until %(until)s"),
    "explained": gettext_noop("Our explanation"),
    "answered": gettext_noop("Our answer"),
    "result_told": gettext_noop("The result"),
}
OWN = ("received",)  # whose words are the customer's own, and not shown again
PROMISED = {  # what is owed to customers themselves, as they hear it; everything else is our own affair
    "agree_time": gettext_noop("%(until)s at the latest we agree with you when you get an answer."),
    "acknowledge": gettext_noop("%(until)s at the latest we confirm that we look after it."),
    "tell_progress": gettext_noop("%(until)s at the latest you hear how far it is."),
    "answer": gettext_noop("%(until)s at the latest you have our answer."),
    "assign": gettext_noop("%(until)s at the latest somebody is given the job."),
    "arrive": gettext_noop("%(until)s at the latest somebody is with you."),
    "resolve": gettext_noop("%(until)s at the latest it is to be put right."),
    "tell_delay": gettext_noop("%(until)s at the latest you hear if it takes longer."),
    "tell_result": gettext_noop("%(until)s at the latest you hear the result."),
    "visit": gettext_noop("%(until)s at the latest we ask whether you are satisfied."),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was told: what, in which words, when; `mine` are the customer's own words."""

    title: str
    text: str
    when: str
    mine: bool = False


def state_of(case: Case) -> str:
    """Where the case stands, in the customer's words."""
    return str(STATES[CaseState(case.state)])


def story(case: Case, *, now: datetime) -> list[Entry]:
    """What the customer was told, and wrote here, in its order; three queries."""
    kinds = [f"{case.kind}.{verb}" for verb in TOLD]
    events = list(
        Event.objects.filter(subject=case.subject, kind__in=[*kinds, "message.received"]).order_by("at", "id")
    )
    notes = dict(Note.objects.filter(event__in=events).values_list("event_id", "text"))
    mine = Message.objects.filter(subject=case.subject, direction=Direction.IN, means=Means.WEBSITE)
    words = dict(mine.values_list("event_id", "body"))
    return [
        _own(event, words[event.pk], now) if event.kind == "message.received" else _told(event, notes, now)
        for event in events
        if event.kind != "message.received" or event.pk in words
    ]


def promised(case: Case, *, now: datetime) -> list[str]:
    """What is still owed to the customer, the next first, each duty once; one query."""
    rows = Obligation.objects.filter(subject=case.subject, state=State.OPEN, duty__in=PROMISED).order_by("due_at", "id")
    due: dict[str, datetime] = {}
    for row in rows:
        due.setdefault(row.duty, row.due_at)
    return [_first_up(_(PROMISED[duty]) % {"until": said(at, now=now)}) for duty, at in due.items()]


def in_charge(case: Case) -> str:
    """Who looks after it: post and surname, "" where nobody does yet, or it is over."""
    staff = case.in_charge
    if staff is None or case.state in ENDED:
        return ""
    return pgettext("post and surname", "%(post)s %(surname)s") % {
        "post": _post(staff, case.site_id),
        "surname": surname(staff.name),
    }


def said(at: datetime, *, now: datetime) -> str:
    """An instant in the time of the site, with its day."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    clock, days = local.strftime("%H:%M"), (local.date() - today).days
    if days in (-1, 0, 1):
        return {-1: _("yesterday %s"), 0: _("today %s"), 1: _("tomorrow %s")}[days] % clock
    day = {"month": local.month, "day": local.day, "clock": clock, "year": local.year}
    if local.year == today.year:
        return pgettext("day and time", "%(month)d/%(day)d %(clock)s") % day
    return pgettext("day and time", "%(year)d/%(month)d/%(day)d %(clock)s") % day


def _told(event: Event, notes: dict[int, str], now: datetime) -> Entry:
    verb = event.kind.rpartition(".")[2]
    until = event.facts.get("agreed_until") or event.facts.get("agreed_at")
    title = _(TOLD[verb]) % {"until": said(datetime.fromisoformat(until), now=now) if until else ""}
    return Entry(title, "" if verb in OWN else notes.get(event.pk, ""), said(event.at, now=now))


def _own(event: Event, text: str, now: datetime) -> Entry:
    return Entry(_("You wrote"), text, said(event.at, now=now), mine=True)


def _post(staff: Staff, site: str) -> str:
    held: Iterable[str] = actor_of(staff).posts.get(site, ())
    return next((str(post.label) for post in PostCode if post in held), _("Service centre"))


def _first_up(text: str) -> str:
    return text[0].upper() + text[1:]
