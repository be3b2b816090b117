"""Check sheets as they were signed, line by line, and what followed from their findings."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Site, Staff
from bihuan.cases.models import Case
from bihuan.files.models import File
from bihuan.ledger.models import Event


class Check(models.TextChoices):
    """Which check it is; each is owed to the site itself by one rule."""

    DAILY = "daily", _("Daily check")
    WEEKLY = "weekly", _("Weekly check")
    DAILY_RECORD = "daily_record", _("Record of the day")


class Section(models.TextChoices):
    """What a line is about."""

    PROMISES = "promises", _("Promises to complainants")
    RECORDS = "records", _("Register and handling records")
    MAJORS = "majors", _("Major complaints, to be reviewed")


class Item(models.TextChoices):
    """What a line asks to be looked at. The first of each section speaks of many, the others of one complaint."""

    IN_TIME = "in_time", _("Promises kept in time")
    LATE = "late", _("A promise was kept late")
    OVERDUE = "overdue", _("A promise is overdue")
    COMPLETE = "complete", _("Complaints whose record has no gap")
    UNCLASSIFIED = "unclassified", _("Not classified and numbered")
    NO_CONTACT = "no_contact", _("No customer, and not anonymous either")
    NOT_RESTATED = "not_restated", _("Not read back to the customer")
    NO_TIME = "no_time", _("No reply time agreed")
    NOBODY = "nobody", _("Nobody is in charge")
    NOT_JUDGED = "not_judged", _("Handled, without saying whether it is valid")
    NO_CAUSE = "no_cause", _("Handled, without a cause found")
    UNEXPLAINED = "unexplained", _("Found invalid, without an explanation")
    NOT_TOLD = "not_told", _("Handled, and the result not told")
    MAJOR = "major", _("How it was handled, and how it ended")


class Mark(models.TextChoices):
    """What whoever checks says of a line."""

    RIGHT = "right", _("All right")
    FINDING = "finding", _("Finding")


def _frozen(name: str) -> list[pgtrigger.Trigger]:
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)]


class Sheet(models.Model):
    """A check that was done: of which day or week, by whom, and what was looked at. Never changed."""

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    check_kind = models.CharField(max_length=12, choices=Check.choices)
    day = models.DateField()  # as the site's clocks show it; of a week its Monday
    looked_from = models.DateTimeField()  # where the sheet before ended
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    signature = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "check_kind", "day"], name="check_once"),
            models.CheckConstraint(condition=Q(check_kind__in=Check.values), name="check_known"),
            models.CheckConstraint(
                condition=Q(check_kind="daily_record") | Q(signature__isnull=False), name="check_signed"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "-id"], name="sheet_recent")]
        triggers: ClassVar = _frozen("sheet_frozen")

    def __str__(self) -> str:
        return f"{self.site_id} {self.check_kind} {self.day}"


class SheetLine(models.Model):
    """One line of a sheet: what was looked at, and what was said of it."""

    id = models.BigAutoField(primary_key=True)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="lines")
    section = models.CharField(max_length=10, choices=Section.choices)
    item = models.CharField(max_length=12, choices=Item.choices)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    clause = models.CharField(max_length=20, blank=True)  # of a promise
    duty = models.CharField(max_length=30, blank=True)
    due_at = models.DateTimeField(null=True)
    count = models.IntegerField(null=True)  # of a line that speaks of many
    mark = models.CharField(max_length=8, choices=Mark.choices)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(mark="right") | ~Q(words=""), name="finding_has_words"),
            models.CheckConstraint(condition=~Q(section="majors") | ~Q(words=""), name="review_has_words"),
        ]
        triggers: ClassVar = _frozen("line_frozen")

    def __str__(self) -> str:
        return f"{self.item} {self.mark}"


class Measure(models.Model):
    """What followed from a finding: a case that was opened, or an improvement that somebody owes."""

    id = models.BigAutoField(primary_key=True)
    line = models.OneToOneField(SheetLine, models.PROTECT, related_name="measure")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(case__isnull=False) | (Q(owner__isnull=False) & ~Q(words="")), name="measure_is_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.case_id or self.words[:20]}"
