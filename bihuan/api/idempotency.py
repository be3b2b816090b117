"""Idempotency-Key: a request that is sent again with the same key is answered again, and does nothing twice.

Only what was done is kept. A request that was refused has done nothing, and its key is free again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from bihuan.api.http import Answer, ApiRequest
from bihuan.api.models import KeptAnswer
from bihuan.api.problems import UNKEPT, Problem
from bihuan.customers.vault import vault
from bihuan.kernel import clock

P = ParamSpec("P")

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEEP = timedelta(days=7)
PATIENCE = "5s"  # so long a request waits for another one that is at the same thing
AT_ONCE = 10_000  # rows that one purge takes away, so that it never holds anything up

_KEY = re.compile(r"[!-~]{1,200}")
_CLAIM = """
    INSERT INTO api_idempotency (token, key, request, at, answer, location) VALUES (%s, %s, %s, %s, '', '')
    ON CONFLICT (token, key) DO UPDATE
        SET request = EXCLUDED.request, at = EXCLUDED.at, status = NULL, answer = '', location = '', case_id = NULL
        WHERE api_idempotency.at <= %s
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    token: bytes
    key: str
    request: bytes
    at: datetime


def once(view: Callable[Concatenate[ApiRequest, P], Answer]) -> Callable[Concatenate[ApiRequest, P], HttpResponse]:
    """A view whose work is one transaction, and is done once for each key."""

    @wraps(view)
    def answered(request: ApiRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        asked = _asked(request)
        with transaction.atomic():
            _be_patient()
            claimed = _claim(asked) if asked else None
            if asked and claimed is None:
                return _again(asked)
            answer = view(request, *args, **kwargs)
            if claimed is not None:
                _keep(claimed, answer)
        return answer

    return answered


def purge() -> int:
    """Takes away what is older than seven days, at most 10,000 at once; gives how many. The worker calls it."""
    old = KeptAnswer.objects.filter(at__lte=clock.now() - KEEP).order_by("at")[:AT_ONCE]
    return KeptAnswer.objects.filter(pk__in=old.values("pk")).delete()[0]


def erase_words(party: int) -> None:
    """When a party is erased, so are the words about it in kept answers; the rest of them stays."""
    for kept in KeptAnswer.objects.filter(case__party=party):
        kept.answer = json.dumps(json.loads(kept.answer) | {"summary": "—"}, ensure_ascii=False, separators=(",", ":"))
        kept.save(update_fields=["answer"])


def _asked(request: ApiRequest) -> _Asked | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        remedy = _("Use 1 to 200 visible ASCII characters, such as a UUID.")
        raise Problem(422, "bad_idempotency_key", _("this key cannot be used."), where=HEADER, remedy=remedy)
    said = json.dumps([request.method, request.path, request.document], sort_keys=True)
    return _Asked(request.auth.token, key, vault().digest(said, "request"), clock.now())


def _be_patient() -> None:
    """Whoever finds what it needs held by another request waits a while and no longer; v1.py answers 409 then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])


def _claim(asked: _Asked) -> int | None:
    """Takes the key; None where it was used. While another request holds it, this waits for how that one ends."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [asked.token, asked.key, asked.request, asked.at, asked.at - KEEP])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _again(asked: _Asked) -> HttpResponse:
    """The answer of the first time."""
    kept = KeptAnswer.objects.get(token=asked.token, key=asked.key)
    if bytes(kept.request) != asked.request:
        what, remedy = _("this key was used for another request."), _("Take a new key for each new request.")
        raise Problem(422, "idempotency_mismatch", what, where=HEADER, remedy=remedy)
    headers = UNKEPT | {REPLAYED: "true"} | ({"Location": kept.location} if kept.location else {})
    return HttpResponse(kept.answer, status=kept.status, content_type="application/json", headers=headers)


def _keep(claimed: int, answer: Answer) -> None:
    KeptAnswer.objects.filter(pk=claimed).update(
        status=answer.status_code,
        answer=answer.content.decode(),
        location=answer.headers.get("Location", ""),
        case=answer.case,
    )
