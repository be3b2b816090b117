"""Two sites of one company, the people who work there, and a few who live there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.accounts.access import Actor, actor_of
from bihuan.accounts.models import Post, Site, Staff, Unit
from bihuan.customers.actions import NewHome, NewParty, add_building, add_home, add_party
from bihuan.customers.models import Building, Home, Party
from bihuan.kernel import clock

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai
PHONE = "13812345521"


@pytest.fixture
def at() -> Iterator[datetime]:
    """The clock stands at nine on a Monday."""
    with clock.frozen(NOW):
        yield NOW


@pytest.fixture
def company(db: None, at: datetime) -> Unit:
    """Company → South → CH; Company → NS."""
    company = Unit.objects.create(name="Company")
    south = Unit.objects.create(name="South", parent=company)
    Site.objects.create(code="CH", name="Lake garden", unit=south)
    Site.objects.create(code="NS", name="North hill", unit=company)
    return company


def actor(username: str, *posts: tuple[str, str]) -> Actor:
    """Somebody with posts at sites."""
    staff = Staff.objects.create_user(username, name=f"Name of {username}")
    for post, site in posts:
        Post.objects.create(staff=staff, post=post, site_id=site, since=date(2020, 1, 1))
    return actor_of(staff)


@pytest.fixture
def agent(company: Unit) -> Actor:
    """An agent at CH."""
    return actor("agent", ("agent", "CH"))


@pytest.fixture
def manager(company: Unit) -> Actor:
    """The manager of CH, who may erase and import."""
    return actor("manager", ("site_manager", "CH"))


@pytest.fixture
def technician(company: Unit) -> Actor:
    """A technician at CH, who does not look at customers."""
    return actor("technician", ("technician", "CH"))


@pytest.fixture
def colleague(company: Unit) -> Actor:
    """The manager and agent of the other site, NS."""
    return actor("colleague", ("site_manager", "NS"), ("agent", "NS"))


@pytest.fixture
def outsider(company: Unit) -> Actor:
    """Somebody with no post anywhere."""
    return actor("outsider")


@pytest.fixture
def office(company: Unit) -> Actor:
    """Somebody who looks at both sites."""
    return actor("office", ("branch_office", "CH"), ("branch_office", "NS"))


@pytest.fixture
def building(agent: Actor, at: datetime) -> Building:
    return add_building("CH", "7", by=agent, at=at)


@pytest.fixture
def home(building: Building, agent: Actor, at: datetime) -> Home:
    """7栋2单元1101."""
    return add_home(building, NewHome(unit="2", room="1101"), by=agent, at=at)


@pytest.fixture
def party(home: Home, agent: Actor, at: datetime) -> Party:
    """王样例, the owner of 7栋2单元1101."""
    return add_party(NewParty(site="CH", name="王样例", phones=[PHONE], home=home), by=agent, at=at)


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data folder that is empty but for what the test puts there."""
    settings.BIHUAN_HOME = tmp_path
    return tmp_path
