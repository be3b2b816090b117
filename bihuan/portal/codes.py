"""Tracking codes: 60 bits in letters and digits that nobody mixes up, such as 8QK4-2M7T-9RWD.

A code follows from the form it was sent with and from what was sent, by a secret key. So the same form sent twice, by
a double click or by a browser that tries again, has one code and makes one case; filled in anew it has another.
"""

from __future__ import annotations

import re
import unicodedata

from bihuan.customers.vault import vault

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U: five bits each
LENGTH = 12
GROUP = 4
_ALIKE = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-‐-―−_.·]+")


def code_of(token: str, content: str) -> str:
    """The code for what was sent with the form of that token."""
    drawn = vault().digest(f"{token}\n{content}", "portal.code")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn[:LENGTH])


def grouped(code: str) -> str:
    """The code as it is written down."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """The code as somebody typed it: with or without dashes, small or full-width; "" where it can be none."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).upper()).translate(_ALIKE)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""


def digest_of(code: str) -> bytes:
    """What a code is found by."""
    return vault().digest(code, "portal.tracking")
