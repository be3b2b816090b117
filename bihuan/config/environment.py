"""What the environment settles: where data lives, which database, which secrets."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bihuan.kernel.errors import Refused

ROOT = Path(__file__).parents[2]


def home() -> Path:
    """The folder of this installation's data: BIHUAN_HOME, or `var/` in the checkout."""
    return Path(os.environ.get("BIHUAN_HOME") or ROOT / "var").resolve()


def secret(name: str) -> str:
    """A secret from the environment, or from a 0600 file in the data folder that the first start makes."""
    given = os.environ.get(f"BIHUAN_{name.upper()}")
    if given:
        return given
    path = home() / name
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(new, path)  # whoever comes first makes it; the others read it
    except FileExistsError:
        pass
    finally:
        new.unlink()


def database(url: str) -> dict[str, Any]:
    """Django's settings for a `postgresql://` address."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        remedy = "Write postgresql://user:password@host:5432/name."
        raise Refused("DATABASE_URL names no PostgreSQL.", remedy=remedy, code="bad_database_url")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or asked.pop("host", "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": asked,
    }
