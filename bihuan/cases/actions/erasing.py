"""When a party is erased, so are the words about it: what was said may tell who it was. The events stay as they are."""

from __future__ import annotations

from bihuan.cases.models import Case, Note


def erase_words(party: int) -> None:
    """Empties what was written down in the cases of a party; numbers, times and promises stay."""
    cases = Case.objects.filter(party=party)
    Note.objects.filter(case__in=cases).update(text="")
    cases.update(summary="—", details="", terms=[])
