"""The smallest files of each kind, and those that only pretend."""

from __future__ import annotations

import base64
from io import BytesIO

from bihuan.files.actions import Upload

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DRAWN = "data:image/png;base64," + base64.b64encode(PNG).decode()
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(20)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(20)
PDF = b"%PDF-1.7\n%%EOF\n"
PAGE = b"<html><script>alert(1)</script></html>"
PROGRAM = b"MZ\x90\x00" + bytes(60)


def upload(content: bytes = PNG, name: str = "照片.png") -> Upload:
    """What a browser would have sent."""
    return Upload(BytesIO(content), name)
