"""Authentication: a token in the Authorization header and nothing else. Sessions and cookies count for nothing here."""

from __future__ import annotations

import math
from hashlib import sha256

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security.http import HttpAuthBase

from bihuan.accounts.tokens import actor_for
from bihuan.api.http import Caller
from bihuan.api.problems import Problem
from bihuan.api.rates import limiter

CHALLENGE = 'Bearer realm="bihuan"'


class Bearer(HttpAuthBase):
    """Finds the caller of a request. Looks at the rate first, so that a wild program costs the database nothing."""

    openapi_scheme = "bearer"
    openapi_description = (
        "A token as `./run token USER` prints it. It acts as its user, at their sites or some of them."
    )

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller; 401 without a valid token, 429 when it asks too often, 403 when it may only read."""
        token = _token(request)
        digest = sha256(token.encode()).digest()
        _slow_down(digest)
        actor = actor_for(token)
        if actor is None:
            what, remedy = _("this token is not valid."), _("Ask for a new one: it may have ended or been revoked.")
            challenge = f'{CHALLENGE}, error="invalid_token"'
            raise Problem(401, "bad_token", what, remedy=remedy, headers={"WWW-Authenticate": challenge})
        if actor.reads_only and request.method != "GET":
            raise Problem(403, "read_only", _("this token may only read."), remedy=_("Use one that may also write."))
        return Caller(actor, digest)


def _token(request: HttpRequest) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        remedy = _("Send the header Authorization: Bearer TOKEN.")
        raise Problem(401, "no_token", _("a token is needed."), remedy=remedy, headers={"WWW-Authenticate": CHALLENGE})
    return token.strip()


def _slow_down(digest: bytes) -> None:
    wait = limiter.take(digest)
    if wait:
        seconds = math.ceil(wait)
        remedy = _("Wait %(seconds)d s and send it again.") % {"seconds": seconds}
        headers = {"Retry-After": str(seconds)}
        raise Problem(429, "too_many_requests", _("too many requests."), remedy=remedy, headers=headers)
