"""What every test may use: examples that can be repeated, and a database of its own for each worker.

Property tests draw new examples at every run at home; CI draws the same ones, so that a red run can be repeated.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("home", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "home")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest) -> Iterator[None]:
    """A migrated database, cloned in an instant; Django's own way would migrate once for every worker."""
    from tests import databases

    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with django_db_blocker.unblock():
        name = databases.prepare(worker)
        yield
        databases.drop(name)
