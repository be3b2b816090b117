"""How it goes on: by its code, for whoever has that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from bihuan.cases.models import Case
from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.portal.access import case_of
from bihuan.portal.actions import add
from bihuan.portal.codes import grouped, read_code
from bihuan.portal.forms import WordForm
from bihuan.portal.http import address_of, forget, public, remember, remembered, too_many
from bihuan.portal.limits import TooMany, guessed, may_guess
from bihuan.portal.telling import ENDED, in_charge, promised, said, state_of, story


@public
def track(request: HttpRequest) -> HttpResponse:
    """The case of the code that this browser knows; else a field for the code. A code in the address is taken from it
    at once, so that it stays in no history."""
    given = request.POST.get("code") if request.method == "POST" else request.GET.get("code")
    if given is not None:
        return _opened(request, given)
    code = remembered(request)
    case = case_of(code)
    if case is None:
        return render(request, "portal/track.html", {"typed": ""})
    return _shown(request, case, code, WordForm(at=clock.now()))


@public
@require_POST
def word(request: HttpRequest) -> HttpResponse:
    """Adds to the case that this browser knows."""
    code, now = remembered(request), clock.now()
    case = case_of(code)
    if case is None:
        return redirect("portal:track")
    form, refused = WordForm(request.POST, request.FILES, at=now), None
    if form.is_valid():
        try:
            add(case, form.word(), address=address_of(request), at=now)
        except Refused as error:
            form.put(refused := error)
        else:
            return redirect("portal:track")
    response = _shown(request, case, code, form, status=422)
    return too_many(response, refused) if isinstance(refused, TooMany) else response


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Lets this browser forget the code."""
    return forget(redirect("portal:track"))


def _opened(request: HttpRequest, given: str) -> HttpResponse:
    """Whether there is such a code is said to few who guess: see `limits.may_guess`."""
    address = address_of(request)
    may_guess(address)
    code = read_code(given)
    if case_of(code) is not None:
        return remember(redirect("portal:track"), code)
    guessed(address)
    return render(request, "portal/track.html", {"typed": given[:40], "wrong": True}, status=422)


def _shown(request: HttpRequest, case: Case, code: str, form: WordForm, *, status: int = 200) -> HttpResponse:
    now = clock.now()
    with timezone.override(case.site.zone):
        context = {
            "site": case.site,
            "case": case,
            "code": grouped(code),
            "state": state_of(case),
            "over": case.state in ENDED,
            "in_charge": in_charge(case),
            "entries": story(case, now=now),
            "promised": promised(case, now=now),
            "sent": said(case.received_at, now=now),
            "form": form,
        }
        return render(request, "portal/case.html", context, status=status)
