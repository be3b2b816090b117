"""Obligations, the steps of their escalation, and the dated changes to the rules."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Site, Staff
from bihuan.ledger.models import Event


class State(models.TextChoices):
    """How a promise stands."""

    OPEN = "open", _("Open")
    MET = "met", _("Kept")
    WAIVED = "waived", _("Waived")
    VOID = "void", _("Void")


class Obligation(models.Model):
    """Who owes which duty by when, under which clause, and how it went. Written by `actions.record` alone.

    Frozen at opening: rule, clause, policy and calendar version, value, start, opened_at, original_due_at and the first
    step of the trace. `nth` counts lines of one rule and start that came one after the other.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=80, db_collation="C")
    site = models.CharField(max_length=12)
    rule = models.CharField(max_length=80)
    start = models.DateTimeField()
    nth = models.SmallIntegerField(default=0)
    clause = models.CharField(max_length=20)
    noun = models.CharField(max_length=20)
    duty = models.CharField(max_length=30)
    owed_by = models.CharField(max_length=20)
    owed_to = models.CharField(max_length=20, blank=True)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="obligations")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    target_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    extended = models.BooleanField(default=False)
    policy = models.CharField(max_length=16)
    calendar = models.CharField(max_length=12)
    value = models.CharField(max_length=20)
    trace = models.JSONField(default=list)
    steps = models.JSONField(default=list)  # of escalation: [UTC seconds, post], in order
    steps_taken = models.SmallIntegerField(default=0)
    next_action_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "rule", "start", "nth"], name="obligation_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="obligation_state"),
            models.CheckConstraint(condition=Q(state="met", met_at__isnull=False) | ~Q(state="met"), name="met_when"),
            models.CheckConstraint(condition=Q(state="open") | Q(next_action_at=None), name="ended_acts_no_more"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "due_at"], name="obligation_open", condition=Q(state="open")),
            models.Index(F("next_action_at"), name="obligation_next", condition=Q(next_action_at__isnull=False)),
            models.Index(fields=["site", "due_at"], name="obligation_due", include=["rule", "state", "met_at"]),
            models.Index(fields=["site", "clause", "-due_at", "-id"], name="obligation_of_clause"),
            models.Index(fields=["clause", "-due_at", "-id"], name="obligation_anywhere"),  # of many sites together
            models.Index(  # what the monthly figures of complaints count (XQ-C8.2)
                fields=["site", "due_at"],
                name="obligation_of_complaints",
                condition=Q(noun="complaint", duty__in=["resolve", "visit"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"

    @property
    def late_seconds(self) -> int | None:
        """0 when met in time, whole seconds when met late, else None."""
        return None if self.met_at is None else max(0, int((self.met_at - self.due_at).total_seconds()))


class Escalation(models.Model):
    """A step that was taken: who was told, once. Its uniqueness is what makes it once."""

    id = models.BigAutoField(primary_key=True)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="escalations")
    step = models.SmallIntegerField()
    site = models.CharField(max_length=12)
    due_at = models.DateTimeField()  # when the step was to be taken
    told_at = models.DateTimeField()
    post = models.CharField(max_length=20)  # that was told: the rule's, or the nearest above that somebody holds
    told = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["obligation", "step"], name="escalation_once")]
        indexes: ClassVar = [models.Index(fields=["site", "-told_at"], name="escalation_recent")]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.step}"


class Notice(models.Model):
    """One person told of one escalation; read or not."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="notices")
    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="notices")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["staff", "escalation"], name="notice_once")]
        indexes: ClassVar = [models.Index(fields=["staff"], name="notice_unread", condition=Q(read_at=None))]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.escalation_id}"


class Summons(models.Model):
    """Somebody is wanted at once about a subject; stands until one of those who were called comes, or it is over."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="summonses")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")  # by which they were called
    subject = models.CharField(max_length=80, db_collation="C")
    at = models.DateTimeField()
    came = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "event"], name="summons_once"),
            models.CheckConstraint(condition=Q(came=False) | Q(ended_at__isnull=False), name="summons_ended_by_coming"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["staff"], name="summons_open", condition=Q(ended_at=None)),
            models.Index(fields=["subject"], name="summons_about"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.subject}"


class MonthTally(models.Model):
    """How the promises of a rule that fell due at a site in a month were kept. Of months that are over only."""

    id = models.BigAutoField(primary_key=True)
    site = models.CharField(max_length=12)
    rule = models.CharField(max_length=80)
    month = models.DateField()  # its first day, as the site's clocks show it
    in_time = models.IntegerField()
    late = models.IntegerField()
    overdue = models.IntegerField()  # still open though the month is over
    waived = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "rule", "month"], name="tally_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="tally_of_a_month"),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "month"], name="tally_of_site")]

    def __str__(self) -> str:
        return f"{self.site} {self.rule} {self.month}"


class StaleMonth(models.Model):
    """A month of a site that must be counted again. Lines are only added: no change can hide behind another's."""

    id = models.BigAutoField(primary_key=True)
    site = models.CharField(max_length=12)
    month = models.DateField()

    def __str__(self) -> str:
        return f"{self.site} {self.month}"


class TalliedUntil(models.Model):
    """One row: every month before this one is tallied."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    month = models.DateField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="tallied_until_one_row")]

    def __str__(self) -> str:
        return str(self.month)


class Period(models.TextChoices):
    """What begins at a site by its own clocks."""

    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")


class Beginning(models.Model):
    """What begins next at a site: the day, week or month that has not been told yet, and when that is."""

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    period = models.CharField(max_length=5, choices=Period.choices)
    next_day = models.DateField()  # as the site's clocks show it
    next_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "period"], name="beginning_once"),
            models.CheckConstraint(condition=Q(period__in=Period.values), name="beginning_period"),
        ]
        indexes: ClassVar = [models.Index(fields=["period", "next_at"], name="beginning_next")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.period} {self.next_day}"


class Overlay(models.Model):
    """A dated change to the rules, for the company or one site. A published one never changes; the next replaces it."""

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="overlays")
    since = models.DateField()
    text = models.TextField()  # the overlay file
    author = models.ForeignKey(Staff, models.PROTECT, related_name="overlays_written")
    approver = models.ForeignKey(Staff, models.PROTECT, related_name="overlays_approved")
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(author=F("approver")), name="overlay_two_people"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.site_id or '*'} {self.since}"
