"""Applying a sheet that was previewed: all of it or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from bihuan.accounts.access import Actor
from bihuan.customers.imports import uploads
from bihuan.customers.imports.previewing import planned
from bihuan.customers.imports.progress import Progress
from bihuan.customers.imports.writing import overtaken, size, write
from bihuan.customers.models import Import
from bihuan.kernel.errors import Refused

WAITING = ("previewed", "failed")
_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('bihuan.customers.import:' || %s, 0))"


def apply(made: Import, *, by: Actor, at: datetime) -> Import:
    """Writes what the sheet tells, compared with the site as it stands now, in one transaction of its own.

    Others see `state` and `done` while it runs. One that is done already is given back as it is; one that was broken
    off can be applied again. Refused where rows have problems (import_has_problems), where another import of the site
    runs (import_running), or where somebody else's work came in between (import_overtaken): then nothing was written.
    """
    by.must("customer.import", made.site_id)
    if made.problems:
        what, remedy = _("some rows have problems."), _("Mend them in the sheet, and choose it again.")
        raise Refused(what, remedy=remedy, code="import_has_problems")
    with Progress(made.pk, rows=made.rows) as progress:
        try:
            with transaction.atomic(durable=True):
                applied = _apply(made, progress, by=by, at=at)
        except IntegrityError:
            progress.fail(at)
            raise overtaken() from None
        except BaseException:
            progress.fail(at)
            raise
    uploads.drop(bytes(applied.digest))
    return applied


def discard(made: Import, *, by: Actor, at: datetime) -> None:
    """Forgets a preview that nobody will apply, with its sheet. One that is done or running stays."""
    by.must("customer.import", made.site_id)
    if Import.objects.filter(pk=made.pk, state__in=WAITING).delete()[0]:
        uploads.drop(bytes(made.digest))


def sweep(before: datetime) -> int:
    """Forgets what was made before then and not applied, with its sheets; gives how many. For the clock, once a day."""
    old = list(Import.objects.filter(made_at__lt=before).exclude(state="done"))
    Import.objects.filter(pk__in=[one.pk for one in old]).delete()
    for one in old:
        uploads.drop(bytes(one.digest))
    return len(old)


def _apply(made: Import, progress: Progress, *, by: Actor, at: datetime) -> Import:
    _alone(made.site_id)
    fresh = Import.objects.select_related("site").get(pk=made.pk)
    if fresh.state == "done":
        return fresh
    progress.tell("running")
    _sheet, plan = planned(bytes(fresh.digest), fresh.site, at=at)
    progress.things = size(plan)
    write(plan, site=fresh.site, by=by.subject, tick=progress.tick)
    fresh.state, fresh.done, fresh.summary, fresh.finished_at = "done", fresh.rows, plan.summary(), at
    fresh.save(update_fields=["state", "done", "summary", "finished_at"])
    return fresh


def _alone(site: str) -> None:
    """One import of a site at a time; the lock ends with the transaction, whatever ends that."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [site])
        if not cursor.fetchone()[0]:
            what, remedy = _("another sheet of this site is being applied."), _("Wait until it is done.")
            raise Refused(what, remedy=remedy, code="import_running")
