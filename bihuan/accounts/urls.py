"""The addresses of signing in and of one's own account. Of django-allauth's pages only these are served."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path

from bihuan.accounts.views import set_language

urlpatterns = [
    path("sign-in", account.login, name="account_login"),
    path("sign-in/code", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/language", set_language, name="set_language"),
    path("sign-out", account.logout, name="account_logout"),
    path("account", mfa.index, name="mfa_index"),
    path("account/password", account.password_change, name="account_change_password"),
    path("account/confirm", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/telephone", totp.activate_totp, name="mfa_activate_totp"),
    path("account/telephone/off", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/codes", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/codes/file", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
