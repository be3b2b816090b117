"""Where the keys of an installation are kept: a file only its owner can read, or the environment variable BIHUAN_KEYS.

Both hold words `find:KEY` (one) and `seal:KEY` (one or more, newest first), a key being 32 bytes in URL-safe base64. In
the file a line that begins with # is a remark.
"""

import os
import stat
import tempfile
from base64 import b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.kernel.errors import Refused

VARIABLE = "BIHUAN_KEYS"
KEY_BYTES = 32  # AES-256, and the block that suits HMAC-SHA256
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_REMARK = """\
# The keys to phones and identity numbers. Without them these are lost for good: keep a copy of this file, and not
# beside the backups that it opens. The first key to seal encrypts, all of them decrypt; the key to find never changes.
"""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a Vault is made of. Keys show in no representation, so that no log tells them."""

    sealing: tuple[bytes, ...] = field(repr=False)
    finding: bytes = field(repr=False)


def read_or_make_keys(path: Path) -> Keys:
    """Return the keys of BIHUAN_KEYS where it is set, else of the file, which is made with fresh keys if it is missing.

    Of several processes starting at once all get the same keys. Raises Refused for a file that others may read
    (keys_exposed), that cannot be read (keys_unreadable), or that is not written as keys are (keys_malformed).
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return _parse(given, where=VARIABLE)
    if not path.exists():
        _make(path)
    return _parse(_read(path), where=str(path))


def rotate_keys(path: Path) -> Keys:
    """Put a fresh sealing key before the others in the file, and return them all; what they sealed still opens.

    Raises Refused where the keys stand in the environment (keys_in_environment), or where another rotation is under
    way (keys_busy), besides what read_or_make_keys raises.
    """
    if os.environ.get(VARIABLE, "").strip():
        what, remedy = f"The keys stand in {VARIABLE}.", f"Put a new seal:KEY before the others in {VARIABLE}."
        raise Refused(what, where=VARIABLE, remedy=remedy, code="keys_in_environment")
    _read(path)
    draft = path.with_name(path.name + ".new")  # one name for all: only one process at a time can make it
    try:
        writing = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        remedy = f"Wait for it to end; if none is running, delete {draft}."
        raise Refused("The keys are being changed already.", where=str(path), remedy=remedy, code="keys_busy") from None
    try:
        return _replace(path, draft=draft, writing=writing)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _replace(path: Path, *, draft: Path, writing: int) -> Keys:
    """Write the draft, of which the descriptor is open, and let it take the place of the file."""
    with os.fdopen(writing, "w", encoding="ascii") as file:
        old = _parse(_read(path), where=str(path))
        keys = Keys((os.urandom(KEY_BYTES), *old.sealing), old.finding)
        _write(file.fileno(), keys)
    draft.replace(path)
    _settle(path.parent)
    return keys


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    writing, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        _write(writing, Keys((os.urandom(KEY_BYTES),), os.urandom(KEY_BYTES)))
        # A link, unlike a rename, never replaces what another process has made meanwhile, and appears whole.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.close(writing)
        os.unlink(draft)
    _settle(path.parent)


def _write(writing: int, keys: Keys) -> None:
    words = [f"find:{_text(keys.finding)}", *(f"seal:{_text(key)}" for key in keys.sealing)]
    os.write(writing, (_REMARK + "\n".join(words) + "\n").encode("ascii"))
    os.fsync(writing)


def _settle(folder: Path) -> None:
    """Make the new name survive a power cut: keys that encrypted something must not vanish."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        what = f"The key file cannot be read ({error})."
        remedy = "Start as the user who owns it, or put it back from its copy."
        raise Refused(what, where=str(path), remedy=remedy, code="keys_unreadable") from None
    if mode & _OTHERS:
        what = f"The key file can be reached by other users (its mode is {stat.S_IMODE(mode):o})."
        raise Refused(what, where=str(path), remedy=f"Type: chmod 600 {path}", code="keys_exposed")
    return text


def _parse(text: str, *, where: str) -> Keys:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    words = " ".join(lines).replace(",", " ").split()
    finding = [_key(word, where=where) for word in words if word.startswith("find:")]
    sealing = [_key(word, where=where) for word in words if word.startswith("seal:")]
    if len(finding) != 1 or not sealing or len(words) != len(finding) + len(sealing):
        raise _malformed(where)
    return Keys(tuple(sealing), finding[0])


def _key(word: str, *, where: str) -> bytes:
    try:
        key = b64decode(word[len("seal:") :], altchars=b"-_", validate=True)
    except ValueError:
        raise _malformed(where) from None
    if len(key) != KEY_BYTES:
        raise _malformed(where)
    return key


def _text(key: bytes) -> str:
    return urlsafe_b64encode(key).decode("ascii")


def _malformed(where: str) -> Refused:
    what = "The keys are not written as they should be."
    remedy = (
        f"Put back their copy; there must be one find:KEY, one or more seal:KEY, each key {KEY_BYTES} bytes in base64."
    )
    return Refused(what, where=where, remedy=remedy, code="keys_malformed")
