"""A company that writes and is written to, over real mail servers."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from pytest_django.fixtures import Settings

from bihuan.cases.models import Case
from bihuan.messages.fetching import fetch_mail
from bihuan.messages.models import Message
from bihuan.messages.sending import send_mail
from bihuan.messages.servers import mailboxes, smtp_server
from tests.messages.servers import PASSWORD, SECONDS, THEIRS, MailServers, servers, until
from tests.world import World, world

__all__ = ["servers", "world"]


class PostOffice:
    """The mail of a company: its mailbox at the site CH, and a customer who writes."""

    def __init__(self, world: World, servers: MailServers, settings: Settings) -> None:
        self.world, self.servers, self.settings = world, servers, settings
        self.ours = servers.mailbox("ch")
        self.customer = servers.mailbox("wang", THEIRS)
        settings.BIHUAN_SMTP = smtp_server(servers.smtp_url)
        settings.BIHUAN_MAIL_FROM = f"山茶苑 <{self.ours}>"
        settings.BIHUAN_MAILBOXES = mailboxes(servers.imap_url(self.ours))

    # ---- the customer

    def mail(self, text: str = "楼上半夜太吵", *, title: str = "投诉噪音", **headers: str) -> EmailMessage:
        """A mail of the customer to the site; `In_Reply_To` stands for In-Reply-To."""
        mail = EmailMessage()
        usual = {"From": f"王丽 <{self.customer}>", "To": self.ours, "Subject": title, "Message-ID": f"<{id(mail)}@x>"}
        for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            mail[name] = value
        mail.set_content(text)
        return mail

    def write(self, mail: EmailMessage, *, to: str = "", envelope: str | None = None) -> None:
        """Sends a mail over SMTP, and waits until it lies in the mailbox."""
        to, before = to or self.ours, len(self.servers.lying(to or self.ours))
        with smtplib.SMTP("localhost", self.servers.smtp, timeout=SECONDS) as smtp:
            smtp.starttls(context=ssl.create_default_context(cafile=str(self.servers.home / "ca.pem")))
            smtp.login("customer", PASSWORD)
            smtp.send_message(mail, from_addr=self.customer if envelope is None else envelope, to_addrs=[to])
        until(lambda: len(self.servers.lying(to)) > before)

    def put(self, *mails: EmailMessage | bytes, at: datetime | None = None) -> None:
        """Lays mails into the site's mailbox, as if they had arrived at that time."""
        raw = [mail if isinstance(mail, bytes) else mail.as_bytes() for mail in mails]
        self.servers.put(self.ours, *raw, at=at or self.world.now)

    def got(self, count: int = 1) -> list[EmailMessage]:
        """The mails that the customer has, as soon as there are so many."""

        def lying() -> list[bytes]:
            found = self.servers.lying(self.customer)
            return found if len(found) >= count else []

        return [BytesParser(policy=default).parsebytes(one) for one in until(lying)]  # type: ignore[misc]

    def answer(self, mail: EmailMessage, text: str) -> EmailMessage:
        """The customer's answer, with all that was written before below it."""
        quoted = "\n".join(f"> {line}" for line in mail.get_content().splitlines())
        words = f"{text}\n\n在 2026-03-02 写道：\n{quoted}\n"
        return self.mail(
            words, title=f"Re: {mail['Subject']}", In_Reply_To=mail["Message-ID"], References=mail["Message-ID"]
        )

    # ---- the worker

    def fetch(self) -> int:
        """The worker looks into the mailbox."""
        return fetch_mail()

    def wait_for_mail(self) -> None:
        """Until something lies in the mailbox of the site."""
        until(lambda: self.servers.lying(self.ours))

    def send(self) -> int:
        """The worker sends what is due."""
        return send_mail()

    # ---- what became of it

    def case(self) -> Case:
        """The one case there is."""
        return Case.objects.get()

    def message(self, direction: str = "out") -> Message:
        """The last message in a direction."""
        return Message.objects.filter(direction=direction).latest("at", "id")

    def kept(self) -> list[bytes]:
        """What lies in the folder of mails that were taken."""
        return self.servers.lying(self.ours, "Bihuan")


@pytest.fixture
def post(world: World, servers: MailServers, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    """The mail of the company; every server's certificate is checked against the authority of the tests."""
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.home / "ca.pem"))
    return PostOffice(world, servers, settings)
