"""Bytes into text, as mail programs in China send them: charsets that are named wrongly, or not at all."""

from __future__ import annotations

from email.errors import MessageError
from email.header import decode_header

# What is said to be GB2312 or GBK holds characters of GB18030; what is said to be Big5, those of Hong Kong.
_WIDER = {
    **dict.fromkeys(("gb2312", "gbk", "cp936", "x-gbk", "gb_2312-80", "hz-gb-2312", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "cp950", "x-big5", "big5-hkscs"), "big5hkscs"),
    **dict.fromkeys(("us-ascii", "ascii", "unknown-8bit", "x-unknown", "8bit", "default", ""), "utf-8"),
}
_LIKELY = ("utf-8", "gb18030", "big5hkscs")
_UNWRITABLE = {code: None for code in range(32) if chr(code) not in "\n\t"} | {0x7F: None}


def decoded(content: bytes, charset: str) -> tuple[str, bool]:
    """The text, and whether it is whole: what fits no charset is read with signs for what is missing."""
    named = _WIDER.get(charset.lower().strip(), charset)
    for candidate in dict.fromkeys((named, *_LIKELY)):
        try:
            return content.decode(candidate), True
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode(named if _known(named) else "utf-8", errors="replace"), False


def clean(text: str) -> str:
    """The text with plain line ends, and without what a database or a page cannot hold."""
    ends = text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWRITABLE)
    return ends.encode("utf-8", "replace").decode("utf-8").strip()


def bare(value: str) -> str:
    """A header, in which undeclared bytes stand as surrogates, with these read as what they most likely are."""
    raw = value.encode("utf-8", "surrogateescape")
    return value if value.isascii() else decoded(raw, "")[0]


def words(value: str) -> str:
    """A header in words, on one line: =?GB2312?B?…?= is decoded, and so are bytes that stand there bare."""
    given = bare(value)
    try:
        parts = decode_header(given)
    except (MessageError, ValueError):
        parts = [(given, None)]
    return " ".join(clean("".join(_word(one, charset) for one, charset in parts)).split())


def _word(one: str | bytes, charset: str | None) -> str:
    if isinstance(one, str):
        return one
    return decoded(one, charset)[0] if charset else one.decode("raw-unicode-escape")


def _known(charset: str) -> bool:
    try:
        b"".decode(charset)
    except LookupError:
        return False
    return True
