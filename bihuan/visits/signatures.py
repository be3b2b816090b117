"""Signatures of visits: pictures kept under their hash."""

from __future__ import annotations

from bihuan.files import store
from bihuan.files.drawings import drawn


def keep(data_url: str) -> str:
    """Keeps a signature drawn on screen, given as a data URL; its SHA-256, or "" where nothing was drawn."""
    picture = drawn(data_url)
    return store.put(picture) if picture else ""
