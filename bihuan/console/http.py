"""Requests as the console's views get them: signed in, with an actor and a chosen site."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.accounts.access import Actor, NotAllowed, NotFound
from bihuan.console.refusals import told
from bihuan.kernel.errors import Refused

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in (see accounts.middleware)."""

    actor: Actor
    site_code: str
    htmx: bool  # whether a script asked for a part of a page


View = Callable[Concatenate[StaffRequest, P], HttpResponse]


def page(
    view: Callable[Concatenate[StaffRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view whose refusals become pages: 404 for what is not theirs, 403 for what their post may not, else 409."""

    @wraps(view)
    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        except NotFound as refused:
            return refuse(request, refused, status=404)
        except NotAllowed as refused:
            return refuse(request, refused, status=403)
        except Refused as refused:
            return refuse(request, refused, status=409)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], shown)


def refuse(request: HttpRequest, refused: Refused, *, status: int) -> HttpResponse:
    """A page that says what, where and what to do."""
    return render(request, "console/refused.html", {"refused": told(refused), "status": status}, status=status)
