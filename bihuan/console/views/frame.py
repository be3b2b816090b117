"""What belongs to every page: the chosen site, the language, and whether something has happened."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bihuan.accounts.access import NotFound
from bihuan.accounts.models import Staff
from bihuan.console.http import StaffRequest, page
from bihuan.ledger.pulse import pulse


@require_POST
@page
def set_site(request: StaffRequest) -> HttpResponse:
    """Chooses the site that pages speak of."""
    code = request.POST.get("site", "")
    if code not in request.actor.sites:
        raise NotFound
    request.session["site"] = code
    return _back(request)


@require_POST
@page
def set_language(request: StaffRequest) -> HttpResponse:
    """Chooses the language, for this person and this browser."""
    code = request.POST.get("lang", "")
    if code not in dict(settings.LANGUAGES):
        raise NotFound
    Staff.objects.filter(pk=request.actor.staff.pk).update(language=code)
    response = _back(request)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=31536000, samesite="Lax")
    return response


@page
def version(request: StaffRequest) -> HttpResponse:
    """A number that changes when something has happened at the site, and one that changes when this person is called:
    to a customer, or by a telephone there. Answered from memory."""
    called = pulse.version(f"staff:{request.actor.staff.pk}", f"calls:{request.site_code}")
    return JsonResponse({"version": pulse.version(request.site_code), "called": called})


def _back(request: StaffRequest) -> HttpResponseRedirect:
    """To where one came from, if that is here."""
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else "/")
