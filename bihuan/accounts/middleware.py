"""What happens to every request: headers that bind browsers; who asks, for which site, in which language and zone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found, permission_denied

from bihuan.accounts.access import Actor, NotAllowed, NotFound, actor_of
from bihuan.accounts.models import Staff
from bihuan.accounts.queries import zone_of
from bihuan.accounts.second_step import lacks_second_step
from bihuan.accounts.signin import OPEN, SETTING_UP, UNWATCHED

Respond = Callable[[HttpRequest], HttpResponseBase]

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
A_YEAR = "max-age=31536000"


class HeadersMiddleware:
    """Sends the headers with every answer, errors too. It stands first."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self.headers = HEADERS | ({"Strict-Transport-Security": A_YEAR} if settings.HTTPS else {})

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class StaffRequest(WSGIRequest):
    """A request of somebody who is signed in. `actor` and `site_code` are looked up when first asked for."""

    @cached_property
    def actor(self) -> Actor:
        """Who asks, with the posts of today; AttributeError where nobody is signed in."""
        if not self.user.is_authenticated:
            raise AttributeError("nobody is signed in")
        return actor_of(self.user)

    @cached_property
    def site_code(self) -> str:
        """The chosen site, else the first of one's own; "" for who has none."""
        chosen = self.session.get("site")
        if chosen in self.actor.posts:
            return str(chosen)
        return self.actor.sites[0] if self.actor.sites else ""

    @cached_property
    def htmx(self) -> bool:
        """Whether a script asks, for a part of the page. A live page that asks for all of itself says "false"."""
        return self.headers.get("HX-Request") == "true"


class ActorMiddleware:
    """Leads who is not signed in to signing in; for who is, sets actor, site, language and time zone."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _beneath(request, UNWATCHED):
            return self.get_response(request)
        request.get_host()  # refuses names that are not ours, on every page and not only where an address is built
        asker = _as_staff_request(request)
        if _beneath(request, OPEN):
            with translation.override(translation.get_language_from_request(request)):
                return self.get_response(request)
        return self._watched(asker)

    def _watched(self, request: StaffRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        with translation.override(_language(request)), timezone.override(_zone(request)):
            if not _beneath(request, SETTING_UP) and _lacks_second_step(request):
                return _to_set_up(request)
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What is not theirs is not found; what their post does not do is forbidden."""
        if isinstance(error, NotFound):
            return page_not_found(request, error)
        return permission_denied(request, error) if isinstance(error, NotAllowed) else None


def choose_site(request: StaffRequest, code: str) -> None:
    """Works at that site from now on; NotFound for other people's."""
    if code not in request.actor.posts:
        raise NotFound
    request.session["site"] = request.site_code = code


def _beneath(request: HttpRequest, roots: tuple[str, ...]) -> bool:
    path = request.path_info
    return path.startswith(roots) and any(path == root or path.startswith(f"{root}/") for root in roots)


def _as_staff_request(request: HttpRequest) -> StaffRequest:
    request.__class__ = StaffRequest
    return cast(StaffRequest, request)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD"):
        return _led(request, redirect(settings.LOGIN_URL))  # one cannot come back to what was sent
    return _led(request, redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL)))


def _to_set_up(request: HttpRequest) -> HttpResponseBase:
    if "HX-Request" not in request.headers:
        messages.info(request, _("Your post signs in with two steps. Please set up the second one first."))
    return _led(request, redirect("mfa_activate_totp"))


def _led(request: HttpRequest, elsewhere: HttpResponseBase) -> HttpResponseBase:
    """A page goes elsewhere; a fragment, which would be filled with a foreign page, is refused."""
    return HttpResponse(status=401) if "HX-Request" in request.headers else elsewhere


def _lacks_second_step(request: StaffRequest) -> bool:
    return settings.BIHUAN_REQUIRE_MFA and lacks_second_step(request.actor)


def _language(request: StaffRequest) -> str:
    own = cast(Staff, request.user).language
    return own if own in dict(settings.LANGUAGES) else translation.get_language_from_request(request)


def _zone(request: StaffRequest) -> str:
    """The zone of the site, kept in the session with the choice it belongs to, so that no page pays for it."""
    chosen = request.session.get("site", "")
    kept = request.session.get("zone")
    if kept is None or kept[0] != chosen:
        kept = request.session["zone"] = [chosen, zone_of(request.site_code)]
    return str(kept[1])
