"""What tests of pages begin with: the estate, and who has signed in."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bihuan.accounts.models import Post, Staff
from bihuan.cases.models import Case
from bihuan.visits.models import Visit
from tests.console import estate as on
from tests.console.estate import Estate


@pytest.fixture
def estate() -> Estate:
    return on.build()


@pytest.fixture
def agent(estate: Estate) -> Client:
    return on.signed_in(estate.agent)


@pytest.fixture
def root(estate: Estate) -> Client:
    """The administrator of the whole company."""
    staff = Staff.objects.create_user("root", name="管理员", language="en")
    Post.objects.create(staff=staff, post="admin", unit=estate.site.unit, since=date(2020, 1, 1))
    return on.signed_in(staff)


@pytest.fixture
def local(estate: Estate) -> Client:
    """The administrator of CH alone."""
    return on.signed_in(on.person("local", "本处管理员", "admin", estate.site))


@pytest.fixture
def complaint(estate: Estate) -> Case:
    return on.handled(estate)


@pytest.fixture
def visit(complaint: Case) -> Visit:
    return on.visit_to(complaint.subject)
