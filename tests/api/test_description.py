"""The OpenAPI document and the page made of it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from jsonschema_rs import Draft202012Validator

from bihuan.api import asked
from bihuan.api.codes import CODES, CONFLICTS, OWN, TROUBLE
from bihuan.api.mistakes import SENTENCES, UNKNOWN
from bihuan.api.v1 import api
from bihuan.cases.steps import STEPS
from tests.api.conftest import ROOT, Program

HERE = Path(__file__).parents[2] / "bihuan"
ROOMS = [HERE / room for room in ("cases", "calls", "visits", "accounts/access.py", "obligations/actions.py", "api")]
ROOMS += [HERE / "customers" / name for name in ("actions/contacts.py", "entering.py", "errors.py")]
CALLS = [(path, method) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods]


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    """The document as it is served, to anybody."""
    response = client.get(f"{ROOT}/openapi.json")
    assert response["Content-Type"] == "application/json"
    said: dict[str, Any] = json.loads(response.content)
    return said


@pytest.fixture
def page(client: Client) -> str:
    """The page as it is served, to anybody."""
    response = client.get(f"{ROOT}/docs")
    assert response["Content-Type"].startswith("text/html")
    return response.content.decode()


def test_the_document_describes_every_call(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    assert sorted(CALLS) == [
        ("/api/v1/calls", "post"),
        ("/api/v1/calls/{call}", "get"),
        ("/api/v1/cases", "get"),
        ("/api/v1/cases", "post"),
        ("/api/v1/cases/{key}", "get"),
        ("/api/v1/cases/{key}/events", "post"),
        ("/api/v1/customers", "get"),
        ("/api/v1/figures", "get"),
        ("/api/v1/obligations", "get"),
        ("/api/v1/sites", "get"),
        ("/api/v1/visits", "get"),
        ("/api/v1/visits/{visit}/attempts", "post"),
    ]
    assert schema["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_every_call_says_all_that_can_happen(schema: dict[str, Any], path: str, method: str) -> None:
    call = schema["paths"][path][method]
    assert call["summary"]
    assert call["description"]
    assert call["security"] == [{"Bearer": []}]
    wanted = {"400", "401", "403", "404", "422", "429"} | ({"409", "413", "415"} if method == "post" else set())
    failures = {status: one for status, one in call["responses"].items() if status >= "400"}
    assert set(failures) == wanted
    for status, one in failures.items():
        (media,) = one["content"]
        example = one["content"][media]["example"]
        assert media == "application/problem+json"
        assert one["content"][media]["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert (example["status"], example["code"] in CODES) == (int(status), True)
        _fits(schema, "Problem", example)
    assert "Retry-After" in failures["429"]["headers"]
    assert "WWW-Authenticate" in failures["401"]["headers"]


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_every_parameter_is_described(schema: dict[str, Any], path: str, method: str) -> None:
    for one in schema["paths"][path][method]["parameters"]:
        assert one["schema"].keys() & {"pattern", "enum", "format", "$ref", "allOf"}, one["name"]
        assert "anyOf" not in one["schema"]
    names = [one["name"] for one in schema["paths"][path][method]["parameters"]]
    assert ("Idempotency-Key" in names) == (method == "post")


@pytest.mark.parametrize("name", ["NewCase", "Step", "NewAttempt"])
def test_bodies_have_examples_that_fit_and_are_read(schema: dict[str, Any], name: str) -> None:
    examples = schema["components"]["schemas"][name]["examples"]
    assert examples
    for example in examples:
        _fits(schema, name, example)
        getattr(asked, name).model_validate(example)


def test_bodies_and_answers_have_the_fields_that_are_described_and_no_others(schema: dict[str, Any]) -> None:
    for name, shape in schema["components"]["schemas"].items():
        if "properties" in shape:
            assert shape["additionalProperties"] is False, name
            assert shape["description"], name


def test_the_table_of_events_is_that_of_the_steps(schema: dict[str, Any]) -> None:
    call = schema["paths"]["/api/v1/cases/{key}/events"]["post"]
    rows = re.findall(r"^\| `(\w+)` \|", call["description"], flags=re.M)
    assert rows == list(STEPS)
    assert schema["components"]["schemas"]["Step"]["properties"]["kind"]["enum"] == list(STEPS)


@pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.verb)
def test_every_fact_of_every_step_can_be_sent(step: Any) -> None:
    asks = set(step.asks) - {"signed_paper"}  # a photo of the paper is for browsers; programs send the drawing
    assert asks | set(step.must) <= set(asked.Facts.model_fields)


class TestCodes:
    """Programs rely on codes."""

    def test_every_code_that_a_room_can_refuse_with_is_described(self) -> None:
        assert {code for code in _codes() if code not in TROUBLE} <= set(CODES)

    def test_the_search_finds_them(self) -> None:
        assert {"not_now", "alone", "phone_unreadable", "in_the_future", "no_token"} <= _codes()

    def test_every_code_of_our_own_is_used(self) -> None:
        assert set(OWN) == set(OWN) & (_codes() | {code for code, _what, _remedy in (*SENTENCES.values(), UNKNOWN)})

    def test_conflicts_and_mistakes_are_codes(self) -> None:
        assert set(CODES) >= CONFLICTS
        assert {code for code, _what, _remedy in SENTENCES.values()} <= set(CODES)
        assert TROUBLE.isdisjoint(CODES)


def _codes() -> set[str]:
    """The codes in the sources of the rooms that the API calls."""
    files = [path for room in ROOMS for path in (room.rglob("*.py") if room.is_dir() else [room])]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = re.findall(r'code="(\w+)"', text)
    own = re.findall(r'(?:Problem\(\s*\d+|PydanticCustomError\(|_unreadable\(),?\s*"(\w+)"', text)
    return {*named, *own}


class Reader(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


class TestPage:
    """/api/v1/docs."""

    @pytest.fixture
    def tags(self, page: str) -> list[tuple[str, dict[str, str | None]]]:
        reader = Reader()
        reader.feed(page)
        return reader.tags

    def test_nothing_on_it_is_against_the_policy(self, tags: list[tuple[str, dict[str, str | None]]]) -> None:
        assert {tag for tag, _ in tags}.isdisjoint({"script", "style", "iframe", "object", "img"})
        assert not any(name == "style" or name.startswith("on") for _, given in tags for name in given)
        (sheet,) = [given["href"] for tag, given in tags if tag == "link"]
        assert sheet == "/static/api/docs.css"
        assert finders.find("api/docs.css")
        addresses = [given["href"] or "" for tag, given in tags if tag == "a"]
        assert all(one == "openapi.json" or one.startswith("#") for one in addresses)

    def test_its_anchors_lead_somewhere_and_are_there_once(self, tags: list[tuple[str, dict[str, str | None]]]) -> None:
        ids = [given["id"] for _, given in tags if "id" in given]
        assert len(ids) == len(set(ids))
        assert {f"#{one}" for one in ids} >= {given["href"] for tag, given in tags if tag == "a"} - {"openapi.json"}
        assert set(ids) >= set(CODES), "a problem's type leads to its code"

    def test_every_call_event_and_example_is_on_it(self, page: str) -> None:
        for path, method in CALLS:
            assert f"{method.upper()} {path}" in page
        for verb in STEPS:
            assert f"<code>{verb}</code>" in page
        assert "厨房水管漏水" in page
        assert "<b>Token.</b>" in page

    def test_it_costs_no_query_and_asks_for_no_cookie(self, client: Client, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            response = client.get(f"{ROOT}/docs")
        assert "Vary" not in response


def test_answers_fit_the_description(chen: Program, schema: dict[str, Any]) -> None:
    case = chen.post("/cases", asked.NewCase.model_config["json_schema_extra"]["examples"][0]).json()  # type: ignore[attr-defined,call-overload,index]
    _fits(schema, "Case", case)
    for path, name in (
        ("/cases", "Cases"),
        ("/obligations", "Obligations"),
        ("/visits", "Visits"),
        ("/figures", "Figures"),
        ("/sites", "Sites"),
    ):
        _fits(schema, name, json.loads(chen.get(path).content))


def _fits(schema: dict[str, Any], name: str, told: Any) -> None:
    whole = {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
    Draft202012Validator(whole, validate_formats=True).validate(told)
