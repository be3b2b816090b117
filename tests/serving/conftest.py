"""Data folders below a short name, since a socket's path may not be long, and supervisors that never outlive a test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bihuan.ops.serving.cluster import Cluster
from tests.serving.server import Server

Serve = Callable[..., Server]


@pytest.fixture(autouse=True)
def _no_database_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that nobody else may enter."""
    with tempfile.TemporaryDirectory(prefix="bihuan-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A data folder with a database, which tests hand on to each other: whatever one did, the next must start on it."""
    with tempfile.TemporaryDirectory(prefix="bihuan-", ignore_cleanup_errors=True) as name:
        cluster = Cluster(Path(name) / "home")
        cluster.start()
        cluster.stop()
        yield cluster.place.home


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts supervisors."""
    started: list[Server] = []

    def start(home: Path, **how: object) -> Server:
        started.append(Server(home, **how))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for server in started:
        server.away()
