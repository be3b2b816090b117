"""What Django, django-allauth and django-axes are told about signing in; config/settings.py takes it all in.

Staff sign in with user name and password, and with a code from their telephone where they set that up. Nobody signs up,
no mail is sent, nothing comes from elsewhere.
"""

from __future__ import annotations

from datetime import timedelta

# Where the middleware lets pass what elsewhere it would not; each stands for itself and everything beneath it.
UNWATCHED = ("/static", "/healthz")  # neither language nor person matters
OPEN = ("/sign-in", "/sign-out", "/api", "/talk")  # nobody need be signed in; the API looks at its tokens itself
SETTING_UP = ("/account",)  # open to those who must first set up their second step

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ACCOUNT_ADAPTER = "bihuan.accounts.adapters.StaffAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # the cookie lives as long as the session, whether or not the browser is closed
ACCOUNT_FORMS = {
    "login": "bihuan.accounts.forms.SignInForm",
    "change_password": "bihuan.accounts.forms.PasswordForm",
    "reauthenticate": "bihuan.accounts.forms.ConfirmForm",
}
# Failures are counted by axes, in the database and for all processes; allauth's own counts live in one process each.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}

MFA_ADAPTER = "bihuan.accounts.adapters.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Bihuan"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds before and after: telephones go a little wrong, and people type slowly
MFA_FORMS = {
    "authenticate": "bihuan.accounts.forms.CodeForm",
    "reauthenticate": "bihuan.accounts.forms.ConfirmCodeForm",
    "activate_totp": "bihuan.accounts.forms.ActivateForm",
}

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the 15 minutes run from the failure that locked
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "bihuan.accounts.adapters.counted_name"
AXES_CLIENT_IP_CALLABLE = "bihuan.accounts.adapters.counted_address"
AXES_DISABLE_ACCESS_LOG = True  # who signed in stands in the ledger
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "code", "csrfmiddlewaretoken"]
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # its middleware is left out: the forms say that an account is locked

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 366 * 24 * 60 * 60
