"""Telephone calls, as a telephone system or whoever answered tells of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.accounts.models import Site, Staff
from bihuan.customers.models import Party

MOST_RINGS = 99


class Call(models.Model):
    """A call that rang. The caller's number is sealed, and found by a keyed digest; erased with the party."""

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="calls")
    call_id = models.CharField(max_length=64, null=True)  # the telephone system's own; none where somebody typed it in
    sealed = models.BinaryField(null=True)
    mask = models.CharField(max_length=24, blank=True)
    digest = models.BinaryField(null=True)
    rang_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    rings = models.SmallIntegerField(null=True)  # before it was answered, or so far
    agent = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="calls")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="calls")
    about = models.CharField(max_length=80, blank=True)  # the subject that it became, such as case:…

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "call_id"], name="call_once"),
            models.CheckConstraint(condition=Q(rings=None) | Q(rings__gte=0, rings__lte=MOST_RINGS), name="call_rings"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("rang_at")), name="call_rang_before"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "-rang_at"], name="call_recent")]

    def __str__(self) -> str:
        return f"{self.call_id or self.pk} {self.mask}"

    @property
    def subject(self) -> str:
        """How the ledger names this call."""
        return f"call:{self.pk}"
