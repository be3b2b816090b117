"""Reading messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.db.models import QuerySet

from bihuan.customers.models import Email, Party
from bihuan.customers.vault import vault
from bihuan.messages.models import Direction, Message


def of_subject(subject: str) -> dict[int, Message]:
    """The messages about a subject, by the event with which each was written or came; one query."""
    return {one.event_id: one for one in Message.objects.filter(subject=subject)}


def address_of(subject: str, party: Party | None) -> tuple[str, str]:
    """Where to write to about a subject, and how lists show it: whence the last mail about it came, else what is on
    file of the customer; ("", "") where nothing is known."""
    theirs = Message.objects.filter(subject=subject, direction=Direction.IN, address_sealed__isnull=False)
    last = theirs.order_by("-at", "-id").first()
    if last is not None:
        return vault().open(bytes(last.address_sealed or b"")), last.address_mask
    email = Email.objects.filter(party=party, primary=True).first() if party is not None else None
    return (vault().open(bytes(email.sealed)), email.mask) if email is not None else ("", "")


def knows(subject: str, digest: bytes) -> bool:
    """Whether something was written to this address, or came from it, about the subject."""
    return Message.objects.filter(subject=subject, address_digest=digest).exists()


def subject_of(message_ids: Iterable[str]) -> tuple[str, str]:
    """What the last of these messages that is ours is about, and its id; ("", "") where none is."""
    ids = list(message_ids)
    ours = dict(Message.objects.filter(direction=Direction.OUT, message_id__in=ids).values_list("message_id", "pk"))
    known = next((one for one in reversed(ids) if one in ours), "")
    return (Message.objects.get(pk=ours[known]).subject, str(ours[known])) if known else ("", "")


def unread(sites: Collection[str]) -> QuerySet[Message]:
    """What customers wrote to these sites about what was known already, and nobody has read; the oldest first."""
    return Message.objects.filter(site__in=sites, direction=Direction.IN, read_at=None).order_by("at", "id")


def is_set_up() -> bool:
    """Whether mail can leave."""
    return settings.BIHUAN_SMTP is not None and bool(settings.BIHUAN_MAIL_FROM)
