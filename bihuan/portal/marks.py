"""The mark that every form carries: which copy of the form it is, and when it was given out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer

_SALT = "bihuan.portal"


@dataclass(frozen=True, slots=True)
class Mark:
    """One copy of a form."""

    token: str
    given_at: datetime


def new_mark(at: datetime) -> str:
    """A mark for a form that is given out now, signed, as the form carries it."""
    return Signer(salt=_SALT).sign_object([secrets.token_urlsafe(16), int(at.timestamp())])


def read_mark(text: str) -> Mark | None:
    """What a form carries; None where it is none that we gave out."""
    try:
        token, seconds = Signer(salt=_SALT).unsign_object(text)
    except BadSignature:
        return None
    return Mark(token, datetime.fromtimestamp(seconds, UTC))
