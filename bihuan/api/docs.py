"""The description, for programs as OpenAPI and for people as one plain page: no scripts, nothing from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from bihuan.api.codes import CODES
from bihuan.api.v1 import api
from bihuan.cases.steps import STEPS


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a member of a body or an answer."""

    name: str
    form: str
    needed: bool
    about: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call on the page."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    parameters: list[Field]
    body: list[Field]
    examples: list[str]
    answers: list[tuple[str, str]]


@csrf_exempt
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return HttpResponse(_document(), content_type="application/json")


@csrf_exempt
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The page."""
    return HttpResponse(_page())


@cache
def _document() -> bytes:
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False).encode()


@cache
def _page() -> str:
    schema = api.get_openapi_schema()
    context = {
        "title": schema["info"]["title"],
        "about": [_marked(part) for part in schema["info"]["description"].split("\n\n")],
        "calls": [
            _call(path, method, call) for path, calls in schema["paths"].items() for method, call in calls.items()
        ],
        "steps": STEPS.values(),
        "codes": [(code, _marked(about)) for code, about in sorted(CODES.items())],
        "shapes": list(_shapes(schema)),
    }
    return render_to_string("api/docs.html", context)


def _marked(text: str) -> str:
    """A text with its `code` and **bold** marks as HTML."""
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text))
    return mark_safe(re.sub(r"`(.+?)`", r"<code>\1</code>", bold))


def _call(path: str, method: str, call: dict[str, Any]) -> Call:
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shape = _resolved(body)
    return Call(
        id=call["operationId"],
        method=method.upper(),
        path=path,
        summary=call["summary"],
        about=_marked(call["description"].partition("\n\n|")[0]),
        parameters=[
            Field(one["name"], _form(one["schema"]), one["required"], _marked(one.get("description", "")))
            for one in call["parameters"]
        ],
        body=_fields(shape),
        examples=[json.dumps(one, ensure_ascii=False) for one in shape.get("examples", [])],
        answers=[(status, _told(one)) for status, one in call["responses"].items()],
    )


def _shapes(schema: dict[str, Any]) -> Iterator[tuple[str, str, list[Field]]]:
    for name, shape in sorted(schema["components"]["schemas"].items()):
        if "properties" in shape:
            yield name, shape.get("description", ""), _fields(shape)


def _fields(shape: dict[str, Any]) -> list[Field]:
    needed = shape.get("required", ())
    return [
        Field(name, _form(one), name in needed, _marked(one.get("description", "")))
        for name, one in shape.get("properties", {}).items()
    ]


def _form(schema: dict[str, Any]) -> str:
    """The form of a value in a few words."""
    if "$ref" in schema:
        shape = _resolved(schema)
        return _form(shape) if "enum" in shape else str(schema["$ref"].rpartition("/")[2])
    if "allOf" in schema:
        return _form(schema["allOf"][0])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_form(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if "items" in schema:
        return f"list of {_form(schema['items'])}"
    bounds = [
        f"{word} {schema[name]}"
        for name, word in (("minimum", "from"), ("maximum", "to"), ("maxLength", "at most"))
        if name in schema
    ]
    return " ".join([str(schema.get("format") or schema.get("const") or schema.get("type", "any")), *bounds])


def _resolved(shape: dict[str, Any]) -> dict[str, Any]:
    """What a shape refers to, or itself."""
    shapes = api.get_openapi_schema()["components"]["schemas"]
    found: dict[str, Any] = shapes.get(shape.get("$ref", "").rpartition("/")[2], shape)
    return found


def _told(answer: dict[str, Any]) -> str:
    for content in answer.get("content", {}).values():
        if "problem" not in str(content["schema"]).lower():
            return f"{answer['description']}: {_form(content['schema'])}"
    return str(answer["description"])
