"""The test run's own installation: a data folder of its own, and a PostgreSQL that starts when the first test needs it.

Loaded before anything reads the settings (`-p tests.plugin`). With DATABASE_URL set, that server is used instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from bihuan.ops.serving.cluster import Cluster
from bihuan.ops.serving.place import Place

OWN = "BIHUAN_TEST_HOME"  # where the run that started all workers keeps everything
GIVEN = "BIHUAN_TEST_DATABASE"  # whether somebody else's server is used

if OWN not in os.environ:
    os.environ[OWN] = tempfile.mkdtemp(prefix="bihuan-test-")
    os.environ[GIVEN] = "1" if "DATABASE_URL" in os.environ else ""
HOME = Path(os.environ[OWN])
MINE = HOME / os.environ.get(
    "PYTEST_XDIST_WORKER", "alone"
)  # uploads and keys belong to one database, and it to one worker
MINE.mkdir(exist_ok=True)
os.environ["BIHUAN_HOME"] = str(MINE)
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings"
os.environ.setdefault("DATABASE_URL", Place(HOME).url)

_cluster: Cluster | None = None


def start_database() -> None:
    """Starts the run's PostgreSQL, once. It need not survive the run, so it does not wait for the disk."""
    global _cluster
    if os.environ[GIVEN] or _cluster is not None or "PYTEST_XDIST_WORKER" in os.environ:
        return  # the run that started the workers has started it
    HOME.chmod(0o755)  # whom root becomes must pass through
    _cluster = Cluster(HOME)
    url = _cluster.start()
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = off")


def pytest_configure(config: pytest.Config) -> None:
    """The run that starts several workers starts their database."""
    if not hasattr(config, "workerinput") and getattr(config.option, "numprocesses", None):
        start_database()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever started it stops it, and clears up."""
    if hasattr(config, "workerinput"):
        return
    if _cluster is not None:
        _cluster.stop()
    shutil.rmtree(HOME, ignore_errors=True)
