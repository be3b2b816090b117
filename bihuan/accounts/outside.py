"""Who takes in what arrives by itself, such as mail at night: a member of staff who is nobody (decision 0008)."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from bihuan.accounts.access import Actor
from bihuan.accounts.models import PostCode, Staff

NAME = "Bihuan"


def outside(way: str, site: str) -> Actor:
    """The actor for what comes in that way at a site, with an agent's post there.

    Its row can neither sign in nor hold a post, and bears a user name that nobody can choose.
    """
    made = {"name": NAME, "is_active": False, "password": make_password(None)}
    staff, _ = Staff.objects.get_or_create(username=f"+{way}", defaults=made)
    held = frozenset((PostCode.AGENT.value,))
    return Actor(staff, {site: held}, held)
