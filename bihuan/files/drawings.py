"""Signatures drawn on the screen, which browsers send as data URLs."""

from __future__ import annotations

import base64
import binascii

from django.utils.translation import gettext as _

from bihuan.files.kinds import kind_of
from bihuan.kernel.errors import Refused

PREFIX = "data:image/png;base64,"
LARGEST = 300_000  # bytes
LONGEST = 420_000  # characters of it as a data URL


def drawn(data_url: str) -> bytes:
    """The picture of a signature; b"" where nothing was drawn. Refused (bad_signature) for anything else."""
    if not data_url:
        return b""
    try:
        picture = base64.b64decode(data_url.removeprefix(PREFIX), validate=True)
    except (ValueError, binascii.Error):
        picture = b""
    if not (data_url.startswith(PREFIX) and kind_of(picture) == "image/png" and len(picture) <= LARGEST):
        remedy = _("Let the customer sign again, or tick that paper was signed.")
        raise Refused(_("the signature could not be read."), where="signature", remedy=remedy, code="bad_signature")
    return picture
