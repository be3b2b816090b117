"""Mails that nobody wrote: automatic answers, mailing lists, what did not arrive, our own. None of them is answered,
so that two machines never write to one another for ever (RFC 3834)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Part
from email.utils import parseaddr

from django.conf import settings

from bihuan.kernel.emails import read_email
from bihuan.messages.mime import header, ids, message_id, sender
from bihuan.messages.models import Direction, Message, Outcome

_IN_BULK = frozenset(("bulk", "list", "junk", "auto_reply"))
_MACHINES = frozenset(("mailer-daemon", "postmaster"))
_AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
_STATUS = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.MULTILINE | re.IGNORECASE)
_ACTION = re.compile(r"^Action:\s*(\w+)", re.MULTILINE | re.IGNORECASE)
_REPORT = 200_000  # characters of a report in which the id of our message is looked for


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a message of ours did not arrive: its id, and the status that the report gives."""

    message: Message
    status: str


def judged(part: Part) -> str:
    """Why this mail is not a customer's: one of Outcome, or "" where it is."""
    address = sender(part)[1]
    if address in own_addresses() or _is_ours(message_id(part)):
        return Outcome.OWN
    automatic = header(part, "Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no")
    automatic |= header(part, "Precedence").strip().lower() in _IN_BULK
    automatic |= any(part.get(name) for name in _AUTOMATIC) or is_from_machine(part)
    return Outcome.AUTOMATIC if automatic else ""


def bounce(part: Part) -> Bounce | None:
    """What a report tells of a message of ours; None where the mail is no such report, or only speaks of a delay."""
    if not is_from_machine(part) and part.get_content_type() != "multipart/report":
        return None
    text = "\n".join(_told(part))[:_REPORT]
    action = _ACTION.search(text)
    if action is not None and action[1].lower() != "failed":
        return None
    named = [*ids(header(part, "In-Reply-To")), *ids(header(part, "References")), *ids(text)]
    about = Message.objects.filter(direction=Direction.OUT, message_id__in=named).select_related("event").first()
    status = _STATUS.search(text)
    return Bounce(about, status[1] if status else "") if about else None


def is_from_machine(part: Part) -> bool:
    """Whether a mail system wrote it: without a sender to return it to, or in the name of one."""
    nobody = "Return-Path" in part and parseaddr(header(part, "Return-Path"))[1] == ""
    return nobody or sender(part)[1].partition("@")[0] in _MACHINES


def own_addresses() -> set[str]:
    """The addresses from which we write, and to which mail comes."""
    ours = read_email(parseaddr(settings.BIHUAN_MAIL_FROM)[1])
    return {box.address for box in settings.BIHUAN_MAILBOXES if box.address} | ({ours} if ours else set())


def _is_ours(one: str) -> bool:
    return bool(one) and Message.objects.filter(direction=Direction.OUT, message_id=one).exists()


def _told(part: Part) -> Iterator[str]:
    """All that a report says, the headers of the mail it speaks of among it."""
    for one in part.walk():
        payload = None if one.is_multipart() else one.get_payload(decode=True)
        head = "\n".join(f"{name}: {value}" for name, value in one.items())
        yield head + "\n" + (payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "")
