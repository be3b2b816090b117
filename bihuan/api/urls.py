"""The addresses of the API. What lies beside them is answered as a problem too, never as a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from bihuan.api.docs import docs, openapi
from bihuan.api.problems import DOCS, Problem, render
from bihuan.api.v1 import api


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Nothing is here."""
    remedy = _("See %(docs)s.") % {"docs": DOCS}
    return render(Problem(404, "unknown_address", _("there is nothing at this address."), remedy=remedy))


def _in_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, but for methods that it does not know."""

    @wraps(view)
    def shown(request: HttpRequest, **given: Any) -> HttpResponse:
        answer = view(request, **given)
        if answer.status_code != 405:
            return answer
        allow = ", ".join(sorted(answer.headers["Allow"].split(", ")))
        what, remedy = _("this address does not know the method."), _("Use %(methods)s.") % {"methods": allow}
        return render(Problem(405, "method_not_allowed", what, remedy=remedy, headers={"Allow": allow}))

    return shown


def _calls() -> list[URLPattern | URLResolver]:
    """The calls. The API's root is kept for its name alone: nothing is there either."""
    patterns = list(api.urls[0])
    for one in patterns:
        if isinstance(one, URLPattern):
            one.callback = unknown if one.name == "api-root" else _in_problems(one.callback)
    return patterns


urlpatterns = [
    path("v1/docs", _in_problems(docs), name="docs"),
    path("v1/openapi.json", _in_problems(openapi), name="openapi"),
    path("v1/", (_calls(), "ninja", "api-v1")),
    re_path("", unknown),
]
