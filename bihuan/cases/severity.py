"""How grave a complaint is by itself, before anybody has judged it."""

from __future__ import annotations

from bihuan.obligations.books import rulebook


def is_joint(signers: int) -> bool:
    """XQ-C5.2A: whether so many signers make a complaint a joint one, which is A unless it is judged otherwise."""
    return signers >= rulebook().settings.joint_signers
