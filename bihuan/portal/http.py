"""Requests of anybody: limited before they are read, never kept by browsers, and without a session."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from bihuan.accounts.access import NotFound
from bihuan.accounts.adapters import counted_address
from bihuan.customers.vault import vault
from bihuan.kernel.errors import Refused
from bihuan.portal.limits import TooMany, may_post

P = ParamSpec("P")

LARGEST_BODY = 64 * 1024 * 1024  # bytes; several times of what is accepted, so that forms can say what is too large
KEPT = 3600  # seconds that a browser knows the code: until then a page can be read again
_COOKIE = "talk"


def public(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view for everybody. What is posted is counted and measured before it is read: hence the two decorators."""

    @csrf_exempt
    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            _let_in(request)
            response = csrf_protect(view)(request, *args, **kwargs)
        except NotFound as refused:
            response = _refuse(request, refused, status=404)
        except TooMany as refused:
            response = too_many(_refuse(request, refused, status=429), refused)
        except Refused as refused:
            response = _refuse(request, refused, status=413 if refused.code == "too_large" else 409)
        response.headers["Cache-Control"] = "no-store"
        return response

    return shown


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, past as many proxies as the settings trust: as signing in counts it."""
    return counted_address(request)


def too_many(response: HttpResponse, refused: TooMany) -> HttpResponse:
    """The answer to who has sent too much."""
    response.status_code = 429
    response.headers["Retry-After"] = str(refused.seconds)
    return response


def remember(response: HttpResponse, code: str) -> HttpResponse:
    """Lets this browser know the code for a while, sealed."""
    response.set_cookie(
        _COOKIE,
        urlsafe_b64encode(vault().seal(code)).decode("ascii"),
        max_age=KEPT,
        path="/talk",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def remembered(request: HttpRequest) -> str:
    """The code that this browser knows; "" where it knows none."""
    try:
        return vault().open(urlsafe_b64decode(request.COOKIES.get(_COOKIE, "")))
    except (Refused, Error, ValueError):
        return ""


def forget(response: HttpResponse) -> HttpResponse:
    """Takes the code from this browser."""
    response.delete_cookie(_COOKIE, path="/talk", samesite="Lax")
    return response


def _let_in(request: HttpRequest) -> None:
    if request.method != "POST":
        return
    may_post(address_of(request))
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        remedy = _("Go back: what you typed is still there. Leave out what is large, such as a film.")
        raise Refused(_("all of it together is too large."), remedy=remedy, code="too_large")


def _refuse(request: HttpRequest, refused: Refused, *, status: int) -> HttpResponse:
    return render(request, "portal/refused.html", {"refused": refused}, status=status)
