"""What the environment says in words of its own: read once, at the start, and refused where it cannot be used."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from bihuan.kernel.emails import read_email
from bihuan.kernel.errors import Refused


def weight(given: str) -> Decimal:
    """How much "basically satisfied" counts in the satisfaction rate: from 0 to 1, three decimals at most."""
    try:
        read = Decimal(given.strip())
    except InvalidOperation:
        read = Decimal(-1)
    if not read.is_finite() or not 0 <= read <= 1 or read != round(read, 3):
        what = f"BIHUAN_SATISFACTION_WEIGHT is {given!r}."
        raise Refused(what, remedy="Write a number from 0 to 1, such as 0.6.", code="bad_weight")
    return read


def mailbox(given: str) -> str:
    """The address to which closed months are sent, in its kept form; "" where they are not sent."""
    if not given.strip():
        return ""
    read = read_email(given)
    if read is None:
        what = f"BIHUAN_HEAD_OFFICE_MAIL is {given!r}."
        raise Refused(what, remedy="Write one e-mail address.", code="bad_email")
    return read
