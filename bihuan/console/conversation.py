"""A conversation at the desk or on the telephone, before it is a case: since when it has been going on, whether the
customer has calmed down, which call it is. Its instants come from the server, signed: nobody types them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.calls.access import visible_call
from bihuan.calls.models import Call
from bihuan.cases.models import Case, CaseKind, CaseState
from bihuan.cases.queries import Told
from bihuan.console import guidance, times
from bihuan.kernel.errors import Refused
from bihuan.obligations.models import Obligation

SALT = "bihuan.conversation"
AFTER_HAND_UP = ("handed_up", "calmed", "time_agreed", "answered", "handed_over", "assigned")
FORGOTTEN = timedelta(hours=2)  # a form that was left open belongs to no conversation any more


@dataclass(frozen=True, slots=True)
class Conversation:
    """Since when (None: nobody has said anything yet), since when calm again, and the call."""

    begun: datetime | None = None
    calm: datetime | None = None
    call: Call | None = None

    @property
    def signed(self) -> dict[str, str]:
        """The instants as the form carries them."""
        return {name: _signed(at) for name, at in (("begun", self.begun), ("calm", self.calm))}


def conversation(
    given: Mapping[str, Any], held: Mapping[str, Any], *, actor: Actor, site: str, now: datetime
) -> Conversation:
    """What the form says of it (`given` as sent, `held` as understood). It begins with the call, else with the first
    words that are written down, or with the mark that the customer is agitated."""
    call = _call(given["call"], actor=actor, site=site) if given.get("call") else None
    begun = _read(given.get("begun"), now)
    if call is not None:
        begun = call.answered_at or begun
    speaking = bool(held.get("said") or held.get("agitated"))
    calm = (_read(given.get("calm"), now) or now) if held.get("calmed") else None
    return Conversation(begun=(begun or now) if speaking else None, calm=calm, call=call)


def countdown(held: Mapping[str, Any], talk: Conversation, *, site: str, now: datetime) -> dict[str, Any] | None:
    """The time that is left to hand up somebody who is agitated, as _timer.html shows it; None where nobody is."""
    kind, agitated = held.get("kind"), held.get("agitated")
    if kind != CaseKind.COMPLAINT or not agitated or talk.begun is None or talk.calm is not None:
        return None
    time = guidance.time_to_hand_up(site, talk.begun)
    if time is None:
        return None
    return _shown(start=time.start, target=time.target_at, due=time.due_at, clause=time.clause, now=now)


def countdown_of(owed: list[Obligation], *, now: datetime) -> dict[str, Any] | None:
    """The same for a case, while its promise to hand up stands open."""
    one = next((one for one in owed if one.duty == "hand_up" and one.state == "open"), None)
    if one is None:
        return None
    return _shown(start=one.start, target=one.target_at, due=one.due_at, clause=one.clause, now=now)


def handed_up(case: Case, tale: Sequence[Told], *, now: datetime) -> list[guidance.Advice]:
    """What to do and say between the hand-up and what comes of it (TS-1d, TS-2.7, TS-4c); nothing at other times."""
    verbs = (one.event.kind.removeprefix("complaint.") for one in tale)
    last = next((verb for verb in verbs if verb in AFTER_HAND_UP), "")
    if case.state != CaseState.RECEIVED or last != "handed_up":
        return []
    return guidance.advice(case.channel, "handed_up", site=case.site_id, at=now)


def _call(key: str, *, actor: Actor, site: str) -> Call:
    call = visible_call(actor, key)
    if call.site_id != site:
        what, remedy = _("this call belongs to another site."), _("Change the site first.")
        raise Refused(what, where="call", remedy=remedy, code="other_site")
    return call


def _shown(*, start: datetime, target: datetime | None, due: datetime, clause: str, now: datetime) -> dict[str, Any]:
    aim = target or due
    state = "overdue" if now > due else "soon" if now > aim else "open"
    return {
        "start": start,
        "target": aim,
        "due": due,
        "now": now,
        "clause": clause,
        "state": state,
        "passed": times.passed(now - start),
        "aim": times.passed(aim - start),
        "limit": times.passed(due - start),
    }


def _signed(at: datetime | None) -> str:
    return "" if at is None else signing.dumps(int(at.timestamp()), salt=SALT)


def _read(text: Any, now: datetime) -> datetime | None:
    """A signed instant; None for whatever is none, lies ahead or is long past."""
    try:
        at = datetime.fromtimestamp(int(signing.loads(str(text or ""), salt=SALT)), UTC)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return at if now - FORGOTTEN <= at <= now else None
