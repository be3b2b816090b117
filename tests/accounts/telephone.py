"""A telephone with an authenticator app: RFC 6238, written anew from the text."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time

from django.test import Client

STEP = 30


def code_of(secret: str, steps: int = 0) -> str:
    """The six digits that the telephone shows now, or so many steps later."""
    counter = int(time.time()) // STEP + steps
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def wrong_code(secret: str) -> str:
    """A code that it shows at no moment near."""
    near = {code_of(secret, steps) for steps in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in near
    )


def read_secret(client: Client) -> str:
    """The key on the page that sets the second step up."""
    page = client.get("/account/telephone").content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found is not None
    return found[1]


def set_up(client: Client) -> str:
    """Sets the second step up for who is signed in; gives the secret that the telephone now knows."""
    secret = read_secret(client)
    answer = client.post("/account/telephone", {"code": code_of(secret)})
    assert answer["Location"] == "/account/codes"
    return secret


def recovery_codes(client: Client) -> list[str]:
    """The codes on their page."""
    return re.findall(r'<li class="secret">(\d+)</li>', client.get("/account/codes").content.decode())
