"""From rows to the facts of events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bihuan.cases.models import Case
from bihuan.customers.vault import vault


def iso(at: datetime) -> str:
    """An instant as events tell it."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat()


def said(text: str) -> dict[str, str]:
    """The keyed hash of what was said: nothing can be read from it, and the words cannot be changed unseen."""
    return {"said": vault().digest(text, "said").hex()[:32]} if text else {}


def received(case: Case) -> dict[str, Any]:
    """What a receipt tells: everything that a rule may read must be here, also what comes from other rows."""
    told: dict[str, Any] = {"channel": case.channel} | said(case.details or case.summary)
    told |= {name: True for name in ("anonymous", "agitated", "urgent") if getattr(case, name)}
    if case.urgency:
        told["urgency"] = case.urgency
    if case.signers > 1:
        told["signers"] = case.signers
    if case.party is not None:
        told |= {"party": case.party.pk, "customer_class": case.party.customer_class, "customer_kind": case.party.kind}
    if case.home_id is not None:
        told["home"] = case.home_id
    for name in ("agreed_at", "requested_by"):
        at = getattr(case, name)
        if at is not None:
            told[name] = iso(at)
    return told


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts without those that say nothing."""
    return {name: value for name, value in facts.items() if value not in (None, "")}
