"""What the intake does with what was taken down: the case, its call, and what happened while somebody was speaking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from bihuan.accounts.access import Actor
from bihuan.calls import actions as calls
from bihuan.calls.models import Call
from bihuan.cases.actions import Receipt, receive, take
from bihuan.cases.actions.timing import LATER
from bihuan.cases.models import Case, CaseKind, Channel
from bihuan.console.conversation import Conversation
from bihuan.obligations.actions import Record


@transaction.atomic
def take_in(
    receipt: Receipt, held: Mapping[str, Any], talk: Conversation, *, by: Actor, now: datetime, hand_up: bool = False
) -> tuple[Case, Record]:
    """Takes the case in, with its call; of somebody agitated as of when the conversation began (TS-1b), and
    handed up to the supervisor at once where that is wanted."""
    agitated = receipt.kind == CaseKind.COMPLAINT and receipt.agitated
    case, done = receive(receipt, by=by, at=_begun(talk, by, receipt.site, now) if agitated else now)
    if receipt.channel == Channel.PHONE:
        _keep_call(case, held.get("rings"), talk.call, by=by, at=case.received_at)
    if hand_up:
        case = take(case, "handed_up", by=by, at=now)
    return case, done


def callers_number(talk: Conversation, held: Mapping[str, Any]) -> str:
    """The number to reach the customer by: what was typed, else what the call came from; none of the anonymous."""
    typed = str(held.get("contact_phone") or "")
    return typed if typed or talk.call is None or held.get("anonymous") else calls.number(talk.call)


def _begun(talk: Conversation, by: Actor, site: str, now: datetime) -> datetime:
    """Since when somebody agitated has been here, as far back as this person may date it."""
    if talk.begun is None:
        return now
    return talk.begun if by.may("case.backdate", site) else max(talk.begun, now - LATER)


def _keep_call(case: Case, rings: int | None, call: Call | None, *, by: Actor, at: datetime) -> None:
    about: dict[str, Any] = {"about": case.subject, "party": case.party, "rings": rings, "by": by, "at": at}
    if call is not None:
        calls.take_in(call, **about)
    elif rings is not None:
        calls.write_down(site=case.site_id, **about)
