"""What nobody thought of: Schemathesis makes up requests from the OpenAPI document, good ones and bad ones, and checks
every answer against it: no server error, no undescribed status, type, header or body, nothing bad accepted, nothing
good refused for its form, no call without a token, no unknown method.

The application is the one that is served, in this process, over a company with something in it.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response

from bihuan.accounts.models import Staff
from bihuan.api import bearer
from bihuan.api.asked import Facts, NewAttempt
from bihuan.api.codes import ROOMS
from bihuan.api.rates import Limiter
from bihuan.api.types import INSTANT
from bihuan.cases.steps import STEPS
from bihuan.config.wsgi import application
from bihuan.customers.models import Home, Party
from tests.api.conftest import MORNING, Program, complaint, demand
from tests.api.test_receiving import told

EARLIER = (MORNING - timedelta(hours=1)).isoformat()
EXAMPLES = 20  # a call, besides those that cover each bound of each field
SAYING = {*ROOMS, "half_classified", "not_classified", "two_customers", "unknown_field", "bad_cursor"}
CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {
            "deterministic": "CI" in os.environ,
            "max-examples": EXAMPLES,
            "with-security-parameters": False,  # every request has a token; `ignored_auth` tries each call without
        },
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "409", "422"]}},
    }
)
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)


@dataclass
class Company:
    """What is there, and what came of the requests."""

    token: str
    cases: list[str]
    visits: list[str]
    party: int
    home: int
    call: str
    keys: Iterator[int] = field(default_factory=count)
    seen: Counter[int] = field(default_factory=Counter)

    def steer(self, case: schemathesis.Case) -> None:
        """Puts what exists in the place of names that are right and stand for nothing, so that requests get further."""
        path, turn = case.path_parameters or {}, len(str(case.body)) + len(str(case.path_parameters))
        if re.fullmatch(r"[0-9A-Za-z-]{1,40}", str(path.get("key", "."))):
            path["key"] = self.cases[turn % len(self.cases)]
        if re.fullmatch(r"[0-9a-f-]{36}", str(path.get("visit", "."))):
            path["visit"] = self.visits[turn % len(self.visits)]
        if re.fullmatch(r"[0-9a-f-]{36}", str(path.get("call", "."))):
            path["call"] = self.call
        if case.query and re.fullmatch(r"[A-Z][A-Z0-9]{1,11}", str(case.query.get("site", "."))):
            case.query["site"] = "CH"
        key = (case.headers or {}).get("Idempotency-Key", "")
        if re.fullmatch(r"[!-~]{1,200}", str(key)):
            case.headers["Idempotency-Key"] = f"{next(self.keys)}"
        if isinstance(case.body, dict):
            if turn % 2 and case.meta is not None and case.meta.generation.mode.is_positive:
                _leave_out_what_does_not_belong(case.body)
            self._steer(case.body, turn)
            self._steer(case.body.get("facts"), turn)
            self._steer(case.body.get("answers"), turn)

    def _steer(self, body: Any, turn: int) -> None:
        known: dict[str, Any] = {"site": "CH", "problem": "03", "party": self.party, "home": self.home}
        known |= {"to": "sun", "companion": "qian"}
        ahead = (MORNING + timedelta(days=turn)).isoformat()
        known |= dict.fromkeys(("agreed_at", "agreed_until", "requested_by", "again_at"), ahead)
        known |= dict.fromkeys(("rang_at", "answered_at"), (MORNING - timedelta(seconds=turn % 9)).isoformat())
        known |= {"agent": "chen"}
        known["at"] = (MORNING - timedelta(minutes=turn % 7)).isoformat()
        for name, value in known.items() if isinstance(body, dict) else ():
            if name in body and _right(name, body[name]):
                body[name] = value


def _leave_out_what_does_not_belong(body: dict[str, Any]) -> None:
    """Made-up events tell everything, and made-up tries have every field: they would hardly ever be taken."""
    kind, facts, outcome = body.get("kind"), body.get("facts"), body.get("outcome")
    if isinstance(kind, str) and kind in STEPS and isinstance(facts, dict) and set(facts) <= set(Facts.model_fields):
        body["facts"] = {name: value for name, value in facts.items() if name in STEPS[kind].asks}
    if isinstance(outcome, str) and outcome in NewAttempt.FITTING and set(body) <= set(NewAttempt.model_fields):
        for name in set(body) - {"outcome", "at", *NewAttempt.FITTING[outcome]}:
            del body[name]


def _right(name: str, given: object) -> bool:
    """Whether what was made up for a field is right, though it may stand for nothing."""
    if name in ("party", "home", "to", "companion", "agent") and isinstance(given, int):
        return not isinstance(given, bool) and 1 <= given < 2**63
    if not isinstance(given, str) or "\0" in given:
        return False
    forms = {
        "site": r"[A-Z][A-Z0-9]{1,11}",
        "problem": r"(?s).{1,4}",
        "to": r"(?s).{1,40}",
        "companion": r"(?s).{1,40}",
        "agent": r"(?s).{1,40}",
    }
    return re.fullmatch(forms.get(name, INSTANT), given) is not None and (name in forms or _is_a_day(given))


def _is_a_day(given: str) -> bool:
    """Whether a time of the right form lies on a day that there is."""
    try:
        return datetime.fromisoformat(given) is not None
    except ValueError:
        return False


@pytest.fixture
def company(
    chen: Program, people: dict[str, Staff], party: Party, home: Home, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Company]:
    """Cases in several states, and visits that are owed. Every call must have succeeded at least once."""
    monkeypatch.setattr(bearer, "limiter", Limiter(rate=1e9, burst=10**9))
    classified = complaint(severity="B", problem="03")
    bodies = [demand(), complaint(), demand(kind="enquiry"), *[classified] * 8]
    cases = [told(chen.post("/cases", one | {"at": EARLIER}))["id"] for one in bodies]
    for pk in cases[6:]:
        for step in ({"kind": "assigned", "facts": {"to": "sun"}}, {"kind": "handled", "facts": {"text": "好了"}}):
            told(chen.post(f"/cases/{pk}/events", step | {"at": EARLIER}))
    visits = [one["id"] for one in told(chen.get("/visits"))["items"]]
    call = told(chen.post("/calls", {"call_id": "1", "site": "CH", "rang_at": EARLIER}))["id"]
    made = Company(chen.token, cases, visits, party.pk, home.pk, call)
    yield made
    print(made.seen)
    assert any(200 <= status < 300 for status in made.seen), made.seen


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests share the test's transaction, as those of Django's own test client do."""
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    yield
    for one in signals:
        one.connect(close_old_connections)


def refused_for_what_it_says(_ctx: CheckContext, response: Response, case: schemathesis.Case) -> None:
    """A request of the right form is refused only for what it says, never for its form."""
    if response.status_code == 422 and case.meta is not None and case.meta.generation.mode.is_positive:
        problem = json.loads(response.content)
        assert problem["code"] in SAYING, problem


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered_as_described(
    case: schemathesis.Case, company: Company, one_connection: None
) -> None:
    company.steer(case)
    response = case.call_and_validate(
        headers={"Authorization": f"Bearer {company.token}"}, additional_checks=[refused_for_what_it_says]
    )
    company.seen[response.status_code] += 1
