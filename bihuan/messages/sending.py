"""The worker's share of the outbox: it claims what is due, sends it by SMTP, and tries again until it gives up."""

from __future__ import annotations

import smtplib
import sys
from datetime import timedelta
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from bihuan.customers.vault import vault
from bihuan.files import store
from bihuan.kernel import clock
from bihuan.messages import actions
from bihuan.messages.models import Message, MessageState
from bihuan.messages.quiet import daytime
from bihuan.messages.servers import SmtpServer

PATIENCE = 20.0  # seconds that a mail server may take for each answer
LEASE = timedelta(minutes=10)  # after which what a worker took that was killed is taken by another
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
GIVE_UP = timedelta(days=3)  # after the first attempt
BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class NotTaken(Exception):
    """A mail server did not take a message: why, in a code, and whether that is final."""

    def __init__(self, code: str, *, final: bool = False, status: str = "") -> None:
        super().__init__(code)
        self.code, self.final, self.status = code, final, status


def send_mail() -> int:
    """Sends every message that is due; gives how many were tried. Nothing where no server is set: they wait."""
    server, tried = settings.BIHUAN_SMTP, 0
    while server is not None and settings.BIHUAN_MAIL_FROM and (message := _claim()) is not None:
        tried += 1
        _try(message, server)
    return tried


@transaction.atomic
def _claim() -> Message | None:
    """The message that is due first and that nobody else has in hand; for a while it is this worker's."""
    now = clock.now()
    due = Message.objects.select_for_update(skip_locked=True).filter(state=MessageState.QUEUED, next_try_at__lte=now)
    message = due.order_by("next_try_at", "id").first()
    if message is not None:
        mine = Message.objects.filter(pk=message.pk)
        mine.update(attempts=F("attempts") + 1, next_try_at=now + LEASE, first_try_at=message.first_try_at or now)
        message = mine.select_related("event", "site").get()
    return message


def _try(message: Message, server: SmtpServer) -> None:
    try:
        _send(message, server)
    except NotTaken as error:
        _put_off(message, error)
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:  # a fault in one message holds up no other
        print(f"bihuan: mail: message {message.pk}: {type(error).__name__}: {error}".splitlines()[0], file=sys.stderr)
        _put_off(message, NotTaken("fault"))
    else:
        actions.sent(message, at=clock.now())


def _put_off(message: Message, error: NotTaken) -> None:
    """Tries again after a pause that doubles, until three days after the first attempt."""
    now = clock.now()
    if error.final or (message.first_try_at is not None and now - message.first_try_at >= GIVE_UP):
        actions.fail(message, reason=error.code, status=error.status, at=now)
        return
    again = now + pause(message.attempts)
    again = daytime(again, message.site.zone) if message.reminder else again
    Message.objects.filter(pk=message.pk, state=MessageState.QUEUED).update(next_try_at=again, error=error.code)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)


def _send(message: Message, server: SmtpServer) -> None:
    mail = _mail(message, server)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(max(status for status, _ in error.recipients.values())) from error
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused) as error:
        raise NotTaken("not_let_in", status=str(error.smtp_code)) from error  # ours to mend, so it is tried again
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotTaken("unreachable") from error
    except ValueError as error:
        raise NotTaken("unwritable", final=True) from error


def _refusal(status: int) -> NotTaken:
    return NotTaken("refused", final=status >= 500, status=str(status))


def _mail(message: Message, server: SmtpServer) -> EmailMessage:
    headers = {"Message-ID": message.message_id, "Date": format_datetime(message.at)}
    if message.in_reply_to:
        headers |= {"In-Reply-To": message.in_reply_to, "References": message.in_reply_to}
    if message.reminder:
        headers["Auto-Submitted"] = "auto-generated"
    mail = EmailMessage(
        message.title,
        message.body,
        settings.BIHUAN_MAIL_FROM,
        [vault().open(bytes(message.address_sealed or b""))],
        headers=headers,
        reply_to=_reply_to(message.site_id),
        connection=_connection(server),
    )
    for kept in message.attachments.select_related("file").order_by("id"):
        mail.attach(kept.file.name or "file", _content(kept.file.digest), kept.file.media_type)
    return mail


def _content(digest: str) -> bytes:
    try:
        return store.path_of(digest).read_bytes()
    except OSError as error:
        raise NotTaken("no_file", final=True) from error


def _reply_to(site: str) -> list[str]:
    """Where the site's answers are fetched; the sender itself where that is not known."""
    return [box.address for box in settings.BIHUAN_MAILBOXES if box.address and box.site in ("", site)][:1]


def _connection(server: SmtpServer) -> BaseEmailBackend:
    return get_connection(
        BACKEND,
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.tls == "starttls",
        use_ssl=server.tls == "tls",
        timeout=PATIENCE,
    )
