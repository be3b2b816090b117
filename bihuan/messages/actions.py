"""All writes about messages. Each belongs to the transaction of what caused it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Site, Staff
from bihuan.customers.vault import email_digest, vault
from bihuan.files.models import File
from bihuan.kernel import clock
from bihuan.kernel.emails import mask_email
from bihuan.kernel.ids import new_id
from bihuan.kernel.text import normal
from bihuan.ledger.actions import Happened, hold
from bihuan.ledger.models import Event
from bihuan.messages.models import Attachment, Direction, Means, Message, MessageState
from bihuan.messages.quiet import daytime
from bihuan.obligations.actions import record

LONGEST_TITLE = 200
NOWHERE = "bihuan.invalid"  # in ids of messages, as long as no sender is set
ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is written to a customer: the address in its kept form, what about, and the words."""

    to: str
    title: str
    body: str
    files: Sequence[File] = ()
    reminder: bool = False  # not by night


def queue(letter: Letter, *, event: Event) -> Message:
    """Puts a letter into the outbox, in the transaction of the event that caused it and about that event's subject.

    It leaves after commit, at least once, always under the same Message-ID; a reminder waits for the morning.
    """
    assert connection.in_atomic_block, "messages are queued in the transaction of what caused them"
    now, pk, site = clock.now(), new_id(), Site.objects.get(pk=event.site)
    message = Message(
        id=pk,
        site=site,
        subject=event.subject,
        event=event,
        direction=Direction.OUT,
        state=MessageState.QUEUED,
        title=normal(letter.title)[:LONGEST_TITLE],
        body=letter.body,
        message_id=f"<{pk}@{_domain()}>",
        at=now,
        reminder=letter.reminder,
        next_try_at=daytime(now, site.zone) if letter.reminder else now,
    )
    address(message, letter.to)
    message.in_reply_to = _last_from(message)
    message.save(force_insert=True)
    Attachment.objects.bulk_create([Attachment(message=message, file=file) for file in letter.files])
    return message


def address(message: Message, kept: str) -> None:
    """Says with whom the message is exchanged."""
    message.address_sealed, message.address_digest = vault().seal(kept), email_digest(kept)
    message.address_mask = mask_email(kept)


def joined(subject: str, site: str, *, message: UUID, answers: str, by: Actor, at: datetime) -> Event:
    """Records that a customer's mail was put to something that is known; `answers` is the id of ours, or ""."""
    facts = {"message": str(message), "means": Means.EMAIL.value} | ({"in_reply_to": answers} if answers else {})
    return record(Happened("message.received", subject, site, at, by.subject, facts)).events[0]


def wrote(subject: str, site: str, *, message: UUID, text: str, by: Actor, at: datetime) -> Event:
    """Records what a customer wrote on the website about something that is known."""
    facts = {"message": str(message), "means": Means.WEBSITE.value}
    event = record(Happened("message.received", subject, site, at, by.subject, facts)).events[0]
    Message.objects.create(
        id=message,
        site_id=site,
        subject=subject,
        event=event,
        direction=Direction.IN,
        means=Means.WEBSITE,
        state=MessageState.RECEIVED,
        body=text,
        at=at,
    )
    return event


@transaction.atomic
def fail(message: Message, *, reason: str, status: str = "", at: datetime) -> bool:
    """A message did not leave, or did not arrive, and will not be tried again. False where that was known already."""
    hold({message.subject: message.site_id})
    known = Message.objects.filter(pk=message.pk, direction=Direction.OUT).exclude(state=MessageState.FAILED)
    if not known.update(state=MessageState.FAILED, error=reason):
        return False
    facts = {"message": str(message.pk), "means": message.means, "reason": reason}
    facts |= {"status": status} if status else {}
    record(Happened("message.failed", message.subject, message.site_id, at, message.event.actor, facts))
    return True


@transaction.atomic
def sent(message: Message, *, at: datetime) -> None:
    """The customer's mail server, or the one on the way to it, has taken a message."""
    hold({message.subject: message.site_id})
    queued = Message.objects.filter(pk=message.pk, state=MessageState.QUEUED)
    if queued.update(state=MessageState.SENT, sent_at=at, error=""):
        facts = {"message": str(message.pk), "means": message.means}
        record(Happened("message.sent", message.subject, message.site_id, at, message.event.actor, facts))


def read(subjects: Collection[str], *, by: Staff, at: datetime) -> int:
    """Somebody has read what customers wrote about these subjects; gives how many mails were new."""
    unread = Message.objects.filter(subject__in=subjects, direction=Direction.IN, read_at=None)
    return unread.update(read_at=at, read_by=by)


def erase_words(subjects: Collection[str]) -> None:
    """Empties what was written about these subjects, and to whom. What is still queued does not leave any more."""
    mine = Message.objects.filter(subject__in=subjects)
    for message in mine.filter(state=MessageState.QUEUED).select_related("event"):
        fail(message, reason=ERASED, at=clock.now())
    mine.update(address_sealed=None, address_digest=None, address_mask="", title="", body="")


def _domain() -> str:
    return parseaddr(settings.BIHUAN_MAIL_FROM)[1].rpartition("@")[2] or NOWHERE


def _last_from(message: Message) -> str:
    """The id of the last mail about it that came from that address: so the customer's program shows one thread."""
    theirs = Message.objects.filter(subject=message.subject, direction=Direction.IN)
    last = theirs.filter(address_digest=message.address_digest).order_by("-at", "-id")
    return last.values_list("message_id", flat=True).first() or ""
