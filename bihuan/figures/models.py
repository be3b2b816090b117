"""Months that are closed, and everything that was counted in them. None of it ever changes."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from bihuan.accounts.models import Site, Staff
from bihuan.files.models import File
from bihuan.ledger.models import Event


def _immutable() -> list[pgtrigger.Trigger]:
    return [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]


class MonthClose(models.Model):
    """A month of a site that was closed: by whom and when, under which rules, and the six rates as they were then."""

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    month = models.DateField()  # its first day, as the site's clocks show it
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    policy = models.CharField(max_length=16)  # the version of the rules in force
    homes = models.IntegerField()  # that were occupied
    weight = models.DecimalField(max_digits=4, decimal_places=3)  # of "basically satisfied"
    figures = models.JSONField()  # of each rate, by its code: [numerator, denominator, value] in decimal text
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    sheet = models.ForeignKey(File, models.PROTECT, related_name="+")  # the table as XLSX, as it was then
    paper = models.ForeignKey(File, models.PROTECT, related_name="+")  # and as PDF

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "month"], name="month_closed_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="closed_month"),
        ]
        triggers: ClassVar = _immutable()

    def __str__(self) -> str:
        return f"{self.site_id} {self.month:%Y-%m}"


class MonthCount(models.Model):
    """How many of a closed month were of one part (see parts.py), by one dimension and severity."""

    id = models.BigAutoField(primary_key=True)
    close = models.ForeignKey(MonthClose, models.PROTECT, related_name="counts")
    dimension = models.CharField(max_length=10)  # all, problem, channel, building, in_charge
    code = models.CharField(max_length=20, blank=True)
    severity = models.CharField(max_length=1, blank=True)
    part = models.CharField(max_length=12)
    count = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["close", "dimension", "code", "severity", "part"], name="month_counted_once"
            ),
        ]
        triggers: ClassVar = _immutable()

    def __str__(self) -> str:
        return f"{self.close_id} {self.dimension} {self.code} {self.part}"
