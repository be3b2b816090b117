"""Django's settings. What differs between installations comes from the environment; docs/settings.md lists it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.accounts.signin import *  # noqa: F403
from bihuan.config.environment import ROOT, database, home, secret
from bihuan.config.given import mailbox, weight
from bihuan.messages.servers import mail_from, mailboxes, smtp_server

BASE_DIR: Path = ROOT
BIHUAN_HOME = home()
BIHUAN_BACKDATE_DAYS = int(os.environ.get("BIHUAN_BACKDATE_DAYS", "7"))
BIHUAN_POLICY = os.environ.get("BIHUAN_POLICY", "house")
BIHUAN_REQUIRE_MFA = os.environ.get("BIHUAN_REQUIRE_MFA", "") == "1"
BIHUAN_SMTP = smtp_server(os.environ.get("BIHUAN_SMTP_URL", ""))
BIHUAN_MAIL_FROM = mail_from(os.environ.get("BIHUAN_MAIL_FROM", ""))
BIHUAN_MAILBOXES = mailboxes(os.environ.get("BIHUAN_IMAP_URL", ""))
BIHUAN_TALK_PER_ADDRESS = int(os.environ.get("BIHUAN_TALK_PER_ADDRESS", "20"))
BIHUAN_TALK_PER_SITE = int(os.environ.get("BIHUAN_TALK_PER_SITE", "200"))
BIHUAN_TALK_WRONG_CODES = int(os.environ.get("BIHUAN_TALK_WRONG_CODES", "20"))
BIHUAN_SATISFACTION_WEIGHT = weight(os.environ.get("BIHUAN_SATISFACTION_WEIGHT", "1"))
BIHUAN_HEAD_OFFICE_MAIL = mailbox(os.environ.get("BIHUAN_HEAD_OFFICE_MAIL", ""))
BIHUAN_RECORDER = "bihuan.obligations.actions.record"  # accounts stands below and cannot name it

SECRET_KEY = secret("secret_key")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("BIHUAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [one for one in os.environ.get("BIHUAN_ORIGINS", "").split(",") if one]
HTTPS = os.environ.get("BIHUAN_HTTPS", "") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("BIHUAN_PROXIES", "0"))
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "bihuan.ledger",
    "bihuan.accounts",
    "bihuan.files",
    "bihuan.obligations",
    "bihuan.customers",
    "bihuan.messages",
    "bihuan.calls",
    "bihuan.cases",
    "bihuan.dispatch",
    "bihuan.visits",
    "bihuan.figures",
    "bihuan.supervision",
    "bihuan.api",
    "bihuan.console",
    "bihuan.portal",
    "bihuan.config",
]

# Every one costs each request; what Django's usual others do is done in the first and the last, or not needed.
MIDDLEWARE = [
    "bihuan.accounts.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bihuan.accounts.middleware.ActorMiddleware",
]
ROOT_URLCONF = "bihuan.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "bihuan.console.context.frame",
            ]
        },
    }
]
WSGI_APPLICATION = "bihuan.config.wsgi.application"

DATABASES: dict[str, dict[str, Any]] = {
    "default": database(os.environ.get("DATABASE_URL", "postgresql://postgres@/bihuan"))
}
DATABASES["default"]["OPTIONS"].setdefault(
    "pool", {"min_size": 1, "max_size": int(os.environ.get("BIHUAN_THREADS", "4")) + 2}
)
DATABASES["default"]["CONN_MAX_AGE"] = 0

AUTH_USER_MODEL = "accounts.Staff"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "bihuan" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = BIHUAN_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "bihuan.config.static.HashedStaticFiles"},
}
