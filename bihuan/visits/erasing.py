"""When a party is erased, so are its answers in words and its signatures."""

from __future__ import annotations

from django.db.models import Q

from bihuan.files import store
from bihuan.visits.models import AnswerSheet, Attempt


def erase_words(party: int) -> None:
    """Empties what the party said at visits, and takes its signatures away once that is committed."""
    theirs = Q(visit__party=party) | Q(visit__case__party=party)
    Attempt.objects.filter(theirs).update(note="")
    sheets = AnswerSheet.objects.filter(theirs)
    signatures = list(sheets.exclude(signature="").values_list("signature", flat=True))
    sheets.update(shortcomings="", signature="")
    for digest in signatures:
        store.forget(digest)
