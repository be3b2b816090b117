"""Where mail leaves and where it is fetched, as the settings write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bihuan.kernel.emails import read_email
from bihuan.kernel.errors import Refused

SMTP: Mapping[str, tuple[str, int]] = {"smtp": ("", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
IMAP: Mapping[str, tuple[str, int]] = {"imap": ("", 143), "imap+starttls": ("starttls", 143), "imaps": ("tls", 993)}
KEPT_IN = "Bihuan"  # the folder to which mails go that were taken


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Who takes our mail. `tls` is "", "starttls" or "tls"."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A folder in which customers' mail arrives, the site it is for ("": see `site_of`), and its own address."""

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    kept_in: str = KEPT_IN
    site: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """What this mailbox is called among those that mails were taken from; the password is no part of it."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:200]


def smtp_server(url: str) -> SmtpServer | None:
    """The server of an address such as smtp+starttls://user:password@host:587; None for "". Refused: bad_smtp_url."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in SMTP or not parts.hostname:
        remedy = "Write smtp+starttls://user:password@host:587, smtps://… or smtp://…; other signs as %40."
        raise Refused("BIHUAN_SMTP_URL names no mail server.", remedy=remedy, code="bad_smtp_url")
    tls, port = SMTP[parts.scheme]
    return SmtpServer(parts.hostname, _port(parts, port, "bad_smtp_url"), tls, *_who(parts))


def mailboxes(urls: str) -> tuple[Mailbox, ...]:
    """The mailboxes of addresses between spaces, each such as imaps://user:password@host/INBOX?site=CH, with
    `address=` where the user name is not the address, and `kept_in=` for the folder of what was taken. Refused:
    bad_imap_url."""
    return tuple(_mailbox(url) for url in urls.split())


def mail_from(text: str) -> str:
    """The sender as it is written, checked; "" for "". Refused: bad_mail_from."""
    if text and (read_email(parseaddr(text)[1]) is None or "\n" in text):
        remedy = "Write service@example.com, or Camellia Court <service@example.com>."
        raise Refused("BIHUAN_MAIL_FROM is no sender.", remedy=remedy, code="bad_mail_from")
    return text


def _mailbox(url: str) -> Mailbox:
    parts = urlsplit(url)
    user, password = _who(parts)
    if parts.scheme not in IMAP or not parts.hostname or not user:
        remedy = "Write imaps://user:password@host/INBOX?site=CH; an @ in the user name as %40."
        raise Refused("BIHUAN_IMAP_URL names no mailbox.", remedy=remedy, code="bad_imap_url")
    tls, port = IMAP[parts.scheme]
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return Mailbox(
        host=parts.hostname,
        port=_port(parts, port, "bad_imap_url"),
        tls=tls,
        user=user,
        password=password,
        folder=unquote(parts.path.strip("/")) or "INBOX",
        kept_in=asked.get("kept_in", KEPT_IN),
        site=asked.get("site", "").upper(),
        address=read_email(asked.get("address") or user) or "",
    )


def _who(parts: SplitResult) -> tuple[str, str]:
    return unquote(parts.username or ""), unquote(parts.password or "")


def _port(parts: SplitResult, usual: int, code: str) -> int:
    try:
        return parts.port or usual
    except ValueError:
        raise Refused("the port of a mail server is no number.", where=parts.hostname or "", code=code) from None
