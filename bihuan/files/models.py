"""A file somebody gave us. What it belongs to, and who may see it, is the business of the room above that holds it."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from bihuan.accounts.models import Site, Staff


class File(models.Model):
    """One upload. Its bytes lie outside the web root under their hash; two uploads of the same bytes share them."""

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, db_index=True)  # SHA-256
    media_type = models.CharField(max_length=60)  # told by the bytes, not by whoever sent them
    size = models.IntegerField()  # bytes; 0 once it is forgotten
    name = models.CharField(max_length=120, blank=True)  # as it was called; may tell who it is about
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")  # None: from outside

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="file_content_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest")),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.media_type

    @property
    def is_picture(self) -> bool:
        """Whether a browser shows it as a picture."""
        return self.media_type in ("image/png", "image/jpeg", "image/webp")
