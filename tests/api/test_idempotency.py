"""Idempotency-Key: what is sent twice is done once."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.http import HttpResponse
from pytest_django import DjangoAssertNumQueries

from bihuan.accounts.models import Staff
from bihuan.api import idempotency
from bihuan.api.idempotency import erase_words, purge
from bihuan.api.models import KeptAnswer
from bihuan.cases.models import Case
from bihuan.customers.models import Party
from bihuan.kernel import clock
from bihuan.ledger.models import Event
from bihuan.visits.models import Visit
from tests.api.conftest import MORNING, Program, complaint, demand, problem, program
from tests.api.test_receiving import told
from tests.api.test_visits import repaired


def test_the_same_request_is_answered_again_and_does_nothing(chen: Program) -> None:
    first, second = (chen.post("/cases", demand(), key="k-1") for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, first.content)
    assert first["Location"] == second["Location"]
    assert first["Content-Type"] == second["Content-Type"] == "application/json"
    assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
    assert Case.objects.count() == Event.objects.count() == 1


def test_the_first_answer_stays_whatever_happens_meanwhile(chen: Program) -> None:
    first = chen.post("/cases", demand(), key="k")
    pk = told(first)["id"]
    chen.post(f"/cases/{pk}/events", {"kind": "withdrawn", "facts": {"text": "不用了"}})
    assert chen.post("/cases", demand(), key="k").content == first.content


def test_steps_and_tries_are_kept_too(chen: Program, people: dict[str, Staff]) -> None:
    pk = told(chen.post("/cases", complaint(severity="B", problem="03")))["id"]
    for _ in range(2):
        told(chen.post(f"/cases/{pk}/events", {"kind": "assigned", "facts": {"to": "sun"}}, key="a"))
        told(chen.post(f"/cases/{pk}/events", {"kind": "handled", "facts": {"text": "好了"}}, key="b"))
        visit = told(chen.get("/visits"))["items"][0]["id"]
        told(chen.post(f"/visits/{visit}/attempts", {"outcome": "not_reached"}, key="c"))
    kinds = [one.kind for one in Event.objects.order_by("id")]
    assert [kinds.count(f"complaint.{verb}") for verb in ("assigned", "handled")] == [1, 1]
    assert kinds.count("visit.attempted") == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cases", demand(summary="另一件事")),
        ("/cases", demand(details="更多")),
        ("/cases", complaint()),
        ("/cases/CH-D-20261123-001/events", {"kind": "restated"}),
    ],
)
def test_the_same_key_with_another_request_is_refused(chen: Program, path: str, body: dict[str, Any]) -> None:
    chen.post("/cases", demand(), key="k")
    assert problem(chen.post(path, body, key="k")) == (422, "idempotency_mismatch", "Idempotency-Key")
    assert Event.objects.count() == 1


def test_the_same_document_may_be_written_another_way(chen: Program) -> None:
    first = chen.post("/cases", json.dumps(demand()).encode(), key="k")
    other = json.dumps(dict(reversed(demand().items())), ensure_ascii=False, indent=3).encode()
    assert chen.post("/cases", other, key="k").content == first.content


def test_keys_of_one_token_are_unknown_to_the_others(chen: Program, people: dict[str, Staff]) -> None:
    first = told(chen.post("/cases", demand(), key="k"))
    second = told(program(people["chen"]).post("/cases", demand(), key="k"))
    assert first["id"] != second["id"]


def test_without_a_key_every_request_counts(chen: Program) -> None:
    assert told(chen.post("/cases", demand()))["id"] != told(chen.post("/cases", demand()))["id"]
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [(demand(colour="red"), 422), (demand(summary=" "), 422), (demand(site="NS"), 404), (demand(at="x"), 422)],
)
def test_what_was_refused_leaves_the_key_free(chen: Program, body: dict[str, Any], status: int) -> None:
    assert chen.post("/cases", body, key="k").status_code == status
    assert not KeptAnswer.objects.exists()
    assert chen.post("/cases", demand(), key="k").status_code == 201


@pytest.mark.parametrize("key", ["k", "~" * 200, "8e03978e-40d5-43dd-bc93-6894a57f9324", '"quoted"', "!"])
def test_a_key_is_whatever_one_likes(chen: Program, key: str) -> None:
    first, second = (chen.post("/cases", demand(), key=key) for _ in range(2))
    assert (first.status_code, second.content) == (201, first.content)


@pytest.mark.parametrize("key", [" ", "a b", "~" * 201, "é", "a\tb"])
def test_but_short_visible_ascii(chen: Program, key: str) -> None:
    assert problem(chen.post("/cases", demand(), key=key)) == (422, "bad_idempotency_key", "Idempotency-Key")
    assert not Case.objects.exists()


def test_reading_minds_no_key(chen: Program) -> None:
    response = chen._client.get("/api/v1/sites", headers={"Idempotency-Key": "k"})
    assert response.status_code == 200
    assert not KeptAnswer.objects.exists()


class TestSevenDays:
    """How long answers are kept."""

    @pytest.mark.parametrize(("seconds", "cases"), [(-1, 1), (0, 2)])
    def test_a_key_is_known_for_seven_days(self, chen: Program, seconds: int, cases: int) -> None:
        chen.post("/cases", demand(), key="k")
        with clock.frozen(MORNING + timedelta(days=7, seconds=seconds)):
            assert chen.post("/cases", demand(), key="k").status_code == 201
        assert Case.objects.count() == cases
        assert KeptAnswer.objects.count() == 1

    @pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 0)])
    def test_then_it_is_purged(self, chen: Program, seconds: int, left: int) -> None:
        chen.post("/cases", demand(), key="k")
        with clock.frozen(MORNING + timedelta(days=7, seconds=seconds)):
            assert purge() == 1 - left
        assert KeptAnswer.objects.count() == left

    def test_a_key_that_came_again_after_its_time_is_new_in_every_respect(self, chen: Program) -> None:
        chen.post("/cases", demand(), key="k")
        with clock.frozen(MORNING + timedelta(days=7)):
            again = chen.post("/cases", demand(summary="另一件事"), key="k")
            assert again.status_code == 201
            assert chen.post("/cases", demand(summary="另一件事"), key="k").content == again.content
            assert purge() == 0

    def test_a_purge_takes_no_more_than_it_should_at_once(self, chen: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(idempotency, "AT_ONCE", 2)
        for key in "abc":
            chen.post("/cases", demand(), key=key)
        with clock.frozen(MORNING + timedelta(days=8)):
            assert [purge(), purge(), purge()] == [2, 1, 0]


def test_what_was_said_is_erased_with_the_party_and_nothing_else(chen: Program, party: Party) -> None:
    first = told(chen.post("/cases", demand(party=party.pk, summary="王女士家漏水"), key="k"))
    other = chen.post("/cases", demand(summary="路灯不亮"), key="l")
    erase_words(party.pk)
    assert told(chen.post("/cases", demand(party=party.pk, summary="王女士家漏水"), key="k")) == first | {
        "summary": "—"
    }
    assert chen.post("/cases", demand(summary="路灯不亮"), key="l").content == other.content


def test_nothing_that_was_sent_can_be_read_from_what_is_kept_of_the_request(chen: Program) -> None:
    chen.post("/cases", demand(details="秘密", contact={"name": "李先生", "phone": "13900001111"}), key="k")
    kept = KeptAnswer.objects.get()
    assert len(bytes(kept.request)) == len(bytes(kept.token)) == 32
    assert not any(word in kept.answer for word in ("秘密", "李先生", "13900001111"))


def test_an_answer_that_is_known_costs_seven_queries(
    chen: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    chen.post("/cases", demand(), key="k")
    with django_assert_num_queries(7):
        chen.post("/cases", demand(), key="k")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Several at the same time, each in a connection of its own."""

    def test_two_with_one_key_make_one_case(self, chen: Program) -> None:
        answers = _together([lambda: chen.post("/cases", demand(), key="k")] * 4)
        assert {one.status_code for one in answers} == {201}
        assert len({one.content for one in answers}) == 1
        assert sorted("Idempotent-Replayed" in one for one in answers) == [False, True, True, True]
        assert Case.objects.count() == Event.objects.count() == KeptAnswer.objects.count() == 1

    def test_two_with_one_key_and_different_bodies_make_one_case(self, chen: Program) -> None:
        answers = _together([lambda n=n: chen.post("/cases", demand(summary=f"第{n}件"), key="k") for n in range(2)])  # type: ignore[misc]
        assert sorted(one.status_code for one in answers) == [201, 422]
        assert Case.objects.count() == 1

    def test_two_who_press_the_same_button_get_one_success_and_one_clear_message(
        self, chen: Program, people: dict[str, Staff]
    ) -> None:
        pk = told(chen.post("/cases", demand()))["id"]
        others = [program(people[name]) for name in ("chen", "qian")]
        step = {"kind": "withdrawn", "facts": {"text": "不用了"}}
        answers = _together([lambda one=one: one.post(f"/cases/{pk}/events", step) for one in others])  # type: ignore[misc]
        assert sorted(one.status_code for one in answers) == [200, 409]
        assert Event.objects.filter(kind="demand.withdrawn").count() == 1

    def test_where_the_first_fails_the_second_does_it(self, chen: Program) -> None:
        with _another() as other, other.cursor() as cursor:
            chen.post("/cases", demand(), key="k")
            kept = KeptAnswer.objects.get()
            token, digest = bytes(kept.token), bytes(kept.request)
            KeptAnswer.objects.all().delete()
            cursor.execute(
                "INSERT INTO api_idempotency (token, key, request, at, answer, location)"
                " VALUES (%s, 'k', %s, %s, '', '')",
                [token, digest, MORNING],
            )
            with ThreadPoolExecutor() as pool:
                waiting = pool.submit(_closing(lambda: chen.post("/cases", demand(), key="k")))
                _until_somebody_waits(other)
                other.rollback()
                assert waiting.result(timeout=10).status_code == 201
        assert Case.objects.count() == 2

    def test_who_waits_too_long_is_told_to_come_again(self, chen: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(idempotency, "PATIENCE", "100ms")
        pk = told(chen.post("/cases", demand()))["id"]
        with _another() as other:
            _lock(other, f"case:{pk}")
            refused = chen.post(f"/cases/{pk}/events", {"kind": "restated"}, key="k")
            assert problem(refused) == (409, "in_progress", "")
            assert refused["Retry-After"] == "1"
        assert not KeptAnswer.objects.exists()
        assert chen.post(f"/cases/{pk}/events", {"kind": "restated"}, key="k").status_code == 200

    def test_of_two_who_wait_for_each_other_the_request_is_told_to_come_again(
        self, chen: Program, people: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """PostgreSQL gives up whoever began to wait first, after a second: the request, which holds the case by then."""
        monkeypatch.setattr(idempotency, "PATIENCE", "60s")  # so it is not that which ends it
        repaired(chen, demand(), by=people["sun"])
        visit = Visit.objects.get()
        attempts = f"/visits/{visit.pk}/attempts"
        with _another() as other, ThreadPoolExecutor() as pool:
            _lock(other, visit.subject)
            asked = pool.submit(_closing(lambda: chen.post(attempts, {"outcome": "not_reached"}, key="k")))
            _until_somebody_waits(other)
            _lock(other, f"case:{visit.case_id}")
            refused = asked.result(timeout=10)
        assert problem(refused) == (409, "in_progress", "")
        assert refused["Retry-After"] == "1"
        assert not KeptAnswer.objects.exists()
        assert chen.post(attempts, {"outcome": "not_reached"}, key="k").status_code == 200
        assert Event.objects.filter(kind="visit.attempted").count() == 1

    def test_an_action_that_fails_late_leaves_neither_case_nor_key(
        self, chen: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_given: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as broken:
            broken.setattr(idempotency, "_keep", fail)
            client = chen._client
            client.raise_request_exception = False
            headers = {"Idempotency-Key": "k"}
            assert (
                client.post("/api/v1/cases", demand(), content_type="application/json", headers=headers).status_code
                == 500
            )
        assert not Case.objects.exists()
        assert not KeptAnswer.objects.exists()
        assert chen.post("/cases", demand(), key="k").status_code == 201


def _together(asks: list[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """Sends all at once."""
    start = Barrier(len(asks))

    def ask(one: Callable[[], HttpResponse]) -> HttpResponse:
        start.wait(timeout=10)
        return one()

    with ThreadPoolExecutor(len(asks)) as pool:
        sent = [pool.submit(_closing(lambda one=one: ask(one))) for one in asks]  # type: ignore[misc]
        return [one.result(timeout=30) for one in sent]


def _closing(ask: Callable[[], HttpResponse]) -> Callable[[], HttpResponse]:
    """A thread's connection ends with it."""

    def asked() -> HttpResponse:
        try:
            return ask()
        finally:
            connections.close_all()

    return asked


def _another() -> psycopg.Connection:
    """A connection that is not Django's."""
    settings = connection.get_connection_params()
    settings.pop("pool", None)
    known = {name: settings[name] for name in ("host", "port", "user", "password", "dbname") if settings.get(name)}
    return psycopg.connect(**known)


def _lock(other: psycopg.Connection, subject: str) -> None:
    """Holds a subject as the application does, until the other connection has finished."""
    other.execute("SELECT 1 FROM ledger_chain WHERE subject = %s FOR UPDATE", [subject])


def _until_somebody_waits(other: psycopg.Connection) -> None:
    """Until a request is held up by what the other connection has not finished."""
    pid = other.info.backend_pid
    with psycopg.connect(other.info.dsn, password=other.info.password, autocommit=True) as watcher:
        for _ in range(200):
            row = watcher.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))", [pid]
            ).fetchone()
            if row and row[0]:
                return
            watcher.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("nobody waits")
