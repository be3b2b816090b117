"""Loads the demo company into an empty installation, once; the sites side by side, since each has its own history."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bihuan.accounts.models import Site, Staff
from bihuan.ops.passwords import generated

MARK = "demo.loading"  # stands while it is being loaded: who finds it at a start begins anew
SIGN_INS = "demo.txt"
SHOWN = ("陈雨桐", "李敏", "周强", "何建国", "任淑敏", "向维嘉")


def load_once() -> None:
    """Loads it where nothing is yet; of no effect otherwise."""
    home = Path(settings.BIHUAN_HOME)
    mark = home / MARK
    if mark.exists():
        _empty()
    elif Site.objects.exists() or Staff.objects.exists():
        return
    print("bihuan: loading the demo company …", file=sys.stderr, flush=True)
    mark.write_text("", encoding="ascii")
    password = generated(2)
    _load(password)
    _tell(home / SIGN_INS, password)
    mark.unlink()


def _load(password: str) -> None:
    from bihuan.ops.demo.estate import build

    now = datetime.now(UTC).replace(microsecond=0)
    build(password, today=now.date())
    connection.close()
    sites = list(Site.objects.values_list("code", flat=True))
    connection.close()
    command = [sys.executable, "-P", "-m", "bihuan.ops.demo.play"]
    running = [subprocess.Popen([*command, site, now.isoformat()]) for site in sites]
    failed = [site for site, one in zip(sites, running, strict=True) if one.wait() != 0]
    if failed:
        raise SystemExit(f"bihuan: the demo company could not be loaded: {', '.join(failed)}.")
    from bihuan.ledger.actions import anchor_days
    from bihuan.obligations.tallies import refresh
    from bihuan.ops.demo.closing import close_months

    close_months(now)
    anchor_days()
    refresh()


def _empty() -> None:
    """A load that was broken off leaves nothing anybody needs: the tables are made anew."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0, interactive=False)
    from bihuan.ops.prepare import seed

    seed()


def _tell(path: Path, password: str) -> None:
    from bihuan.ops.demo.estate import sign_in_name

    people = {one.name: one for one in Staff.objects.prefetch_related("posts__site")}
    lines = [f"  演示账号（demo sign-ins），密码 password: {password}"]
    for name in SHOWN:
        post = people[name].posts.all()[0]
        where = post.site.name if post.site else post.unit.name if post.unit else ""
        lines.append(f"    {sign_in_name(name):<12}{name}  {_post(post.post)} · {where}")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _post(code: str) -> str:
    from bihuan.obligations.books import rulebook

    return rulebook().vocabulary.posts[code]["zh"]
