"""What comes before serving: tables, static files, holidays, and at the first start the demo company."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from bihuan.kernel import clock

STAMP = ".made"


def main() -> None:
    """Brings the installation up to date; of no effect where it is."""
    django.setup()
    migrate()
    _collect()
    seed()
    if "--empty" not in sys.argv:
        from bihuan.ops.demo.load import load_once

        load_once()
    _hint()


def _hint() -> None:
    from bihuan.accounts.models import Staff

    if not Staff.objects.exists():
        print("bihuan: nobody can sign in yet; type: ./run admin USER --site CODE NAME", file=sys.stderr, flush=True)


def migrate() -> None:
    """Makes the tables, or brings them up to date."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("bihuan: preparing the tables …", file=sys.stderr, flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def _collect() -> None:
    """Static files under names that hold their hash, so that browsers may keep them for ever."""
    root, source = Path(settings.STATIC_ROOT), Path(settings.BASE_DIR) / "bihuan"
    made = hashlib.sha256()
    for path in sorted(source.glob("*/static/**/*")):
        if path.is_file():
            made.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    stamp = root / STAMP
    if not stamp.exists() or stamp.read_text(encoding="ascii") != made.hexdigest():
        root.mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(made.hexdigest(), encoding="ascii")


def seed() -> None:
    """Puts in the holidays that are published."""
    from bihuan.accounts.calendars import seed_holidays

    seed_holidays(range(2004, clock.now().year + 2))


if __name__ == "__main__":
    main()
