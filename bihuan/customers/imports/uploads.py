"""Sheets that were sent, each under its SHA-256, from the preview until they are applied: they are full of names."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.customers.models import Import
from bihuan.kernel.errors import Refused

LARGEST = 50 * 1024 * 1024  # bytes; a sheet of 200,000 rows has about a fifth of that
_CHUNK = 1 << 20


def keep(stream: BinaryIO) -> bytes:
    """Keeps what was sent, for its owner's eyes only; gives its SHA-256. Refused (upload_too_large) over 50 MB."""
    folder = _folder()
    writing, draft = tempfile.mkstemp(dir=folder, prefix=".")  # 0600
    try:
        with os.fdopen(writing, "wb") as file:
            digest = _copy(stream, file)
        Path(draft).replace(folder / digest.hex())
    except BaseException:
        Path(draft).unlink()
        raise
    return digest


def opened(digest: bytes) -> BinaryIO:
    """The sheet; refused (upload_missing) where it was not kept."""
    try:
        return _path(digest).open("rb")
    except FileNotFoundError:
        what, remedy = _("the sheet is no longer here."), _("Choose it again.")
        raise Refused(what, remedy=remedy, code="upload_missing") from None


def drop(digest: bytes) -> None:
    """Deletes the sheet, unless an import waits for it."""
    waiting = Import.objects.filter(digest=digest, state__in=["previewed", "running", "failed"], problems=[])
    if not waiting.exists():
        with suppress(FileNotFoundError):
            _path(digest).unlink()


def _copy(stream: BinaryIO, file: BinaryIO) -> bytes:
    stream.seek(0)  # whoever had it before may have looked into it
    hashed, size = sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST:
            what = _("the file is larger than %(limit)s MB.") % {"limit": LARGEST // _CHUNK}
            raise Refused(what, remedy=_("Delete pictures from it, or divide it."), code="upload_too_large")
        hashed.update(chunk)
        file.write(chunk)
    return hashed.digest()


def _folder() -> Path:
    folder = Path(settings.BIHUAN_HOME) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(digest: bytes) -> Path:
    return _folder() / bytes(digest).hex()
