"""The errors of every call, as its description lists them."""

from __future__ import annotations

from bihuan.api import told

READ: dict[int, type[told.Problem]] = dict.fromkeys((400, 401, 403, 404, 422, 429), told.Problem)
WRITE: dict[int, type[told.Problem]] = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429), told.Problem)

MEANING = {
    400: "The request cannot be read.",
    401: "There is no valid token.",
    403: "The token may not do this: it only reads, or its user's post does not do it.",
    404: "There is no such thing, or it is not for this token.",
    405: "The address does not know this method.",
    409: "This is not possible as things stand.",
    413: "The body is larger than 1 MB.",
    415: "The body is not JSON in UTF-8.",
    422: "A value cannot be used; `where` names it.",
    429: "Too many requests: 20 a second, 100 at once.",
}
USUAL = {  # the code that each example shows
    400: "bad_json",
    401: "bad_token",
    403: "not_allowed",
    404: "not_found",
    409: "not_now",
    413: "too_large",
    415: "unsupported_media_type",
    422: "missing",
    429: "too_many_requests",
}
