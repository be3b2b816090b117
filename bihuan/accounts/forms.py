"""What is asked at signing in, and of those who are signed in before they change how they do."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as get_code_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

KEPT_CODES = 3  # as many as are valid at one time


def _password(label: Any, *, autocomplete: str = "current-password", autofocus: bool = False) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "autofocus": autofocus})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget)


def _password_rules() -> str:
    return " ".join(password_validators_help_texts())


def _code(label: Any) -> forms.CharField:
    words = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return forms.CharField(label=label, max_length=20, widget=forms.TextInput(attrs=words))


class SignInForm(account.LoginForm):  # type: ignore[misc]
    """User name and password."""

    password = _password(_("Password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As allauth's, in our words."""
        super().__init__(*args, **kwargs)
        name = self.fields["login"]
        name.label = _("User name")
        name.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        del name.widget.attrs["placeholder"]


class ConfirmForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    password = _password(_("Password"), autofocus=True)


class PasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    """A new password in place of the old one."""

    oldpassword = _password(_("Password of now"))
    password1 = account.SetPasswordField(label=_("New password"), help_text=lazy(_password_rules, str)())
    password2 = _password(_("New password once more"), autocomplete="new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As allauth's, without words inside a field that its label says already."""
        super().__init__(*args, **kwargs)
        del self.fields["password1"].widget.attrs["placeholder"]


class _Counted:
    """A code that counts as a failure of signing in when it is wrong, and that serves once."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code, if it is one of the telephone's or a recovery code, and signing in is not locked."""
        named = {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(context.request, named):
            raise get_adapter().validation_error("locked")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            _use(self.authenticator, normalize_user_code(code))
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=named, request=context.request)
            if context.request.axes_locked_out:
                raise get_adapter().validation_error("locked") from None
            raise
        return code


def _use(authenticator: Authenticator, code: str) -> None:
    """Refuses a code that was used before. allauth remembers them too, but each process for itself."""
    if authenticator.type != Authenticator.Type.TOTP:
        return
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        used = row.data.get("used", [])
        if code in used:
            raise get_code_adapter().validation_error("incorrect_code")
        row.data["used"] = [*used, code][-KEPT_CODES:]
        row.save(update_fields=["data"])


class CodeForm(_Counted, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    code = _code(_("Code"))


class ConfirmCodeForm(_Counted, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code in place of the password."""

    code = _code(_("Code"))


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a telephone that has just read the square."""

    code = _code(_("Code that the telephone shows"))
