"""What these tests begin with: a site with its people, a visitor, and a clock that stands until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bihuan.kernel import clock
from tests.console import estate as on
from tests.console.estate import MORNING, Estate
from tests.portal.visitor import Visitor


@pytest.fixture
def estate(db: None) -> Iterator[Estate]:
    with clock.frozen(MORNING):
        yield on.build()


@pytest.fixture
def visitor(estate: Estate) -> Visitor:
    return Visitor()
