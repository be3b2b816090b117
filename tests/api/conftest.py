"""Two sites, the people who work there, a customer at each, and programs that act for the people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from bihuan.accounts import tokens
from bihuan.accounts.calendars import revise
from bihuan.accounts.models import Post, Site, Staff, Unit
from bihuan.api import bearer
from bihuan.api.rates import Limiter
from bihuan.cases.models import Problem
from bihuan.customers.actions.parties import NewParty, add_party
from bihuan.customers.models import Building, Home, Party
from bihuan.kernel import clock
from bihuan.obligations import books

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai
ROOT = "/api/v1"


@dataclass
class Program:
    """A program with a token; it speaks to the API as it is served, middleware and all."""

    token: str

    def get(self, path: str, **asked: Any) -> HttpResponse:
        return self._client.get(ROOT + path, asked)  # type: ignore[return-value]

    def post(self, path: str, body: Any, *, key: str = "", **headers: str) -> HttpResponse:
        """Posts a document as JSON, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = headers | ({"Idempotency-Key": key} if key else {})
        kind = given.pop("content_type", "application/json")
        return self._client.post(ROOT + path, raw, content_type=kind, headers=given)  # type: ignore[return-value]

    @property
    def _client(self) -> Client:
        return Client(headers={"Authorization": f"Bearer {self.token}"})


@pytest.fixture(autouse=True)
def _fresh(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock stands at nine on a Monday, no token has asked for anything, and no other test is remembered."""
    monkeypatch.setattr(bearer, "limiter", Limiter())
    monkeypatch.setattr(books, "_known", None)
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def company() -> Unit:
    """Company → CH, NS, each in a zone of its own."""
    company = Unit.objects.create(name="Company")
    Site.objects.create(code="CH", name="Lake garden", unit=company)
    Site.objects.create(code="NS", name="North hill", unit=company, zone="Asia/Urumqi")
    Problem.objects.create(code="03", name="噪声")
    Problem.objects.create(code="07", name="停车")
    revise()
    return company


@pytest.fixture
def person(company: Unit) -> Callable[..., Staff]:
    """Makes somebody with posts at sites."""

    def made(username: str, *posts: tuple[str, str]) -> Staff:
        staff = Staff.objects.create_user(username, name=f"Name of {username}")
        for post, site in posts:
            Post.objects.create(staff=staff, post=post, site_id=site, since=date(2020, 1, 1))
        return staff

    return made


@pytest.fixture
def people(person: Callable[..., Staff]) -> dict[str, Staff]:
    """Who works at CH, and an agent at NS."""
    return {
        "chen": person("chen", ("agent", "CH")),
        "qian": person("qian", ("cs_supervisor", "CH")),
        "sun": person("sun", ("trade_supervisor", "CH")),
        "zhou": person("zhou", ("site_manager", "CH")),
        "wu": person("wu", ("technician", "CH")),
        "li": person("li", ("agent", "NS")),
    }


def program(staff: Staff, **limits: Any) -> Program:
    """A program that acts for somebody."""
    return Program(tokens.issue(staff, **{"days": 30} | limits))


@pytest.fixture
def chen(people: dict[str, Staff]) -> Program:
    """Acts for an agent at CH."""
    return program(people["chen"])


@pytest.fixture
def li(people: dict[str, Staff]) -> Program:
    """Acts for an agent at NS."""
    return program(people["li"])


@pytest.fixture
def home(company: Unit) -> Home:
    """7栋2单元1101 at CH."""
    building = Building.objects.create(site_id="CH", name="7栋", sort="7")
    return Home.objects.create(
        site_id="CH",
        building=building,
        unit="2",
        room="1101",
        label="7栋2单元1101",
        sort="7",
        terms=["7-2-1101", "1101"],
    )


@pytest.fixture
def party(people: dict[str, Staff], home: Home) -> Party:
    """王女士, who lives there."""
    from bihuan.accounts.access import actor_of

    new = NewParty(site="CH", name="王女士", phones=["13812345521"], home=home)
    return add_party(new, by=actor_of(people["chen"]), at=MORNING)


def demand(**more: Any) -> dict[str, Any]:
    """A request, as it is sent."""
    return {"kind": "demand", "channel": "phone", "site": "CH", "summary": "厨房水管漏水"} | more


def complaint(**more: Any) -> dict[str, Any]:
    """A complaint, as it is sent."""
    return {"kind": "complaint", "channel": "walk_in", "site": "CH", "summary": "夜间施工噪声"} | more


def problem(response: HttpResponse) -> tuple[int, str, str]:
    """What is wrong: status, code, where. The answer must be a whole problem."""
    told = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert told.keys() >= {"type", "title", "status", "detail", "code"}
    assert told["status"] == response.status_code
    assert told["type"] == f"/api/v1/docs#{told['code']}"
    return response.status_code, told["code"], told.get("where", "")
