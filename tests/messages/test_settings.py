"""Mail servers as settings write them, and what is said of those that are none."""

from __future__ import annotations

import pytest

from bihuan.kernel.errors import Refused
from bihuan.messages.servers import mail_from, mailboxes, smtp_server


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "user", "password"),
    [
        ("smtp://mail.example", "mail.example", 25, "", "", ""),
        ("smtp+starttls://u:p@mail.example", "mail.example", 587, "starttls", "u", "p"),
        ("smtps://u%40x.cn:p%2F%3A%25@mail.example:2465", "mail.example", 2465, "tls", "u@x.cn", "p/:%"),
    ],
)
def test_a_server_that_takes_mail(url: str, host: str, port: int, tls: str, user: str, password: str) -> None:
    server = smtp_server(url)
    assert server is not None
    assert (server.host, server.port, server.tls, server.user, server.password) == (host, port, tls, user, password)
    assert repr(password) not in repr(server) or not password


def test_without_a_server_there_is_none() -> None:
    assert (smtp_server(""), mailboxes(" "), mail_from("")) == (None, (), "")


def test_mailboxes_stand_one_after_the_other() -> None:
    first, second = mailboxes(
        "imaps://ch%40x.cn:p@mail.example/INBOX?site=ch imap+starttls://lake:p@other.example:1143/Post/In"
        "?site=LH&address=Lake@x.cn&kept_in=Archiv"
    )
    assert (first.host, first.port, first.tls, first.folder, first.site) == ("mail.example", 993, "tls", "INBOX", "CH")
    assert (first.address, first.kept_in) == ("ch@x.cn", "Bihuan")
    assert (second.port, second.tls, second.folder, second.site) == (1143, "starttls", "Post/In", "LH")
    assert (second.address, second.kept_in) == ("lake@x.cn", "Archiv")
    assert first.key == "ch@x.cn@mail.example:993/INBOX"


def test_a_password_shows_in_no_representation() -> None:
    assert "geheim" not in repr(mailboxes("imaps://ch:geheim@mail.example")[0])
    assert "geheim" not in repr(smtp_server("smtps://ch:geheim@mail.example"))


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp:///x"])
def test_what_is_no_server_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refused:
        smtp_server(url)
    assert refused.value.code == "bad_smtp_url"


@pytest.mark.parametrize("url", ["imaps://mail.example", "pop3://u:p@mail.example", "imaps://u:p@", "u@x.cn"])
def test_what_is_no_mailbox_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refused:
        mailboxes(url)
    assert refused.value.code == "bad_imap_url"


@pytest.mark.parametrize(("url", "code"), [("smtp://x:99999", "bad_smtp_url"), ("smtp://x:a", "bad_smtp_url")])
def test_a_port_is_a_number(url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        smtp_server(url)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["service@example.com", "山茶苑 <service@example.com>", '"A, B" <a@x.cn>'])
def test_a_sender_is_taken_as_it_is_written(text: str) -> None:
    assert mail_from(text) == text


@pytest.mark.parametrize("text", ["nobody", "A <a>b", "a@x.cn\nBcc: b@x.cn", "山茶苑"])
def test_what_is_no_sender_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        mail_from(text)
    assert refused.value.code == "bad_mail_from"
