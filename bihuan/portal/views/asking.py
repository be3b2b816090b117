"""Sending something: which site, the form, and what to write down afterwards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bihuan.accounts.models import Site
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.kernel.text import normal
from bihuan.portal.access import case_of, site_of
from bihuan.portal.actions import send
from bihuan.portal.codes import grouped
from bihuan.portal.forms import TalkForm
from bihuan.portal.http import address_of, public, remember, remembered, too_many
from bihuan.portal.limits import TooMany
from bihuan.portal.squares import square
from bihuan.portal.telling import promised

MOST = 40  # sites that stand on the page; of more, one types a part of the name


@public
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which site; where there is only one, nobody need choose."""
    asked = normal(request.GET.get("q", ""))
    found = list(Site.objects.filter(name__icontains=asked).order_by("name", "code")[: MOST + 1])
    if len(found) == 1 and not asked:
        return redirect("portal:talk", found[0].pk)
    context = {"sites": found[:MOST], "more": len(found) > MOST, "q": asked}
    return render(request, "portal/choose.html", context)


@public
def talk(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a site; posting it takes a case in."""
    if not Site.objects.filter(pk=code).exists() and code != code.upper():
        return redirect("portal:talk", code.upper())
    site, now = site_of(code), clock.now()
    if request.method != "POST":
        form = TalkForm(
            at=now, initial={"kind": request.GET.get("kind", ""), "place": request.GET.get("place", "")[:80]}
        )
        return render(request, "portal/talk.html", {"site": site, "form": form})
    form, refused = TalkForm(request.POST, request.FILES, at=now), None
    if form.is_valid():
        try:
            known = send(site.code, form.wish(), address=address_of(request), at=now)
        except Refused as error:
            form.put(refused := error)
        else:
            return remember(redirect("portal:received"), known)
    response = render(request, "portal/talk.html", {"site": site, "form": form}, status=422)
    return too_many(response, refused) if isinstance(refused, TooMany) else response


@public
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What to write down: the tracking code, and what is promised."""
    code = remembered(request)
    case = case_of(code)
    if case is None:
        return redirect("portal:track")
    address = request.build_absolute_uri(f"{reverse('portal:track')}?code={code}")
    with timezone.override(case.site.zone):
        context = {
            "site": case.site,
            "case": case,
            "code": grouped(code),
            "promised": promised(case, now=clock.now()),
            "square": square(address),
        }
        return render(request, "portal/received.html", context)


@public
@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """A page to print and to hang up in the lobby, with the address of the form as a square."""
    site = site_of(code)
    address = request.build_absolute_uri(reverse("portal:talk", args=[site.pk]))
    return render(request, "portal/poster.html", {"site": site, "address": address, "square": square(address)})
