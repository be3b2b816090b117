"""The OpenAPI document: what django-ninja writes of the calls, and what it cannot know."""

from __future__ import annotations

from typing import Any

from ninja.openapi.schema import OpenAPISchema

from bihuan.api.codes import CODES
from bihuan.api.failures import MEANING, USUAL
from bihuan.api.idempotency import HEADER, REPLAYED
from bihuan.api.problems import MEDIA_TYPE, Problem
from bihuan.cases.steps import STEPS

ABOUT = """Cases, promises and visits of a property company, for other programs.

**Token.** `./run token USER` prints one; send it as `Authorization: Bearer TOKEN`. It acts as its user, with the posts
of that day, at their sites or some of them. What belongs to other sites is not found.

**Times** are ISO with an offset. Fractions of a second are cut off. Answers use the offset of the site. What happened
earlier is written down with `at`: up to five minutes back by everybody, further by who may do `case.backdate`, and at
most seven days unless the installation says otherwise.

**Lists** give `items` and `next`: send `next` as `after` for the following page, until it is null.

**Twice is once.** Send an `Idempotency-Key` with every POST. The same request with the same key is answered again with
the same status and body for seven days, and nothing is done twice; another request with that key is refused. A request
that was refused leaves its key free. Of two at once the second waits; after five seconds it gets 409 `in_progress`.

**Errors** are `application/problem+json`: `code` is stable, `detail` and `remedy` are for people, `where` names the
field.

**Rates.** A token may send 20 requests a second, and 100 at once after a pause."""

RETRY = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
KEY: dict[str, Any] = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "Yours for this request, such as a UUID; one that is sent again does nothing twice.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "example": "0193523e-4a6f-7c1e-9b1f-6f2f0b8f6a11",
}
NAMED = {  # what stands in paths
    "key": "The id of the case, or any number it ever had.",
    "visit": "The id of the visit, as GET /visits gives it.",
    "call": "The id of the call, as POST /calls gives it.",
}
ERROR_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "Bearer.", "required": True, "schema": {"type": "string"}}},
    429: {"Retry-After": RETRY | {"required": True}},
}


def complete(schema: OpenAPISchema) -> OpenAPISchema:
    """The document with media types, headers and examples of errors, keys, and the table of events."""
    for calls in schema["paths"].values():
        for method, call in calls.items():
            call["responses"] = {str(status): _answer(int(status), one) for status, one in call["responses"].items()}
            for parameter in call["parameters"]:
                parameter["schema"] = _without_null(parameter["schema"])
                if parameter["in"] == "path":
                    parameter["description"] = NAMED[parameter["name"]]
            if method == "post":
                call["parameters"].append(KEY)
                _tell_of_keys(call)
    step = schema["paths"]["/api/v1/cases/{key}/events"]["post"]
    step["description"] = f"{step['description']}\n\n{_events()}"
    return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address has no null: what is not said is left out."""
    if "anyOf" not in schema:
        return schema
    (form,) = (one for one in schema["anyOf"] if one.get("type") != "null")
    return {**form, **{name: value for name, value in schema.items() if name != "anyOf"}}


def _answer(status: int, answer: dict[str, Any]) -> dict[str, Any]:
    if status < 400:
        return answer
    (described,) = answer["content"].values()
    content = {MEDIA_TYPE: described | {"example": _example(status)}}
    told: dict[str, Any] = {"description": MEANING[status], "content": content}
    return told | ({"headers": ERROR_HEADERS[status]} if status in ERROR_HEADERS else {})


def _example(status: int) -> dict[str, Any]:
    code = USUAL[status]
    allowed = ["classified", "withdrawn"] if status == 409 else None
    return Problem(status, code, CODES[code], allowed=allowed).body()


def _tell_of_keys(call: dict[str, Any]) -> None:
    for status, answer in call["responses"].items():
        if status.startswith("2"):
            answer["headers"] = {
                REPLAYED: {
                    "description": "true where the key was known.",
                    "schema": {"const": "true", "type": "string"},
                }
            }
            if status == "201":
                where = {"description": "Where it is.", "required": True, "schema": {"type": "string"}}
                answer["headers"]["Location"] = where


def _events() -> str:
    rows = [
        f"| `{step.verb}` | {', '.join(sorted(step.kinds))} | {', '.join(sorted(step.states))} | "
        f"{', '.join(f'**{name}**' if name in step.must else name for name in step.asks)} | `{step.act}` |"
        for step in STEPS.values()
    ]
    head = "| event | of | in state | facts (bold: needed) | act |\n| --- | --- | --- | --- | --- |\n"
    return head + "\n".join(rows)
