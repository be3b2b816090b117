"""The addresses of this room, and a few pages that show what the middleware did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.utils import timezone, translation
from django.views.decorators.http import require_POST

from bihuan.accounts.middleware import StaffRequest, choose_site


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


def told(request: StaffRequest) -> HttpResponse:
    zone = str(timezone.get_current_timezone())
    return JsonResponse({"language": translation.get_language(), "zone": zone, "site": request.site_code})


def twice(request: StaffRequest) -> HttpResponse:
    return JsonResponse({"sites": request.actor.sites, "again": request.actor.sites, "site": request.site_code})


def guarded(request: StaffRequest, act: str, site: str) -> HttpResponse:
    request.actor.must(act, site)
    return HttpResponse("reached")


@require_POST
def choose(request: StaffRequest) -> HttpResponse:
    choose_site(request, request.POST["site"])
    return HttpResponse("chosen")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a page that fails")


urlpatterns = [
    path("", home),
    path("told", told),
    path("twice", twice),
    path("guarded/<str:act>/<str:site>", guarded),
    path("choose", choose),
    path("broken", broken),
    path("healthz", home),
    path("api/cases", home),
    path("static/a.css", home),
    path("", include("bihuan.accounts.urls")),
]
