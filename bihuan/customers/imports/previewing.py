"""Reading a sheet and saying what it would change, before anything does."""

from __future__ import annotations

from datetime import datetime
from pathlib import PureWindowsPath
from typing import BinaryIO

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Site
from bihuan.customers.actions.occupancies import local_day
from bihuan.customers.imports import uploads
from bihuan.customers.imports.comparing import Plan, compare
from bihuan.customers.imports.known import known_of
from bihuan.customers.imports.telling import kept
from bihuan.customers.models import Import
from bihuan.customers.sheet import Sheet, read_sheet
from bihuan.kernel.errors import Refused
from bihuan.kernel.ids import new_id

_LONGEST = 120  # characters of a file's name


def preview(site: str, stream: BinaryIO, *, filename: str, by: Actor, at: datetime) -> Import:
    """Keeps the sheet, and tells what it would change at the site: counts in `summary`, faults of rows in `problems`.

    Raises SheetRefused, or Refused (upload_too_large), for a file that cannot be read at all; that one is not kept, nor
    one with problems, since only another can be applied.
    """
    by.must("customer.import", site)
    digest = uploads.keep(stream)
    try:
        sheet, plan = planned(digest, Site.objects.get(pk=site), at=at)
    except Refused:
        uploads.drop(digest)
        raise
    problems = sorted([*sheet.problems, *plan.problems], key=lambda problem: problem.row)
    made = Import.objects.create(
        id=new_id(),
        site_id=site,
        digest=digest,
        file=PureWindowsPath(filename).name[-_LONGEST:],  # knows both kinds of slashes
        rows=len(sheet.rows),
        summary=plan.summary(),
        problems=[kept(problem) for problem in problems],
        made_by=by.staff.pk,
        made_at=at,
    )
    if problems:
        uploads.drop(digest)
    return made


def planned(digest: bytes, site: Site, *, at: datetime) -> tuple[Sheet, Plan]:
    """The sheet, and what it would change as the site stands now."""
    with uploads.opened(digest) as stream:
        sheet = read_sheet(stream)
    return sheet, compare(sheet.rows, known_of(site.pk), today=local_day(at, site))
