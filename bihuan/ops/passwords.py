"""Passwords that can be read out and typed from paper."""

from __future__ import annotations

import secrets


def generated(groups: int) -> str:
    """A new one such as ka47-mo12; each group is one of 8,550."""
    return "-".join(_group() for _ in range(groups))


def _group() -> str:
    return secrets.choice("bcdfghjkmnpqrstvwxz") + secrets.choice("aeiou") + str(secrets.randbelow(90) + 10)
