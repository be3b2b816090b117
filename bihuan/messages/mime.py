"""A mail as it lies in the mailbox, taken to pieces: whatever can be read of it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Part
from email.utils import getaddresses
from hashlib import sha256
from io import BytesIO

from bihuan.files.actions import Upload
from bihuan.kernel.emails import read_email
from bihuan.messages.charsets import bare, clean, decoded, words
from bihuan.messages.html import text_of

_ID = re.compile(r"<[^<>\s]{1,253}>")
_ADDRESS = re.compile(r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+")
_DEEPEST = 20  # parts within parts
WHOLE = "mail.eml"


@dataclass(slots=True)
class Mail:
    """What a mail says. `whole` is False where something of it could not be read as it was meant."""

    name: str = ""  # of the sender
    address: str = ""  # in its kept form; "" where there is none
    title: str = ""
    text: str = ""
    message_id: str = ""
    references: list[str] = field(default_factory=list)  # the ids it answers, the nearest last
    uploads: list[Upload] = field(default_factory=list)
    whole: bool = True


def opened(raw: bytes) -> Part:
    """The mail as Python knows it; broken ones too."""
    return message_from_bytes(raw)


def read(raw: bytes) -> Mail:
    """What the mail says, in words. Where it is not whole, the mail itself is the last of its attachments."""
    part = opened(raw)
    mail = Mail(title=words(header(part, "Subject")), message_id=message_id(part))
    mail.name, mail.address = sender(part)
    mail.references = [*ids(header(part, "References")), *ids(header(part, "In-Reply-To"))]
    texts = list(_texts(part, mail, 0))
    mail.text = clean("\n\n".join(filter(None, texts)))
    if not mail.whole or not (mail.text or mail.uploads):
        mail.whole = False
        mail.uploads.append(Upload(BytesIO(raw), WHOLE))
    return mail


def header(part: Part, name: str) -> str:
    """The first header of that name as it was sent, undeclared bytes as surrogates; "" where there is none."""
    return next((str(value) for known, value in part.raw_items() if known.lower() == name.lower()), "")


def sender(part: Part) -> tuple[str, str]:
    """Name and address of who wrote it. The address is found before the name is decoded, which may say anything."""
    written = bare(header(part, "From"))
    for name, address in [*getaddresses([written]), *(("", one) for one in _ADDRESS.findall(written))]:
        kept = read_email(address)
        if kept:
            return words(name), kept
    return "", ""


def message_id(part: Part) -> str:
    """Its id, with brackets; "" where it has none."""
    return next(iter(ids(header(part, "Message-ID"))), "")


def ids(value: str) -> list[str]:
    """The ids in a header, or in a text."""
    return _ID.findall(value)


def likeness(raw: bytes) -> bytes:
    """What two copies of one mail have in common, whichever way they came."""
    part = opened(raw)
    known = [header(part, name) for name in ("Message-ID", "From", "Date", "Subject")]
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    return sha256("\n".join(known).encode("utf-8", "surrogateescape") + b"\n\n" + (body or head)).digest()


def _texts(part: Part, mail: Mail, depth: int) -> Iterator[str]:
    """The texts of a part in their order; everything else becomes an attachment."""
    if part.defects or depth > _DEEPEST:
        mail.whole = False
    kind = part.get_content_type()
    if part.is_multipart() and kind != "message/rfc822" and depth <= _DEEPEST:
        parts = [one for one in part.get_payload() if isinstance(one, Part)]
        if kind == "multipart/alternative":
            yield from _best(parts, mail, depth)
        else:
            for one in parts:
                yield from _texts(one, mail, depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_attached(part):
        yield _text(part, mail)
    else:
        _attach(part, mail)


def _best(parts: list[Part], mail: Mail, depth: int) -> Iterator[str]:
    """Of several forms of one text the plain one, unless it is empty; what is no text at all is kept beside it."""
    said = ""
    for one in sorted(parts, key=lambda one: one.get_content_type() != "text/plain"):
        is_text = one.get_content_maintype() in ("text", "multipart")
        if said.strip() and one.get_content_type() in ("text/plain", "text/html") and is_text:
            continue
        found = "\n\n".join(_texts(one, mail, depth + 1))
        said = said if said.strip() else found
    yield said


def _text(part: Part, mail: Mail) -> str:
    content = part.get_payload(decode=True)
    text, whole = decoded(content if isinstance(content, bytes) else b"", str(part.get_content_charset("")))
    mail.whole = mail.whole and whole and not part.defects  # decoding may show more of these
    return text_of(text) if part.get_content_type() == "text/html" else text


def _is_attached(part: Part) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _attach(part: Part, mail: Mail) -> None:
    name = words(part.get_filename() or "")
    content: object
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        content = inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Part) else b""
        name = name or WHOLE
    else:
        content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        mail.whole = False
    elif content:
        mail.uploads.append(Upload(BytesIO(content), name or part.get_content_type().replace("/", ".")))
