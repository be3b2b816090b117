"""Requests that were sent with a key, and what was answered, so that sending one again does nothing twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.cases.models import Case


class KeptAnswer(models.Model):
    """The answer to a request. Written in the transaction of what the request did: neither exists without the other."""

    id = models.BigAutoField(primary_key=True)
    token = models.BinaryField()  # SHA-256 of the token: keys of one are unknown to the others
    key = models.CharField(max_length=200, db_collation="C")
    request = models.BinaryField()  # keyed hash of method, path and body
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)  # none while it is being answered, which nobody else can see
    answer = models.TextField(blank=True)
    location = models.CharField(max_length=200, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")  # whose words stand in the answer

    class Meta:
        db_table = "api_idempotency"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "key"], name="idempotency_once"),
            models.CheckConstraint(condition=Q(status=None) | Q(status__range=(200, 299)), name="idempotency_done"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="idempotency_old")]

    def __str__(self) -> str:
        return self.key
