"""Signatures: pictures kept outside the web root under their hash, after a look at what they are."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused

PNG = b"\x89PNG\r\n\x1a\n"
PREFIX = "data:image/png;base64,"
LARGEST = 300_000  # bytes


def keep(data_url: str) -> str:
    """Keeps a signature drawn on screen, given as a data URL; its SHA-256, or "" where nothing was drawn."""
    if not data_url:
        return ""
    try:
        picture = base64.b64decode(data_url.removeprefix(PREFIX), validate=True)
    except (ValueError, binascii.Error):
        picture = b""
    if not (data_url.startswith(PREFIX) and picture.startswith(PNG) and len(picture) <= LARGEST):
        remedy = _("Let the customer sign again, or tick that paper was signed.")
        raise Refused(_("the signature could not be read."), where="signature", remedy=remedy, code="bad_signature")
    digest = hashlib.sha256(picture).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_bytes(picture)
        new.replace(path)
    return digest


def path_of(digest: str) -> Path:
    """Where the picture of that hash lies."""
    return Path(settings.BIHUAN_HOME) / "uploads" / digest[:2] / digest
