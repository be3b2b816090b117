"""E-mail on the pages of the console: how a letter begins, how far it is, and what customers wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from bihuan.accounts.models import Staff
from bihuan.cases.actions.writing import title_of
from bihuan.cases.models import Case, Channel
from bihuan.cases.queries import who
from bihuan.cases.steps import Step
from bihuan.console import times
from bihuan.console.context import LANGUAGE_NAMES
from bihuan.messages.models import Direction, Means, Message, MessageState
from bihuan.messages.queries import address_of, is_set_up, unread
from bihuan.messages.quoting import fresh
from bihuan.messages.wording import Facts, language_of, letter

SHOWN = 600  # characters of a letter before one has to ask for the rest
MOST = 20
STATES = {MessageState.QUEUED: "soon", MessageState.SENT: "kept", MessageState.FAILED: "overdue"}
REASONS = {
    "refused": gettext_noop("the customer's mail server refuses it"),
    "bounced": gettext_noop("it came back"),
    "unreachable": gettext_noop("our mail server could not be reached"),
    "not_let_in": gettext_noop("our mail server does not let us in"),
    "unwritable": gettext_noop("the address cannot be written to"),
    "no_file": gettext_noop("what was attached is missing"),
    "erased": gettext_noop("the customer's data were erased"),
}


def begun(asked: Mapping[str, Any], case: Case, step: Step) -> dict[str, Any]:
    """How the form of a step begins: who wrote by e-mail is answered that way, with the letter of the step."""
    if "means" not in step.asks:
        return {}
    wanted = asked.get("means") or (Means.EMAIL if case.channel == Channel.EMAIL else "")
    if wanted != Means.EMAIL or not address_of(case.subject, case.party)[0]:
        return {"means": "" if wanted == Means.EMAIL else wanted}
    language = str(asked.get("language", ""))
    if language not in LANGUAGE_NAMES:
        language = language_of(case.details or case.summary, usual=get_language() or settings.LANGUAGE_CODE)
    return {"means": Means.EMAIL, "text": letter(step.verb, _facts(case), language=language), "language": language}


def beside(case: Case, step: Step, initial: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the page of a step says of e-mail: to whom, under which title, and letters to begin with."""
    if "means" not in step.asks:
        return None
    _address, mask = address_of(case.subject, case.party)
    return {
        "mask": mask,
        "title": title_of(case),
        "is_set_up": is_set_up(),
        "languages": [(code, name) for code, name in LANGUAGE_NAMES.items() if mask],
        "language": initial.get("language", ""),
    }


def _facts(case: Case) -> Facts:
    zone = ZoneInfo(case.site.zone)
    return Facts(
        name=who(case),
        about=case.summary,
        site=case.site.name,
        received=_day(case.received_at, zone),
        number=case.number or "",
        agreed=_day(case.agreed_at, zone) if case.agreed_at else "",
        in_charge=case.in_charge.name if case.in_charge else "",
    )


def _day(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


# ---- on the page of a case


def entry(message: Message, *, now: datetime) -> dict[str, Any]:
    """What the story of a case shows of a letter: its words, and how far it is."""
    words = fresh(message.body) if message.direction == Direction.IN else message.body
    shown = words if len(words) <= SHOWN else words[:SHOWN] + "…"
    told: dict[str, Any] = {"icon": "mail", "letter": shown, "whole": message.body if shown != message.body else ""}
    if message.direction == Direction.OUT:
        told |= {"tag": _standing(message, now=now), "tag_state": STATES[MessageState(message.state)]}
    elif message.more:
        told["tag"] = _("%d more within the hour, in the mailbox") % message.more
    return told


def failed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the story says of an e-mail that did not arrive."""
    status = f" ({facts['status']})" if facts.get("status") else ""
    return {
        "icon": "mail",
        "title": _("An e-mail did not arrive"),
        "text": reason(facts["reason"]) + status,
        "state": "overdue",
    }


def reason(code: str) -> str:
    """Why a message did not leave or arrive, in words."""
    return _(REASONS[code]) if code in REASONS else code


def _standing(message: Message, *, now: datetime) -> str:
    if message.state == MessageState.SENT:
        return _("e-mail sent %s") % times.said(message.sent_at, now=now)
    if message.state == MessageState.FAILED:
        return _("e-mail failed")
    why = reason(message.error) if message.error else "" if is_set_up() else _("mail is not set up")
    return _("e-mail waits: %s") % why if why else _("e-mail is about to leave")


def news(case: Case, mails: Iterable[Message]) -> dict[str, Any]:
    """What about mail deserves a notice above a case: unread letters, and ours that did not arrive."""
    rows = sorted(mails, key=lambda one: (one.at, one.pk))
    ours = [one for one in rows if one.direction == Direction.OUT]
    return {
        "unread": [one for one in rows if one.direction == Direction.IN and one.read_at is None],
        "is_over": not case.is_open,
        "failed": reason(ours[-1].error) if ours and ours[-1].state == MessageState.FAILED else "",
        "not_set_up": any(one.state == MessageState.QUEUED for one in ours) and not is_set_up(),
    }


# ---- on the workbench


def waiting(site: str, *, staff: Staff | None, now: datetime) -> list[dict[str, Any]]:
    """What customers wrote about known cases and nobody has read; with `staff` only to whom is in charge."""
    rows = list(unread([site])[:MOST])
    cases = _cases(rows)
    known = [(one, cases[one.subject]) for one in rows if one.subject in cases]
    return [
        {
            "url": reverse("console:case", args=[case.number or case.pk]),
            "title": case.summary,
            "label": case.number or "",
            "when": times.said(one.at, now=now),
            "in_charge": case.in_charge.name if case.in_charge else "",
            "is_over": not case.is_open,
        }
        for one, case in known
        if staff is None or case.in_charge_id in (None, staff.pk)
    ]


def _cases(rows: Iterable[Message]) -> dict[str, Case]:
    ids = {UUID(one.subject.removeprefix("case:")) for one in rows if one.subject.startswith("case:")}
    found = Case.objects.filter(pk__in=ids).select_related("in_charge").defer("details") if ids else []
    return {case.subject: case for case in found}
