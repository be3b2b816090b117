"""A company of two sites under two units, and the people these tests speak of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from bihuan.accounts.models import Post, Site, Staff, Unit

PASSWORD = "a river in autumn"
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai


@pytest.fixture(autouse=True)
def _surroundings(settings, db) -> None:  # type: ignore[no-untyped-def]
    """Our own addresses, quick passwords, and nothing remembered from the test before."""
    settings.ROOT_URLCONF = "tests.accounts.addresses"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def morning() -> Iterator[time_machine.Traveller]:
    """The clock stands at nine on a Monday until a test moves it."""
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def company() -> Unit:
    """Company → South → CH; Company → NS."""
    company = Unit.objects.create(name="Company")
    south = Unit.objects.create(name="South", parent=company)
    Site.objects.create(code="CH", name="Lake garden", unit=south)
    Site.objects.create(code="NS", name="North hill", unit=company, zone="Asia/Urumqi")
    return company


@pytest.fixture
def south(company: Unit) -> Unit:
    return Unit.objects.get(name="South")


def person(username: str, *posts: tuple[str, str | Unit]) -> Staff:
    """Somebody with posts at sites or units, for years."""
    staff = Staff.objects.create_user(username, password=PASSWORD, name=f"Name of {username}")
    for post, place in posts:
        where = {"unit": place} if isinstance(place, Unit) else {"site_id": place}
        Post.objects.create(staff=staff, post=post, since=date(2020, 1, 1), **where)
    return staff


@pytest.fixture
def chen(company: Unit) -> Staff:
    """An agent at CH."""
    return person("chen", ("agent", "CH"))


@pytest.fixture
def li(company: Unit) -> Staff:
    """An agent at NS."""
    return person("li", ("agent", "NS"))


@pytest.fixture
def wang(company: Unit) -> Staff:
    """The administrator of CH alone."""
    return person("wang", ("admin", "CH"))


@pytest.fixture
def zhao(company: Unit) -> Staff:
    """The company's administrator."""
    return person("zhao", ("admin", company))


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    """What the browser gets for a filled sign-in page."""
    return client.post("/sign-in", {"login": username, "password": password, **more})
