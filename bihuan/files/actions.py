"""Keeping files, and forgetting them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _

from bihuan.accounts.models import Staff
from bihuan.files import store
from bihuan.files.kinds import ACCEPTED, kind_of
from bihuan.files.models import File
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.ids import new_id
from bihuan.kernel.text import normal

LARGEST = 20 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody sent: its bytes, still to be read, and what it was called."""

    stream: BinaryIO
    name: str = ""


def keep(upload: Upload, *, site: str, by: Staff | None, anything: bool = False) -> File:
    """Keeps a picture or PDF (with `anything`, whatever it is) of a site, told by its bytes.

    `by` is None for what comes from outside. Refused: file_too_large over 20 MB, file_empty, bad_file for another kind.
    """
    upload.stream.seek(0)
    content = upload.stream.read(LARGEST + 1)
    name = normal(PurePath(upload.name.replace("\\", "/")).name)[:120]
    kind = kind_of(content)
    _check(content, kind, name, anything=anything)
    return File.objects.create(
        id=new_id(),
        site_id=site,
        digest=store.put(content),
        media_type=kind,
        size=len(content),
        name=name,
        kept_at=clock.now(),
        kept_by=by,
    )


def _check(content: bytes, kind: str, name: str, *, anything: bool) -> None:
    if len(content) > LARGEST:
        what = _("the file is larger than %(limit)s MB.") % {"limit": LARGEST >> 20}
        raise Refused(what, where=name, remedy=_("Send a smaller picture, or several files."), code="file_too_large")
    if not content:
        raise Refused(_("the file is empty."), where=name, remedy=_("Choose it again."), code="file_empty")
    if kind not in ACCEPTED and not anything:
        remedy = _("Send a picture (JPEG, PNG, WebP, HEIC) or a PDF; what a file is called does not matter.")
        raise Refused(_("this is neither a picture nor a PDF."), where=name, remedy=remedy, code="bad_file")


def forget(files: Iterable[File]) -> None:
    """Deletes what these files held, and how they were called; the rows stay, so that a story keeps its places.

    Bytes that another file has as well stay with that one.
    """
    gone = list(files)
    File.objects.filter(pk__in=[one.pk for one in gone]).update(name="", size=0)
    digests = {one.digest for one in gone}
    shared = File.objects.filter(digest__in=digests, size__gt=0).values_list("digest", flat=True)
    for digest in digests - set(shared):
        store.forget(digest)
