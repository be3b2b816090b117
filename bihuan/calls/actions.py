"""All writes about calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.models import Staff
from bihuan.calls.models import Call
from bihuan.customers.models import Party
from bihuan.customers.vault import phone_digest, vault
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ids import new_id
from bihuan.kernel.phones import is_placeholder, mask, read_phone
from bihuan.ledger.actions import Happened, hold
from bihuan.ledger.pulse import beat
from bihuan.obligations.actions import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """What a telephone system tells of a call, once while it rings, again when it is answered, as often as it likes."""

    site: str
    call_id: str
    rang_at: datetime
    phone: str = ""  # as it shows; what is no number (withheld, an inner line) is left out
    answered_at: datetime | None = None
    rings: int | None = None
    agent: Staff | None = None


@transaction.atomic
def tell(ring: Ring, *, by: Actor) -> tuple[Call, bool]:
    """Writes down what is told, and whether the call is new. What is known already stays as it is (call_differs where
    it speaks of another call); the first answer is recorded as call.answered (TS-2.1)."""
    by.must("call.record", ring.site)
    _check(ring)
    kept = _number(ring.phone)
    given = {"id": new_id(), "rang_at": ring.rang_at, "rings": ring.rings} | _caller(kept, site=ring.site)
    call, new = Call.objects.get_or_create(site_id=ring.site, call_id=ring.call_id, defaults=given)
    hold({call.subject: ring.site})
    call = Call.objects.get(pk=call.pk)
    _compare(call, ring, kept)
    if call.agent_id is None and ring.agent is not None:
        call.agent = ring.agent
    if ring.rings is not None and (call.rings is None or (call.answered_at is None and call.rings < ring.rings)):
        call.rings = ring.rings
    call.save(update_fields=["agent", "rings"])
    if call.answered_at is None and ring.answered_at is not None:
        _answer(call, by=by, at=ring.answered_at)
    _announce(call)
    return call, new


@transaction.atomic
def take_in(call: Call, *, about: str, party: Party | None, rings: int | None, by: Actor, at: datetime) -> Call:
    """A call has become what is named by `about`. Whoever took it in has answered it, if nothing else has said so."""
    hold({call.subject: call.site_id})
    call = Call.objects.get(pk=call.pk)
    call.about, call.party = about, party or call.party
    call.agent = call.agent or by.staff
    if call.rings is None or call.answered_at is None:
        call.rings = call.rings if rings is None else rings
    call.save(update_fields=["about", "party", "agent", "rings"])
    if call.answered_at is None:
        _answer(call, by=by, at=max(at, call.rang_at))
    _announce(call)
    return call


@transaction.atomic
def write_down(*, site: str, rings: int, about: str, party: Party | None, by: Actor, at: datetime) -> Call:
    """A call of which no telephone system tells: whoever answered has counted the rings."""
    call = Call(id=new_id(), site_id=site, rang_at=at, rings=rings, agent=by.staff, party=party, about=about)
    call.save(force_insert=True)
    _answer(call, by=by, at=at)
    return call


def number(call: Call) -> str:
    """The caller's number in its kept form, to look somebody up by; never to be shown."""
    return vault().open(bytes(call.sealed)) if call.sealed else ""


def erase_numbers(party: int) -> None:
    """Forgets the number from which an erased party called."""
    Call.objects.filter(party=party).update(sealed=None, mask="", digest=None)


def _check(ring: Ring) -> None:
    now = clock.now()
    for name in ("rang_at", "answered_at"):
        at = getattr(ring, name)
        if at is not None and at > now:
            what, remedy = _("this lies in the future."), _("Give a time that has passed.")
            raise Refused(what, where=name, remedy=remedy, code="in_the_future")
    if now - ring.rang_at > timedelta(days=settings.BIHUAN_BACKDATE_DAYS):
        remedy = _("At most %(days)d days back.") % {"days": settings.BIHUAN_BACKDATE_DAYS}
        raise Refused(
            _("this is too long ago to be written down now."), where="rang_at", remedy=remedy, code="too_far_back"
        )
    if ring.answered_at is not None and ring.answered_at < ring.rang_at:
        remedy = _("Compare the two times.")
        raise Refused(_("it was answered before it rang."), where="answered_at", remedy=remedy, code="before_ringing")
    if ring.agent is not None and ring.site not in actor_of(ring.agent).posts:
        remedy = _("Choose somebody of this site.")
        raise Refused(_("this person does not work here."), where="agent", remedy=remedy, code="not_theirs")


def _compare(call: Call, ring: Ring, kept: str) -> None:
    other = bool(kept) and call.digest is not None and bytes(call.digest) != phone_digest(kept)
    if call.rang_at != ring.rang_at or other:
        remedy = _("Give each call an id of its own.")
        raise Refused(_("this id belongs to another call."), where="call_id", remedy=remedy, code="call_differs")


def _number(text: str) -> str:
    kept = read_phone(text) if text else None
    return kept if kept and not is_placeholder(kept) else ""


def _caller(kept: str, *, site: str) -> dict[str, Any]:
    """The number as it is kept, and whose it is where it is one customer's."""
    if not kept:
        return {}
    bearers = list(Party.objects.filter(site=site, phones__digest=phone_digest(kept), erased_at=None).distinct()[:2])
    party = bearers[0] if len(bearers) == 1 else None
    return {"sealed": vault().seal(kept), "mask": mask(kept), "digest": phone_digest(kept), "party": party}


def _answer(call: Call, *, by: Actor, at: datetime) -> None:
    call.answered_at = at
    call.save(update_fields=["answered_at"])
    rings = {} if call.rings is None else {"rings": call.rings}
    record(Happened("call.answered", call.subject, call.site_id, at, by.subject, rings))


def _announce(call: Call) -> None:
    beat(f"calls:{call.site_id}", *([f"staff:{call.agent_id}"] if call.agent_id else []))
