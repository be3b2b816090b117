"""Reading bodies: JSON in UTF-8 of at most 1 MB, each field once, no characters that cannot be kept."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from bihuan.api.problems import Problem

LARGEST = 1_000_000  # bytes
UNKEPT = re.compile("[\0\ud800-\udfff]")  # PostgreSQL cannot keep the one, UTF-8 not the others


class StrictParser(Parser):
    """Reads bodies for the API."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The document, which also stays at the request. 415, 413, 400 or 422 where it cannot be used."""
        check_type(request)
        if len(request.body) > LARGEST:
            raise too_large()
        document: dict[str, Any] = read(request.body)
        request.document = document  # type: ignore[attr-defined]
        return document


def check_type(request: HttpRequest) -> None:
    """Refuses everything but JSON in UTF-8."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != "application/json" or charset not in ("utf-8", "utf8"):
        what = _("the body is not sent as JSON.")
        raise Problem(415, "unsupported_media_type", what, remedy=_("Send Content-Type: application/json in UTF-8."))


def too_large() -> Problem:
    """What is answered to a body of more than 1 MB."""
    return Problem(413, "too_large", _("the body is too large."), remedy=_("Send at most 1 MB."))


def read(raw: bytes) -> Any:
    """What the JSON says."""
    try:
        return json.loads(raw.decode(), object_pairs_hook=_each_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise _unreadable(_("the body is not UTF-8.")) from None
    except RecursionError:
        raise _unreadable(_("the body is nested too deeply.")) from None
    except json.JSONDecodeError as error:
        said = {"line": error.lineno, "column": error.colno}
        raise _unreadable(_("this is no JSON (line %(line)d, column %(column)d).") % said) from None
    except ValueError:
        raise _unreadable(_("this is no JSON.")) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if UNKEPT.search(name) or (isinstance(value, str) and UNKEPT.search(value)):
            what = _("this text holds a character that cannot be kept.")
            raise Problem(422, "bad_text", what, where=UNKEPT.sub("?", name), remedy=_("Leave it out."))
        if name in found:
            raise _unreadable(_("this field is given twice."), where=name)
        found[name] = value
    return found


def _no_number(_name: str) -> NoReturn:
    raise ValueError


def _unreadable(what: str, *, where: str = "") -> Problem:
    return Problem(400, "bad_json", what, where=where, remedy=_("Send one JSON object."))
