"""What customers write on the website: a new case (XQ-C4.1), and words about one that is known to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bihuan.accounts.outside import outside
from bihuan.cases.actions.filing import attach
from bihuan.cases.actions.receiving import Receipt, receive
from bihuan.cases.models import Case
from bihuan.files.actions import Upload
from bihuan.ledger.actions import hold
from bihuan.messages.actions import wrote
from bihuan.messages.models import Message

WAY = "website"  # what its actor is called


@transaction.atomic
def open_case(receipt: Receipt, uploads: Sequence[Upload], *, at: datetime) -> Case:
    """Takes a case in for nobody in particular; refuses as `receive` and `files.actions.keep` do."""
    case, done = receive(receipt, by=outside(WAY, receipt.site), at=at)
    attach(case, uploads, event=done.events[0], by=None)
    return case


@transaction.atomic
def add_word(case: Case, text: str, uploads: Sequence[Upload], *, message: UUID, at: datetime) -> None:
    """Puts the customer's words to the case, once for each `message`. Whether it is to be reopened is for people to
    say: they read it like a mail that came after the end."""
    hold({case.subject: case.site_id})
    if Message.objects.filter(pk=message).exists():
        return
    by, at = outside(WAY, case.site_id), max(at, case.received_at)
    event = wrote(case.subject, case.site_id, message=message, text=text, by=by, at=at)
    attach(case, uploads, event=event, by=None)
