"""The bytes of files: under their SHA-256, for the application's eyes only."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction


def put(content: bytes) -> str:
    """Keeps these bytes; gives their SHA-256. They stand whole or not at all, also where the power fails."""
    digest = sha256(content).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        writing, draft = tempfile.mkstemp(dir=path.parent, prefix=".")  # 0600
        with os.fdopen(writing, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    return digest


def path_of(digest: str) -> Path:
    """Where the bytes of that hash lie."""
    return Path(settings.BIHUAN_HOME) / "uploads" / digest[:2] / digest


def forget(digest: str) -> None:
    """Deletes the bytes once the transaction is committed."""
    transaction.on_commit(lambda: path_of(digest).unlink(missing_ok=True))
