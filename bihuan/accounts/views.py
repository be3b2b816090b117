"""The one page of this room that django-allauth does not bring: choosing the language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bihuan.accounts.actions import set_language as keep_language


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Shows everything in the language `lang` from now on, and goes back to `next`."""
    code, back = request.POST.get("lang", ""), request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(back if ours else settings.LOGIN_REDIRECT_URL)
    if code not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        keep_language(request.user, code)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
