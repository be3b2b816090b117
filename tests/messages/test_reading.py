"""Whatever can be read of a mail is; what cannot is kept as it came, and the case says so."""

from __future__ import annotations

from base64 import b64encode
from email.message import EmailMessage

import pytest

from bihuan.cases.models import Case
from bihuan.files.models import File
from bihuan.files.store import path_of
from bihuan.messages import mime
from bihuan.messages.html import text_of
from bihuan.messages.models import Taken
from bihuan.messages.quoting import fresh
from tests.messages.conftest import PostOffice

CRLF = "\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


def raw(body: bytes, *headers: str, content: str = "text/plain", charset: str = "", encoding: str = "8bit") -> bytes:
    """A mail as bytes."""
    kind = f"{content}; charset={charset}" if charset else content
    head = [*headers, "From: wang@customer.example", f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}"]
    return CRLF.join([*head, "MIME-Version: 1.0", "", ""]).encode("latin-1") + body


def kept(case: Case) -> dict[str, bytes]:
    """The files of a case by their names."""
    return {one.file.name: path_of(one.file.digest).read_bytes() for one in case.files.select_related("file")}


SIMPLE, FULL = "楼上噪音，请处理", "電梯壞了，請儘快維修"


@pytest.mark.parametrize(
    ("text", "written", "said"),
    [
        (SIMPLE, "gb2312", "gb2312"),
        (SIMPLE, "gbk", "GBK"),
        ("朱镕基小区，㐀栋", "gb18030", "gb2312"),  # characters that GB2312 does not have
        (FULL, "big5", "Big5"),
        ("邨屋漏水，喺邊度", "big5hkscs", "big5"),
        (SIMPLE, "utf-8", "utf-8"),
        (SIMPLE, "gb18030", "us-ascii"),
        (SIMPLE, "gb18030", "utf-8"),
        (SIMPLE, "utf-8", ""),
        (SIMPLE, "gb18030", ""),
        (SIMPLE, "utf-8", "no-such-charset"),
        ("😀 投诉 👨‍👩‍👧", "utf-8", "utf-8"),
        (SIMPLE, "utf-16", "utf-16"),
    ],
)
def test_texts_are_read_in_the_charsets_that_are_used_here(text: str, written: str, said: str) -> None:
    mail = mime.read(raw(text.encode(written), charset=said))
    assert (mail.text, mail.whole, mail.uploads) == (text, True, [])


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "big5", "utf-8"])
@pytest.mark.parametrize("way", ["b", "bare", "q"])
def test_titles_are_read_encoded_and_bare(charset: str, way: str) -> None:
    title = FULL if charset == "big5" else SIMPLE
    content = title.encode(charset)
    quoted = "".join(f"={byte:02X}" for byte in content)
    written = {
        "b": f"=?{charset}?B?{b64encode(content).decode()}?=".encode(),
        "q": f"=?{charset}?Q?{quoted}?=".encode(),
        "bare": content,
    }[way]
    mail = mime.read(b"Subject: " + written + b"\r\nFrom: a@b.example\r\n\r\ntext")
    if way == "bare" and charset == "big5":
        return  # nobody can tell it from GBK
    assert mail.title == title


def test_a_character_cut_in_two_by_an_encoded_title_is_put_together() -> None:
    content = SIMPLE.encode("gb2312")
    parts = " ".join(f"=?gb2312?B?{b64encode(part).decode()}?=" for part in (content[:3], content[3:]))
    assert mime.read(f"Subject: {parts}\r\nFrom: a@b.example\r\n\r\nx".encode()).title == SIMPLE


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("王丽 <Wang@Customer.Example>", "王丽", "wang@customer.example"),
        ("=?gb2312?B?zfXA9g==?= <wang@customer.example>", "王丽", "wang@customer.example"),
        ('"Wang, Li" <wang@customer.example>', "Wang, Li", "wang@customer.example"),
        ("=?utf-8?q?boss=40site=2Eexample=2C?= <wang@customer.example>", "boss@site.example,", "wang@customer.example"),
        ("wang@customer.example (王丽)", "王丽", "wang@customer.example"),
        ("王丽 wang@customer.example", "", "wang@customer.example"),
        ("undisclosed", "", ""),
        ("", "", ""),
    ],
)
def test_the_sender_is_who_the_address_says(written: str, name: str, address: str) -> None:
    mail = mime.read(f"From: {written}\r\n\r\nx".encode())
    assert (mail.name, mail.address) == (name, address)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>一</p><p>二<br>三</p>", "一\n\n二\n三"),
        ("<html><head><title>t</title><style>p{}</style></head><body>好&nbsp;&amp;&#128512;</body>", "好 &😀"),
        ("<script>alert(1)</script>文字<img src=x onerror=alert(1)>", "文字"),
        ("<div>答</div><blockquote><div>问</div><div>再问</div></blockquote>", "答\n> 问\n> 再问"),
        ("<table><tr><td>房号</td><td>1101</td></tr></table>", "房号 1101"),
        ("<p>没有结束<b>标签", "没有结束标签"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert text_of(html) == text


def test_of_text_and_html_the_text_is_taken_unless_it_is_empty() -> None:
    for plain, wanted in (("文字", "文字"), (" \n", "网页")):
        mail = EmailMessage()
        mail.set_content(plain)
        mail.add_alternative("<p>网页</p>", subtype="html")
        assert mime.read(mail.as_bytes()).text == wanted


@pytest.mark.parametrize(
    "below",
    [
        "> 您好",
        "------------------ 原始邮件 ------------------\n发件人: 山茶苑",
        "-----Original Message-----\nFrom: x",
        "On Mon, Mar 2, 2026 at 9:00 AM CH <ch@site.example> wrote:\n> x",
        "在 2026年3月2日，山茶苑 <ch@site.example> 写道：\n\n> 您好",
        "于 2026/3/2 9:00, 山茶苑 寫道:\n您好",
        "________________________________\n发件人: 山茶苑 <ch@site.example>",
        "发件人：山茶苑 <ch@site.example>\n发送时间：…",
    ],
)
def test_what_was_written_before_is_told_apart(below: str) -> None:
    assert fresh(f"今晚又吵了\n谢谢\n\n{below}\n您好") == "今晚又吵了\n谢谢"


@pytest.mark.parametrize("text", ["> 只有引用", "发件人不明的信我不看", "我在家里等您", "5 > 3", ""])
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert fresh(text) == text


# ---- through the mailbox


def test_attachments_are_kept_whatever_they_call_themselves(post: PostOffice) -> None:
    mail = post.mail("见附件")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="走廊.png")
    mail.add_attachment(b"MZ\x90\x00 program", maintype="image", subtype="jpeg", filename="../../photo.jpg")
    post.put(mail)
    post.fetch()
    case = post.case()
    assert kept(case) == {"走廊.png": PNG, "photo.jpg": b"MZ\x90\x00 program"}
    types = dict(File.objects.values_list("name", "media_type"))
    assert types == {"走廊.png": "image/png", "photo.jpg": "application/octet-stream"}
    assert {one.event_id for one in case.files.all()} == {post.message("in").event_id}


def test_what_an_answer_brings_along_is_kept_with_the_answer(post: PostOffice) -> None:
    post.put(post.mail())
    post.fetch()
    post.world.take(post.case(), "acknowledged", by="agent", means="email", text="收到")
    post.send()
    answer = post.answer(post.got()[0], "照片")
    answer.add_attachment(PNG, maintype="image", subtype="png", filename="a.png")
    post.put(answer)
    post.fetch()
    assert [one.event.kind for one in post.case().files.select_related("event")] == ["message.received"]


def test_a_long_text_is_kept_to_the_last_character(post: PostOffice) -> None:
    text = ("一二三四五六七😀" * 1000)[:7000]
    post.put(post.mail(text))
    post.fetch()
    assert post.case().details == text


@pytest.mark.parametrize(("length", "attached"), [(50_000, False), (50_001, True)])
def test_the_rest_of_a_very_long_text_is_attached(post: PostOffice, length: int, attached: bool) -> None:
    post.put(post.mail("字" * length))
    post.fetch()
    assert len(post.case().details) == 50_000 + (len("\n\n[正文未完，全文见附件。]") if attached else 0)
    assert kept(post.case()) == ({"mail.txt": ("字" * length).encode()} if attached else {})


@pytest.mark.parametrize(
    "broken",
    [
        raw(b"\xff\xfe\xff broken \x81", charset="utf-8"),
        raw(b"no boundary anywhere", content="multipart/mixed"),
        raw(b"--b\r\n\r\ncut off", content='multipart/mixed; boundary="b"'),
        raw(b"!!!! no base64", charset="utf-8", encoding="base64"),
        raw(b""),
        b"\x00\x01\x02\xff\xfe",
        b"",
    ],
)
def test_what_cannot_be_read_is_kept_as_it_came_and_opens_a_case_that_says_so(post: PostOffice, broken: bytes) -> None:
    post.put(broken or b"\r\n")
    assert post.fetch() == 1
    case = post.case()
    assert "[这封邮件未能完整读出" in case.details
    assert [name for name in kept(case) if name == "mail.eml"] == ["mail.eml"]


def test_characters_that_no_database_holds_are_left_out() -> None:
    mail = mime.read(raw("楼上\x00太\x07吵".encode(), "Subject: a\x00b", charset="utf-8"))
    assert (mail.text, mail.title) == ("楼上太吵", "ab")


def test_a_mail_of_25_megabytes_is_taken_and_says_what_was_too_large(post: PostOffice) -> None:
    mail = post.mail("很大的附件")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="small.png")
    mail.add_attachment(bytes(21 << 20), maintype="application", subtype="zip", filename="large.zip")
    post.put(mail)
    assert post.fetch() == 1
    assert set(kept(post.case())) == {"small.png"}
    assert "large.zip" in post.case().details
    assert "Bihuan" in post.case().details
    assert len(post.kept()[0]) > 25 << 20


def test_a_mail_too_large_to_be_fetched_opens_a_case_all_the_same(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.messages.fetching.LARGEST", 5000)
    post.put(post.mail("字" * 5000, title="大邮件"))
    post.fetch()
    assert post.case().summary == "大邮件"
    assert "Bihuan" in post.case().details
    assert not post.case().files.exists()


def test_parts_within_parts_without_end_are_no_danger(post: PostOffice) -> None:
    body = b"text"
    for depth in range(300):
        edge = f"b{depth}".encode()
        body = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n%s\r\n--%s--\r\n' % (
            edge,
            edge,
            body,
            edge,
        )
    post.put(b"From: wang@customer.example\r\nMIME-Version: 1.0\r\n" + body)
    assert post.fetch() == 1
    assert Taken.objects.get().outcome == "opened"


def test_a_forwarded_mail_is_kept_as_a_mail(post: PostOffice) -> None:
    inner = post.mail("原来的投诉")
    mail = post.mail("转给你们")
    mail.add_attachment(inner)
    post.put(mail)
    post.fetch()
    assert post.case().details == "转给你们"
    [content] = kept(post.case()).values()
    assert mime.read(content).text == "原来的投诉"
