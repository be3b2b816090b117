"""Files of a case: what came with a step is kept with its event."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.accounts.models import Staff
from bihuan.cases.models import Case, CaseFile
from bihuan.files.actions import Upload, forget, keep
from bihuan.files.models import File
from bihuan.ledger.models import Event


def attach(case: Case, uploads: Iterable[Upload], *, event: Event, by: Staff | None, anything: bool = False) -> None:
    """Keeps what was sent with an event of the case; see `files.actions.keep` for what is refused."""
    for upload in uploads:
        file = keep(upload, site=case.site_id, by=by, anything=anything)
        CaseFile.objects.create(case=case, file=file, event=event)


def erase_files(party: int) -> None:
    """Deletes what the files of a party's cases hold; that there were some stays in the story."""
    forget(File.objects.filter(case_file__case__party=party))
