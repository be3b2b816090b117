"""Errors as programs read them: application/problem+json (RFC 9457) with a stable `code`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from bihuan.accounts.access import NotAllowed, NotFound
from bihuan.api.codes import CONFLICTS, TROUBLE
from bihuan.cases.errors import NotNow
from bihuan.kernel.errors import Refused

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/v1/docs"
UNKEPT = {"Cache-Control": "no-store"}  # answers speak of customers, and errors of what may come to be


class Problem(Exception):
    """An answer that is an error. `what` and `remedy` are in the reader's language already; `code` never changes."""

    def __init__(
        self,
        status: int,
        code: str,
        what: str,
        *,
        where: str = "",
        remedy: str = "",
        allowed: Sequence[str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what)
        self.status, self.code, self.what, self.where, self.remedy = status, code, what, where, remedy
        self.allowed, self.headers = allowed, dict(headers or {})

    def body(self) -> dict[str, Any]:
        """Its members; those that say nothing are left out."""
        told: dict[str, Any] = {"type": f"{DOCS}#{self.code}", "title": HTTPStatus(self.status).phrase}
        told |= {"status": self.status, "detail": self.what, "code": self.code}
        told |= {name: text for name, text in (("where", self.where), ("remedy", self.remedy)) if text}
        return told | ({} if self.allowed is None else {"allowed": list(self.allowed)})


def render(problem: Problem) -> HttpResponse:
    """The problem as an answer. Only ASCII, so that whatever was sent can be spoken of."""
    headers = UNKEPT | problem.headers
    return HttpResponse(json.dumps(problem.body()), status=problem.status, content_type=MEDIA_TYPE, headers=headers)


def of_refusal(refused: Refused) -> Problem:
    """A refusal of a room as a problem; NotNow tells what is possible. What is our own trouble is raised again."""
    if refused.code in TROUBLE:
        raise refused
    allowed = refused.allowed if isinstance(refused, NotNow) else None
    what, remedy = _(refused.what), _(refused.remedy) if refused.remedy else ""
    return Problem(status_of(refused), refused.code, what, where=refused.where, remedy=remedy, allowed=allowed)


def status_of(refused: Refused) -> int:
    """404 for what is not theirs, 403 for what their post may not, 409 for what cannot be now, else 422."""
    if isinstance(refused, NotFound):
        return 404
    if isinstance(refused, NotAllowed):
        return 403
    return 409 if refused.code in CONFLICTS else 422


@contextmanager
def placed(places: Mapping[str, str]) -> Iterator[None]:
    """Says of refusals where in the request they have their cause: rooms know their own names only."""
    try:
        yield
    except Refused as refused:
        refused.where = "at" if refused.code == "in_the_future" else places.get(refused.where, refused.where)
        raise
