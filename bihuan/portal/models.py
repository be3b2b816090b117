"""Which code finds which case, and how much has come from where within the hour."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.cases.models import Case


class Tracking(models.Model):
    """A case that came in over the website. Its code is with the customer alone; here stands a keyed digest of it.

    Written in the transaction that takes the case in, and first: whoever sends the same twice waits here.
    """

    digest = models.BinaryField(primary_key=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="+")  # None while it is being taken in

    def __str__(self) -> str:
        return str(self.case_id)


class Knock(models.Model):
    """How often something was done from one place since an instant. Who that is stands here as a keyed digest only."""

    digest = models.BinaryField(primary_key=True)
    since = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["since"], name="knock_since")]

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
