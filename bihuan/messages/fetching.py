"""Fetching mail by IMAP. A mail is moved only after what it brought is committed; none is ever deleted."""

from __future__ import annotations

import imaplib
import re
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.messages.models import Taken
from bihuan.messages.servers import Mailbox
from bihuan.messages.taking import Arrived, take

PATIENCE = 20.0  # seconds that a mail server may take for each answer
AT_ONCE = 100  # mails of one mailbox before the next one has its turn
LARGEST = 60 * 1024 * 1024  # bytes; of a larger mail only the head is fetched
TROUBLE = (ImapToolsError, imaplib.IMAP4.error, OSError)
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_told: dict[str, str] = {}


def fetch_mail() -> int:
    """Takes what has arrived in every mailbox; gives how many mails were dealt with."""
    return sum(_fetch(mailbox) for mailbox in settings.BIHUAN_MAILBOXES)


def _fetch(mailbox: Mailbox) -> int:
    """One mailbox. One that cannot be reached is told on stderr, once for each reason, and tried again."""
    try:
        with _opened(mailbox) as box:
            count = _empty(box, mailbox)
    except TROUBLE as error:
        _tell(mailbox.key, f"{type(error).__name__}: {error}")
        return 0
    _tell(mailbox.key, "")
    return count


def _tell(about: str, reason: str) -> None:
    if reason and _told.get(about) != reason:
        print(f"bihuan: mail: {about}: {reason}".splitlines()[0], file=sys.stderr, flush=True)
    _told[about] = reason


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    where = {"host": mailbox.host, "port": mailbox.port, "timeout": PATIENCE}
    box: BaseMailBox
    if mailbox.tls == "tls":
        box = MailBox(**where, ssl_context=ssl.create_default_context())
    elif mailbox.tls == "starttls":
        box = MailBoxStartTls(**where, ssl_context=ssl.create_default_context())
    else:
        box = MailBoxUnencrypted(**where)
    try:
        yield box.login(mailbox.user, mailbox.password, initial_folder=mailbox.folder)
    finally:
        with suppress(*TROUBLE):
            box.logout()


def _empty(box: BaseMailBox, mailbox: Mailbox) -> int:
    validity = int(box.folder.status(mailbox.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    lying = [int(uid) for uid in box.uids("ALL", charset=None)]
    taken = Taken.objects.filter(mailbox=mailbox.key, validity=validity, uid__in=lying)
    known = set(taken.values_list("uid", flat=True))
    _put_away(box, mailbox, sorted(known))  # taken by somebody who was killed before this
    fresh = [uid for uid in lying if uid not in known][:AT_ONCE]
    return sum(_take(box, mailbox, validity, uid) for uid in fresh)


def _take(box: BaseMailBox, mailbox: Mailbox, validity: int, uid: int) -> int:
    """One mail. One that cannot be dealt with stays where it is, is told on stderr, and is tried again."""
    arrived = _fetched(box, mailbox, validity, uid)
    if arrived is None:
        return 0
    try:
        take(arrived)
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:
        reason = str(error) if isinstance(error, Refused) else type(error).__name__
        _tell(f"{mailbox.key}, mail {uid}", f"stays in the mailbox: {reason}")
        return 0
    _put_away(box, mailbox, [uid])
    return 1


def _fetched(box: BaseMailBox, mailbox: Mailbox, validity: int, uid: int) -> Arrived | None:
    """The mail; None where it is gone meanwhile."""
    about = _answer(box, uid, "(INTERNALDATE RFC822.SIZE)")
    size = _SIZE.search(about)
    cut = size is not None and int(size[1]) > LARGEST
    raw = _answer(box, uid, "(BODY.PEEK[HEADER])" if cut else "(BODY.PEEK[])", whole=True)
    at = _ARRIVED.search(about)
    return Arrived(mailbox=mailbox, validity=validity, uid=uid, at=_instant(at), raw=raw, cut=cut) if raw else None


def _answer(box: BaseMailBox, uid: int, parts: str, *, whole: bool = False) -> bytes:
    """What the server says of a mail; with `whole` only the part that it quotes in full."""
    status, lines = box.client.uid("fetch", str(uid), parts)
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH {status}")
    if whole:
        return next((line[1] for line in lines if isinstance(line, tuple)), b"")
    return b" ".join(line for line in lines if isinstance(line, bytes))


def _instant(found: re.Match[bytes] | None) -> datetime:
    """When the server received it: 02-Mar-2026 09:30:00 +0800."""
    said = found[1].decode().strip().replace("-", " ", 2) if found else ""
    try:
        return parsedate_to_datetime(said).astimezone(UTC)
    except (TypeError, ValueError):
        return clock.now()


def _put_away(box: BaseMailBox, mailbox: Mailbox, uids: list[int]) -> None:
    """Marks mails as read and moves them to the folder for what was taken. Where the server refuses that, they stay:
    their places are known."""
    if not uids:
        return
    listed = [str(uid) for uid in uids]
    with suppress(ImapToolsError):
        box.flag(listed, MailMessageFlags.SEEN, True)
        if not box.folder.exists(mailbox.kept_in):
            box.folder.create(mailbox.kept_in)
        box.move(listed, mailbox.kept_in)
