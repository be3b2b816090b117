"""Files of cases, for those who may see the case."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from bihuan.accounts.access import NotFound
from bihuan.cases.access import visible_file
from bihuan.console.http import StaffRequest, page
from bihuan.files import store
from bihuan.files.kinds import ACCEPTED

A_DAY = 24 * 3600


@page
def file(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What the file holds: pictures and PDFs are shown, anything else can only be saved."""
    found = visible_file(request.actor, pk)
    path = store.path_of(found.digest)
    if not path.is_file():
        raise NotFound
    response: HttpResponseBase = FileResponse(path.open("rb"), content_type=found.media_type)
    disposition = content_disposition_header(found.media_type not in ACCEPTED, found.name or str(pk))
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={A_DAY}"
    return response  # type: ignore[return-value]
