"""How often a token may ask."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.api import bearer, rates
from bihuan.api.rates import Limiter
from tests.api.conftest import Program, problem


class Watch:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def limiter(watch: Watch) -> Limiter:
    return Limiter(now=watch)


def test_a_hundred_pass_at_once_and_no_more(limiter: Limiter) -> None:
    assert [limiter.take(b"a") for _ in range(100)] == [0] * 100
    assert limiter.take(b"a") == pytest.approx(0.05)


def test_one_passes_again_every_twentieth_of_a_second(limiter: Limiter, watch: Watch) -> None:
    for _ in range(100):
        limiter.take(b"a")
    watch.now += 0.049
    assert limiter.take(b"a") > 0
    watch.now += 0.0011
    assert limiter.take(b"a") == 0
    assert limiter.take(b"a") > 0


def test_being_refused_costs_nothing(limiter: Limiter, watch: Watch) -> None:
    for _ in range(500):
        limiter.take(b"a")
    watch.now += 0.051
    assert limiter.take(b"a") == 0


def test_a_long_pause_fills_no_more_than_the_bucket(limiter: Limiter, watch: Watch) -> None:
    limiter.take(b"a")
    watch.now += 3600
    assert [limiter.take(b"a") for _ in range(100)] == [0] * 100
    assert limiter.take(b"a") > 0


def test_tokens_do_not_share(limiter: Limiter) -> None:
    for _ in range(101):
        limiter.take(b"a")
    assert limiter.take(b"b") == 0


def test_those_that_have_rested_are_forgotten(limiter: Limiter, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MANY", 10)
    for number in range(10):
        limiter.take(b"%d" % number)
    watch.now += 4.9
    for _ in range(200):
        limiter.take(b"busy")
    watch.now += 0.2  # a second bucket is full again five seconds after its last request
    assert limiter.take(b"new") == 0
    assert limiter.take(b"busy") == 0, "four refills of a twentieth of a second"
    assert len(limiter._left) == 2


def test_who_asks_too_often_is_told_when_to_ask_again(
    chen: Program,
    li: Program,
    monkeypatch: pytest.MonkeyPatch,
    watch: Watch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(bearer, "limiter", Limiter(rate=0.4, burst=2, now=watch))
    assert [chen.get("/sites").status_code for _ in range(2)] == [200, 200]
    with django_assert_num_queries(0):
        refused = chen.get("/sites")
    assert problem(refused) == (429, "too_many_requests", "")
    assert refused["Retry-After"] == "3"  # 2.5 seconds, never told too short
    assert li.get("/sites").status_code == 200
    watch.now += 3
    assert chen.get("/sites").status_code == 200


def test_tokens_that_are_none_are_counted_too(monkeypatch: pytest.MonkeyPatch, watch: Watch) -> None:
    monkeypatch.setattr(bearer, "limiter", Limiter(rate=1, burst=1, now=watch))
    guesser = Program("bh_guess")
    assert problem(guesser.get("/sites"))[0] == 401
    assert problem(guesser.get("/sites"))[0] == 429
