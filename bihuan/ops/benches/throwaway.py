"""A whole installation that lasts as long as a bench: its own folder, its own PostgreSQL, its tables."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from bihuan.ops.application import application


@contextmanager
def throwaway() -> Iterator[Path]:
    """The folder of an empty installation that is ready for use; it ends with the block, and leaves nothing.

    Never the database of the user: DATABASE_URL and BIHUAN_HOME are set aside.
    """
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)  # whom root becomes must pass through
        os.environ["BIHUAN_HOME"] = folder
        with application():
            from bihuan.ops.prepare import seed  # reads the settings

            call_command("migrate", verbosity=0, interactive=False)
            seed()
            yield home
