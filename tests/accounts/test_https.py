"""What BIHUAN_HTTPS and BIHUAN_PROXIES change, in a process that starts with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

ASK = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
page = Client().get("/sign-in", headers={"host": "localhost"}, secure=True)
print(json.dumps({
    "csrf": bool(page.cookies["csrftoken"]["secure"]),
    "session": settings.SESSION_COOKIE_SECURE,
    "hsts": page.headers.get("Strict-Transport-Security", ""),
    "proxy": getattr(settings, "SECURE_PROXY_SSL_HEADER", None),
}))
"""


def started(**environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_over_https_cookies_keep_to_it_and_browsers_are_told_to() -> None:
    told = started(BIHUAN_HTTPS="1", BIHUAN_PROXIES="1")
    assert told == {
        "csrf": True,
        "session": True,
        "hsts": "max-age=31536000",
        "proxy": ["HTTP_X_FORWARDED_PROTO", "https"],
    }


def test_without_it_they_do_not_and_no_proxy_is_believed() -> None:
    assert started(BIHUAN_HTTPS="", BIHUAN_PROXIES="0") == {"csrf": False, "session": False, "hsts": "", "proxy": None}
