"""Who must sign in with two steps, and who has set them up."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings

from bihuan.accounts.access import Actor

POSTS = frozenset({"admin", "head_office", "branch_office", "site_manager"})  # who see or steer most


def needs_second_step(actor: Actor) -> bool:
    """Whether one of this person's posts signs in with two steps, under BIHUAN_REQUIRE_MFA."""
    return settings.BIHUAN_REQUIRE_MFA and not POSTS.isdisjoint(actor.anywhere)


def lacks_second_step(actor: Actor) -> bool:
    """Whether this person must set it up before anything else."""
    held = Authenticator.objects.filter(user=actor.staff, type=Authenticator.Type.TOTP)
    return needs_second_step(actor) and not held.exists()
