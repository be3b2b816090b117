"""Chains of events, one for each subject, and the daily anchors over all of them."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


def _immutable() -> list[pgtrigger.Trigger]:
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


def _announced() -> pgtrigger.Trigger:
    """Tells every listening process, at commit, at which sites something has happened (see pulse.py)."""
    return pgtrigger.Trigger(
        name="announced",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
        func="PERFORM pg_notify('bihuan', site) FROM (SELECT DISTINCT site FROM fresh) AS sites; RETURN NULL;",
    )


class Chain(models.Model):
    """The events of one subject: how many there are and the hash of the last. Its row is the subject's lock."""

    subject = models.CharField(primary_key=True, max_length=80, db_collation="C")
    site = models.CharField(max_length=12)
    length = models.IntegerField(default=0)
    head = models.BinaryField(default=bytes)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(length__gte=0), name="chain_length")]

    def __str__(self) -> str:
        return self.subject


class Event(models.Model):
    """Something that happened at `at` and was written at `recorded_at`. Facts are codes, figures, times and ids."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    v = models.SmallIntegerField(default=1)
    subject = models.CharField(max_length=80, db_collation="C")
    position = models.IntegerField()
    refs = ArrayField(models.CharField(max_length=80), default=list)
    site = models.CharField(max_length=12)
    actor = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    hash = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject", "position"], name="event_position")]
        indexes: ClassVar = [
            GinIndex("refs", name="event_refs", condition=~models.Q(refs=[])),
            models.Index(fields=["recorded_at"], name="event_recorded"),
        ]
        triggers: ClassVar = [*_immutable(), _announced()]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Anchor(models.Model):
    """One day's heads of chains, hashed together with the anchor before: a cut tail or a lost chain shows."""

    day = models.DateField(primary_key=True)  # UTC day of recording
    chains = models.IntegerField()
    hash = models.BinaryField()

    class Meta:
        triggers: ClassVar = _immutable()

    def __str__(self) -> str:
        return str(self.day)
