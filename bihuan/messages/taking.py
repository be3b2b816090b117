"""One mail, in one transaction: it is marked as taken and has its effect, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bihuan.accounts.models import Site
from bihuan.accounts.outside import outside
from bihuan.customers.models import Email
from bihuan.customers.vault import email_digest
from bihuan.files.actions import LARGEST, Upload
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ids import new_id
from bihuan.ledger.models import Event
from bihuan.messages import mime
from bihuan.messages.actions import LONGEST_TITLE, address, fail
from bihuan.messages.arrivals import Incoming, take_in
from bihuan.messages.judging import bounce, judged
from bihuan.messages.models import Direction, Message, MessageState, Outcome, Taken
from bihuan.messages.queries import subject_of
from bihuan.messages.servers import Mailbox

WAY = "mailbox"  # what its actor is called
BRAKE = 30  # mails of one address within an hour; those beyond are only counted
HOUR = timedelta(hours=1)
LONGEST_ID = 255
LONGEST_TEXT = 50_000  # characters; a longer one is attached
_CLAIM = """
    INSERT INTO mail_taken (mailbox, validity, uid, likeness, outcome, at) VALUES (%s, %s, %s, %s, '', %s)
    ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A mail as it lies in a mailbox. `cut` says that it is too large to be fetched: only its head is here."""

    mailbox: Mailbox
    validity: int
    uid: int
    at: datetime  # when the mail server received it
    raw: bytes
    cut: bool = False


@transaction.atomic
def take(arrived: Arrived) -> str:
    """Deals with a mail; gives what became of it, one of Outcome. "" where somebody else has dealt with it already."""
    taken = _claim(arrived)
    if taken is None:
        return ""
    taken.outcome, taken.message = _dealt(arrived, taken)
    taken.save(update_fields=["outcome", "message"])
    return taken.outcome


def _claim(arrived: Arrived) -> Taken | None:
    """Marks the mail as taken; whoever tries the same at the same time waits here, and then has nothing to do."""
    with connection.cursor() as cursor:
        like = mime.likeness(arrived.raw)
        cursor.execute(_CLAIM, [arrived.mailbox.key, arrived.validity, arrived.uid, like, clock.now()])
        row = cursor.fetchone()
    return Taken.objects.get(pk=row[0]) if row else None


def _dealt(arrived: Arrived, taken: Taken) -> tuple[str, Message | None]:
    alike = Taken.objects.filter(mailbox=taken.mailbox, likeness=bytes(taken.likeness)).exclude(pk=taken.pk)
    if alike.exists():
        return Outcome.AGAIN, None
    part = mime.opened(arrived.raw)
    report = bounce(part)
    if report is not None:
        fail(report.message, reason="bounced", status=report.status, at=clock.now())
        return Outcome.BOUNCED, report.message
    nobody = judged(part)
    return (nobody, None) if nobody else _from_customer(arrived)


def _from_customer(arrived: Arrived) -> tuple[str, Message | None]:
    mail = mime.read(arrived.raw)
    remarks = list(_remarks(mail, arrived))  # which may shorten it
    mail.text = "\n\n".join(filter(None, (mail.text, *remarks)))
    last = _too_many(mail.address)
    if last is not None:
        Message.objects.filter(pk=last.pk).update(more=F("more") + 1)
        return Outcome.TOO_MANY, last
    subject, answers = subject_of(mail.references)
    incoming = Incoming(
        id=new_id(),
        site=_site(arrived.mailbox, mail.address),
        name=mail.name,
        address=mail.address,
        title=mail.title,
        text=mail.text,
        at=_when(arrived.at),
        subject=subject,
        answers=answers,
        uploads=tuple(mail.uploads),
        whole=mail.whole and not arrived.cut,
    )
    event = take_in(incoming, by=outside(WAY, incoming.site))
    outcome = Outcome.JOINED if event.kind == "message.received" else Outcome.OPENED
    return outcome, _write(incoming, event, mail)


def _write(incoming: Incoming, event: Event, mail: mime.Mail) -> Message:
    message = Message(
        id=incoming.id,
        site_id=event.site,
        subject=event.subject,
        event=event,
        direction=Direction.IN,
        state=MessageState.RECEIVED,
        title=mail.title[:LONGEST_TITLE],
        body=mail.text,
        message_id=mail.message_id[:LONGEST_ID],
        in_reply_to=mail.references[-1][:LONGEST_ID] if mail.references else "",
        at=incoming.at,
        read_at=None if event.kind == "message.received" else incoming.at,  # what it opened stands on the work list
    )
    if mail.address:
        address(message, mail.address)
    message.save(force_insert=True)
    return message


def _remarks(mail: mime.Mail, arrived: Arrived) -> Iterator[str]:
    """What is to be said beside the text, so that nobody takes it for the whole; what is too large is left out."""
    folder = {"folder": arrived.mailbox.kept_in}
    if arrived.cut:
        yield _("[This mail is too large to be fetched; it lies in the mailbox, in the folder %(folder)s.]") % folder
        mail.uploads.clear()
    elif not mail.whole:
        yield _("[This mail could not be read in full; as it came it is attached, or lies in the mailbox.]")
    if len(mail.text) > LONGEST_TEXT:
        mail.uploads.append(Upload(BytesIO(mail.text.encode()), "mail.txt"))
        mail.text = mail.text[:LONGEST_TEXT]
        yield _("[The text goes on; all of it is attached.]")
    large = [one for one in mail.uploads if len(one.stream.read()) > LARGEST]
    if large:
        mail.uploads[:] = [one for one in mail.uploads if one not in large]
        told = folder | {"names": ", ".join(one.name for one in large)}
        yield _("[Too large to be kept here: %(names)s. The mail lies in the mailbox, folder %(folder)s.]") % told


def _too_many(written_by: str) -> Message | None:
    """The last mail of an address that has written too often within an hour; None for any other."""
    if not written_by:
        return None
    recent = Message.objects.filter(direction=Direction.IN, address_digest=email_digest(written_by))
    rows = list(recent.filter(at__gt=clock.now() - HOUR).order_by("-at", "-id")[:BRAKE])
    return rows[0] if len(rows) >= BRAKE else None


def _when(at: datetime) -> datetime:
    """When it arrived; now where that is too long ago to be written down, or has not come yet."""
    now = clock.now()
    early = now - timedelta(days=settings.BIHUAN_BACKDATE_DAYS)
    return at if early <= at <= now else now


def _site(mailbox: Mailbox, written_by: str) -> str:
    """The site of the mailbox; of one for all sites, where the sender is a customer, else the first.

    Refused: no_site where there is none of that code.
    """
    if mailbox.site:
        found = Site.objects.filter(pk=mailbox.site)
    else:
        theirs = Email.objects.filter(digest=email_digest(written_by)).values("party__site")
        found = Site.objects.filter(pk__in=theirs) or Site.objects.all()
    site = found.order_by("code").first()
    if site is None:
        remedy = "Write the code of a site into BIHUAN_IMAP_URL: …/INBOX?site=CH"
        raise Refused("there is no site for this mailbox.", where=mailbox.key, remedy=remedy, code="no_site")
    return site.pk
