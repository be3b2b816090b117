"""E-mail addresses as people write them and as they are kept, compared and shown in part."""

import re
import unicodedata

LONGEST = 254  # characters, as SMTP has it
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_ADDRESS = re.compile(rf"[^\s@<>()\[\],;:\"\\\x00-\x20\x7f]{{1,64}}@({_LABEL}\.)*{_LABEL}")


def read_email(text: str) -> str | None:
    """Return the address in its kept form, small letters and the domain in ASCII, or None where it is none.

    Two ways of writing one mailbox (Wang@Example.com, wang@example.com) are kept alike; no server tells them apart.
    """
    local, at, domain = unicodedata.normalize("NFKC", text).strip().lower().rpartition("@")
    try:
        kept = f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    return kept if len(kept) <= LONGEST and _ADDRESS.fullmatch(kept) else None


def mask_email(text: str) -> str:
    """Return the address for lists: its first letter and its domain, w***@example.com; what is none becomes ***."""
    local, at, domain = text.rpartition("@")
    return f"{local[0]}***@{domain}" if at and local else "***"
