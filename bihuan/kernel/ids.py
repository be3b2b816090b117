"""Identifiers: UUID version 7, which sort by the time they were made."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new identifier, later than every one this process made before."""
    return uuid7()
