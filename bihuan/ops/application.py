"""The application for a command: its database is there, and Django is ready."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from bihuan.config.environment import home
from bihuan.ops.serving.using import database

SETTINGS = "bihuan.config.settings"


@contextmanager
def application() -> Iterator[None]:
    """Everything a command needs to use the rooms, beside a running server or without one."""
    with database(home()) as url:
        os.environ["DATABASE_URL"] = url  # for the settings, which are read once
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        import django  # slow, and of no use to those who replay

        django.setup()
        from django.conf import settings
        from django.db import connection
        from django.utils import translation

        english = os.environ.get("BIHUAN_LANG", "").startswith("en")
        try:
            with translation.override("en" if english else settings.LANGUAGE_CODE):
                yield
        finally:
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL's
