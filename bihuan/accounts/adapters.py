"""Where django-allauth and django-axes meet this room: how somebody is signed in, and what is said when not."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import Staff
from bihuan.accounts.recording import record
from bihuan.accounts.second_step import needs_second_step
from bihuan.kernel import clock
from bihuan.kernel.secrets import Vault, read_or_make_keys
from bihuan.ledger.actions import Happened, hold

LOCKED = _("Too many failed attempts: for this user name, signing in from here is locked for 15 minutes.")


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in and out of staff."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The user name or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("This is not your password of now."),
        "locked": LOCKED,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: an administrator adds staff."""
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Says so where this failure locked, or where it was locked before, whether the password was right or not."""
        if getattr(request, "axes_locked_out", False):
            raise self.validation_error("locked")

    def login(self, request: HttpRequest, user: Staff) -> None:
        """Signs in and records it, or neither."""
        site = actor_of(user).home
        with transaction.atomic():
            hold({user.subject: site})
            super().login(request, user)
            record(Happened("staff.signed_in", user.subject, site, clock.now(), user.subject, _facts(request, user)))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Asks for the password again before secrets are shown or changed, but not whoever has just typed it."""
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT  # allauth's records are in seconds of the epoch
        if any(one["at"] > since for one in get_authentication_records(self.request, self.request.user)):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


def _facts(request: HttpRequest, user: Staff) -> dict[str, bool]:
    return {"second_step": any(one["method"] == "mfa" for one in get_authentication_records(request, user))}


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step of signing in. Its secrets are sealed as telephone numbers are."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right, or was used before."),
        "cannot_delete_authenticator": _("Your post signs in with two steps; this cannot be switched off."),
    }

    def encrypt(self, text: str) -> str:
        """The text sealed, as letters."""
        return b64encode(_vault(Path(settings.BIHUAN_HOME)).seal(text)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed."""
        return _vault(Path(settings.BIHUAN_HOME)).open(b64decode(encrypted_text))

    def build_totp_svg(self, url: str) -> str:
        """The square that telephones read."""
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=4, light="#fff", xmldecl=False)
        return drawn.getvalue().decode("utf-8")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the second step may be switched off: not where the person's post asks for it."""
        return not needs_second_step(actor_of(authenticator.user))


@lru_cache(maxsize=1)
def _vault(folder: Path) -> Vault:
    keys = read_or_make_keys(folder / "keys")
    return Vault(keys.sealing, finding=keys.finding)


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The name under which failures are counted: names that find the same person (whatever their case) count as one."""
    return str((credentials or {}).get("username") or "").upper()  # as PostgreSQL compares them


def counted_address(request: HttpRequest) -> str:
    """The address from which somebody signs in, past as many proxies as the settings trust."""
    return str(get_adapter().get_client_ip(request))
