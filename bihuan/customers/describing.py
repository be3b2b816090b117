"""How work lists speak of customers who are visited for their own sake."""

from __future__ import annotations

from bihuan.customers.models import Party
from bihuan.obligations.describers import Description


def describe_parties(subjects: list[str]) -> dict[str, Description]:
    """Parties in words, in one query."""
    ids = [int(subject.removeprefix("party:")) for subject in subjects]
    return {
        one.subject: Description(label=one.name, whom=one.name, kind="party", party=one.pk, link=f"/customers/{one.pk}")
        for one in Party.objects.filter(pk__in=ids)
    }
