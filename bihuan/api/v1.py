"""Version 1: its calls, and how what goes wrong in them is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from psycopg.errors import DeadlockDetected, LockNotAvailable

from bihuan.api import mistakes
from bihuan.api.bearer import Bearer
from bihuan.api.description import ABOUT, complete
from bihuan.api.problems import Problem, of_refusal, render
from bihuan.api.reading import StrictParser, too_large
from bihuan.api.views import calls, cases, customers, figures, obligations, visits
from bihuan.kernel.errors import Refused

log = logging.getLogger("django.request")


class Version(NinjaAPI):
    """The API, with a description that is made once and says everything."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        if self._described is None:
            self._described = complete(super().get_openapi_schema(**asked))
        return self._described


api = Version(
    title="Bihuan",
    version="1",
    description=ABOUT,
    urls_namespace="api-v1",
    openapi_url=None,  # docs.py serves it, and shows it without scripts from elsewhere
    docs_url=None,
    auth=Bearer(),
    parser=StrictParser(),
)
for room in (cases, obligations, visits, customers, calls, figures):
    api.add_router("", room.router)


def _told(problem: Callable[[Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
    """A handler of exceptions, from what makes a problem of one."""

    def handled(request: HttpRequest, error: Any) -> HttpResponse:
        try:
            return render(problem(error))
        except Exception as trouble:  # what is no problem of the caller's
            return _broken(request, trouble)

    return handled


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    """A fault of ours: in the log with all that is known, and to the caller in a word."""
    got_request_exception.send(sender=None, request=request)
    log.error("%s: %s", request.path, error, exc_info=error, extra={"status_code": 500, "request": request})
    return render(
        Problem(500, "internal", _("something went wrong here."), remedy=_("It is in the log; try again later."))
    )


def _of_reading(error: HttpError) -> Problem:
    """What the parser raised, out of the wrapping that it got on its way."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    raise error


def _of_database(error: OperationalError) -> Problem:
    if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
        raise error
    what, remedy = _("something else is being written about this just now."), _("Send it again in a moment.")
    return Problem(409, "in_progress", what, remedy=remedy, headers={"Retry-After": "1"})


def _unreadable(_error: SuspiciousOperation) -> Problem:
    return Problem(400, "bad_request", _("this request cannot be read."))


api.add_exception_handler(Exception, _broken)
api.add_exception_handler(Problem, _told(lambda error: error))
api.add_exception_handler(Refused, _told(of_refusal))
api.add_exception_handler(ValidationError, _told(lambda error: mistakes.problem(error.errors)))
api.add_exception_handler(HttpError, _told(_of_reading))
api.add_exception_handler(OperationalError, _told(_of_database))
api.add_exception_handler(SuspiciousOperation, _told(_unreadable))
api.add_exception_handler(RequestDataTooBig, _told(lambda _error: too_large()))
