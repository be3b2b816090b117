"""Requests and answers of the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, get_type_hints
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel

from bihuan.accounts.access import Actor, NotAllowed
from bihuan.api.problems import UNKEPT, Problem

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the actor that a token stands for, and the token's digest."""

    actor: Actor
    token: bytes


class ApiRequest(HttpRequest):
    """A request with a valid token; `document` is what its body says."""

    auth: Caller
    document: object


class Answer(HttpResponse):
    """A JSON answer; `case` is the case whose words stand in it."""

    def __init__(self, told: BaseModel, *, status: int = 200, location: str = "", case: UUID | None = None) -> None:
        headers = UNKEPT | ({"Location": location} if location else {})
        super().__init__(told.model_dump_json(), status=status, content_type="application/json", headers=headers)
        self.case = case


View = Callable[Concatenate[ApiRequest, P], HttpResponse]


def strict(view: View[P]) -> View[P]:
    """A view whose address has the parameters it knows and no others: a misspelt filter must not filter nothing."""
    known = _parameters(view)

    @wraps(view)
    def answered(request: ApiRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _check(request, known)
        return view(request, *args, **kwargs)

    return answered


def _parameters(view: Callable[..., object]) -> list[str]:
    filters = get_type_hints(view).get("filters")
    return list(getattr(filters, "model_fields", {}))


def _check(request: HttpRequest, known: list[str]) -> None:
    for name, values in request.GET.lists():
        if name not in known:
            remedy = _("Known here: %(names)s.") % {"names": ", ".join(known)} if known else _("Leave it out.")
            raise Problem(422, "unknown_field", _("there is no such parameter."), where=name, remedy=remedy)
        if len(values) > 1:
            raise Problem(422, "given_twice", _("this is given more than once."), where=name, remedy=_("Give it once."))


def sites_for(actor: Actor, act: str, site: str | None) -> list[str]:
    """The sites to look at: the one that is asked for, else all at which the actor may do it."""
    if site is not None:
        actor.must(act, site)
        return [site]
    if not actor.may_somewhere(act):
        raise NotAllowed(act)
    return actor.sites_for(act)
