"""How this room tells what happened. Recording stands above it, so the settings say who does it."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from bihuan.ledger.actions import Happened


def record(*happened: Happened) -> None:
    """Records events as every other room does; call it inside the transaction of what caused them."""
    import_string(settings.BIHUAN_RECORDER)(*happened)
