"""What a file is, by its first bytes: a name or a header can say anything."""

from __future__ import annotations

UNKNOWN = "application/octet-stream"
_SIGNS = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
)
ACCEPTED = frozenset(kind for *_, kind in _SIGNS)


def kind_of(content: bytes) -> str:
    """The media type of these bytes; UNKNOWN for what is neither picture nor PDF."""
    for at, sign, kind in _SIGNS:
        if content[at : at + len(sign)] == sign and (kind != "image/webp" or content[:4] == b"RIFF"):
            return kind
    return UNKNOWN
