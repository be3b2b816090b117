"""Bodies and addresses that cannot be read."""

from __future__ import annotations

import json

import pytest

from bihuan.api.reading import LARGEST
from bihuan.cases.models import Case
from tests.api.conftest import Program, demand, problem

NUL, HALF = "a\0b", "a\ud800b"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[1,]",
        b"nonsense",
        b'{"kind": "demand", "kind": "praise"}',
        b'{"signers": NaN}',
        b'{"signers": -Infinity}',
        b"\xff\xfe",
        "﻿{}".encode(),
        json.dumps(demand()).encode("utf-16"),
        b'{"signers": ' + b"1" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    ],
    ids=lambda raw: raw[:20].decode("latin-1"),
)
def test_what_is_no_json_is_refused(chen: Program, raw: bytes) -> None:
    status, code, _where = problem(chen.post("/cases", raw))
    assert (status, code) == (400, "bad_json")


@pytest.mark.parametrize("raw", [b"[]", b"1", b'"demand"', b"null", b"true"])
def test_what_is_no_object_is_refused(chen: Program, raw: bytes) -> None:
    assert problem(chen.post("/cases", raw)) == (422, "bad_value", "")


def test_an_empty_body_says_what_is_needed(chen: Program) -> None:
    refused = chen.post("/cases", b"", **{"Accept-Language": "en"})
    assert problem(refused) == (422, "missing", "")
    assert json.loads(refused.content)["remedy"] == "Send one JSON object."


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/vnd.api+json",
        "application/json; charset=gbk",
        "application/jsonx",
        "",
    ],
)
def test_what_is_not_sent_as_json_is_refused(chen: Program, kind: str) -> None:
    assert problem(chen.post("/cases", demand(), content_type=kind)) == (415, "unsupported_media_type", "")


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON", "application/json; charset=UTF-8"])
def test_json_in_utf_8_is_taken(chen: Program, kind: str) -> None:
    assert chen.post("/cases", demand(), content_type=kind).status_code == 201


@pytest.mark.parametrize(("more", "status"), [(0, 201), (1, 413)])
def test_a_body_has_at_most_a_megabyte(chen: Program, more: int, status: int) -> None:
    raw = json.dumps(demand()).encode().ljust(LARGEST + more)
    assert chen.post("/cases", raw).status_code == status


@pytest.mark.parametrize("size", [LARGEST + 1, 3_000_000])
def test_larger_ones_are_refused_however_large(chen: Program, size: int) -> None:
    assert problem(chen.post("/cases", b" " * size)) == (413, "too_large", "")


@pytest.mark.parametrize("text", [NUL, HALF])
@pytest.mark.parametrize(
    ("body", "where"),
    [
        (lambda text: demand(summary=text), "summary"),
        (lambda text: demand(contact={"name": text}), "name"),
        (lambda text: demand(details="ok") | {text: 1}, "a?b"),
    ],
)
def test_characters_that_cannot_be_kept_are_refused(chen: Program, text: str, body, where: str) -> None:  # type: ignore[no-untyped-def]
    assert problem(chen.post("/cases", body(text))) == (422, "bad_text", where)
    assert not Case.objects.exists()


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "a\tb\r\nc", "‮abc", "\u0001", "﷽", "㐀𠀀"])
def test_every_other_character_is_kept(chen: Program, text: str) -> None:
    told = chen.post("/cases", demand(summary="x", details=text)).json()  # type: ignore[attr-defined]
    assert Case.objects.get(pk=told["id"]).details == text.strip()


@pytest.mark.parametrize("address", ["/cases?q=%00", "/customers?q=a%00b", "/cases?after=%00", "/cases?site=%00"])
def test_nor_do_they_stand_in_addresses(chen: Program, address: str) -> None:
    assert problem(chen.get(address))[:2] == (422, "bad_value")


@pytest.mark.parametrize(
    "address", ["/cases/%00", "/cases/a%00b", "/cases/%ED%A0%80", "/cases/%FF", "/cases/王", "/cases/a b"]
)
def test_an_address_that_names_nothing_is_not_found(chen: Program, address: str) -> None:
    assert problem(chen.get(address))[:2] == (404, "not_found")


@pytest.mark.parametrize("address", ["/case", "/cases/", "/", "", "/cases/1/2", "/figure", "/cases/x/events/y"])
def test_where_there_is_nothing_is_a_problem_too_and_no_page(chen: Program, address: str) -> None:
    assert problem(chen.get(address)) == (404, "unknown_address", "")


@pytest.mark.parametrize(
    ("method", "address", "allow"),
    [
        ("put", "/cases", "GET, POST"),
        ("delete", "/cases/x", "GET"),
        ("get", "/cases/x/events", "POST"),
        ("patch", "/sites", "GET"),
        ("post", "/openapi.json", "GET"),
        ("post", "/docs", "GET"),
    ],
)
def test_methods_that_are_not_known_say_which_are(chen: Program, method: str, address: str, allow: str) -> None:
    response = getattr(chen._client, method)("/api/v1" + address)
    assert problem(response) == (405, "method_not_allowed", "")
    assert response["Allow"] == allow


@pytest.mark.parametrize(
    "address", ["/cases?sit=CH", "/cases?site=CH&colour=red", "/sites?site=CH", "/obligations?q=x"]
)
def test_a_misspelt_filter_does_not_filter_nothing(chen: Program, address: str) -> None:
    status, code, where = problem(chen.get(address))
    assert (status, code) == (422, "unknown_field")
    assert f"{where}=" in address


def test_a_filter_is_given_once(chen: Program) -> None:
    assert problem(chen.get("/cases?site=CH&site=NS")) == (422, "given_twice", "site")


def test_calls_without_filters_take_none(chen: Program) -> None:
    assert problem(chen.post("/cases?dry=1", demand())) == (422, "unknown_field", "dry")
    assert not Case.objects.exists()


def test_a_fault_of_ours_is_told_in_a_word_and_logged(
    chen: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_given: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("bihuan.api.views.cases.cases_page", fail)
    client = chen._client
    client.raise_request_exception = False
    response = client.get("/api/v1/cases")
    assert problem(response) == (500, "internal", "")  # type: ignore[arg-type]
    assert b"secret" not in response.content
    assert "a secret of ours" in caplog.text
