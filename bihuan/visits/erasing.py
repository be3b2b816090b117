"""When a party is erased, so are its answers in words and its signatures."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from bihuan.visits.models import AnswerSheet, Attempt
from bihuan.visits.signatures import path_of


def erase_words(party: int) -> None:
    """Empties what the party said at visits, and takes its signatures away once that is committed."""
    theirs = Q(visit__party=party) | Q(visit__case__party=party)
    Attempt.objects.filter(theirs).update(note="")
    sheets = AnswerSheet.objects.filter(theirs)
    signatures = list(sheets.exclude(signature="").values_list("signature", flat=True))
    sheets.update(shortcomings="", signature="")
    for digest in signatures:
        transaction.on_commit(lambda digest=digest: path_of(digest).unlink(missing_ok=True))  # type: ignore[misc]
