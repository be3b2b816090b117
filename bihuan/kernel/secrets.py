"""Encryption at rest with keys that can be changed, and keyed hashes by which what is encrypted is found again.

Sealed text begins with a version byte and the fingerprint of its key, so that the right one of several keys opens it.
The key for finding stands apart and stays: were it changed, no stored hash would match any more.
"""

import hmac
import os
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bihuan.kernel.errors import Refused
from bihuan.kernel.keyfile import KEY_BYTES, Keys, read_or_make_keys, rotate_keys

__all__ = ["Keys", "Vault", "read_or_make_keys", "rotate_keys"]

_VERSION = b"\x01"
_FINGERPRINT = 4  # bytes
_NONCE = 12  # bytes, as GCM has it
_HEAD = len(_VERSION) + _FINGERPRINT


class Vault:
    """Seals and opens texts. The first key seals; every key opens what it once sealed."""

    def __init__(self, keys: Sequence[bytes], *, finding: bytes) -> None:
        """Take the sealing keys, newest first, and the one stable key for finding, 32 bytes each."""
        if not keys or any(len(key) != KEY_BYTES for key in (*keys, finding)):
            raise ValueError(f"a vault needs a key of {KEY_BYTES} bytes for finding, and one or more for sealing")
        self._ciphers = {_fingerprint(key): AESGCM(key) for key in keys}
        self._newest = _fingerprint(keys[0])
        self._finding = finding

    def seal(self, text: str) -> bytes:
        """Return the text encrypted and authenticated; the same text gives other bytes every time."""
        head, nonce = _VERSION + self._newest, os.urandom(_NONCE)
        return head + nonce + self._ciphers[self._newest].encrypt(nonce, text.encode(), head)

    def open(self, sealed: bytes) -> str:
        """Return the text; raise Refused where its key is not here (secret_key_missing) or it was changed
        (secret_damaged)."""
        head, nonce, rest = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        if head[:1] != _VERSION or len(nonce) < _NONCE:
            raise _damaged()
        cipher = self._ciphers.get(head[1:])
        if cipher is None:
            what = "What is stored here was encrypted with a key that this installation does not have."
            remedy = "Put back the key file or BIHUAN_KEYS that were in use when it was written."
            raise Refused(what, remedy=remedy, code="secret_key_missing")
        try:
            return cipher.decrypt(nonce, rest, head).decode()
        except InvalidTag:
            raise _damaged() from None

    def reseal(self, sealed: bytes) -> bytes:
        """Return it as it is if the newest key sealed it, else sealed anew: after that the old key may go."""
        return sealed if sealed[:_HEAD] == _VERSION + self._newest else self.seal(self.open(sealed))

    def digest(self, text: str, purpose: str) -> bytes:
        """Return 32 bytes by which the text is found among others of that purpose; other purposes give others.

        Equal texts give equal digests, so bring the text to its kept form first. Changing sealing keys changes none.
        """
        key = hmac.digest(self._finding, purpose.encode(), sha256)
        return hmac.digest(key, text.encode(), sha256)


def _fingerprint(key: bytes) -> bytes:
    return sha256(b"bihuan.sealing" + key).digest()[:_FINGERPRINT]


def _damaged() -> Refused:
    return Refused(
        "What is stored here is not what was encrypted: it was changed or cut short.",
        remedy="Restore it from a backup.",
        code="secret_damaged",
    )
