from pathlib import Path

import pytest

from tests.setup.stand_in import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)
