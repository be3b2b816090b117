"""Visits that are owed, the attempts at them, and the answers."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Site, Staff
from bihuan.cases.models import Case
from bihuan.customers.models import Party


class VisitState(models.TextChoices):
    """Where a visit stands."""

    PLANNED = "planned", _("To be made")
    DONE = "done", _("Made")
    DECLINED = "declined", _("Declined")
    NOT_OWED = "not_owed", _("No longer owed")


class Outcome(models.TextChoices):
    """How an attempt came out."""

    DONE = "done", _("Answered")
    NOT_REACHED = "not_reached", _("Not reached")
    DECLINED = "declined", _("Declined")


class Satisfaction(models.TextChoices):
    """What the customer says."""

    YES = "yes", _("Satisfied")
    BASICALLY = "basically", _("Basically satisfied")
    NO = "no", _("Not satisfied")


class Solved(models.TextChoices):
    """Whether the problem is gone."""

    SOLVED = "solved", _("Solved")
    PARTLY = "partly", _("Partly solved")
    UNSOLVED = "unsolved", _("Not solved")


class Exemption(models.TextChoices):
    """Why a complaint need not be visited about (TS-10.6)."""

    SETTLED = "settled", _("Settled on the spot, and the customer confirmed it")
    UNREACHABLE = "unreachable", _("Nobody knows how to reach the customer")
    SENSITIVE = "sensitive", _("Too sensitive for a visit")


class Visit(models.Model):
    """A visit owed about a subject. At most one is planned at a time: one visit answers every promise to make one."""

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="visits")
    subject = models.CharField(max_length=80, db_collation="C")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="visits")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="visits")
    state = models.CharField(max_length=10, choices=VisitState.choices, default=VisitState.PLANNED)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    clauses = models.CharField(max_length=80, blank=True)  # under which it is owed, as shown
    again_at = models.DateTimeField(null=True)  # when the customer asked to be tried again
    ended_at = models.DateTimeField(null=True)
    exempt = models.CharField(max_length=12, choices=Exemption.choices, blank=True)  # why it need not be made
    exempted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")  # who approved that

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject"], name="visit_one_planned", condition=Q(state="planned")),
            models.CheckConstraint(condition=Q(state__in=VisitState.values), name="visit_state"),
            models.CheckConstraint(condition=Q(state="planned") | Q(ended_at__isnull=False), name="visit_ended_when"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "due_at", "id"], name="visit_planned", condition=Q(state="planned")),
            models.Index(fields=["site", "-ended_at", "-id"], name="visit_ended", condition=~Q(state="planned")),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="visit_transitions",
                field="state",
                transitions=[("planned", "done"), ("planned", "declined"), ("planned", "not_owed")],
            ),
            pgtrigger.Protect(name="visit_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.due_at}"


class Attempt(models.Model):
    """One try at a visit."""

    id = models.BigAutoField(primary_key=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="attempts")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="attempt_outcome"),
            models.UniqueConstraint(fields=["visit"], name="attempt_one_answer", condition=~Q(outcome="not_reached")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="attempt_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.outcome}"


class AnswerSheet(models.Model):
    """What one customer answered at one visit. A second answer never replaces the first."""

    visit = models.OneToOneField(Visit, models.PROTECT, primary_key=True, related_name="answers")
    satisfied = models.CharField(max_length=10, choices=Satisfaction.choices)
    solved = models.CharField(max_length=10, choices=Solved.choices)
    intake = models.SmallIntegerField(null=True)  # stars, 1 to 5, for how it was received,
    measures = models.SmallIntegerField(null=True)  # for what was done,
    result = models.SmallIntegerField(null=True)  # and for how it came out
    shortcomings = models.TextField(blank=True)  # in the customer's words
    companion = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="visits_accompanied")
    signature = models.CharField(max_length=64, blank=True)  # SHA-256 of the picture
    signed_on_paper = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(satisfied__in=Satisfaction.values), name="answer_satisfied"),
            models.CheckConstraint(condition=Q(solved__in=Solved.values), name="answer_solved"),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__range": (1, 5)}), name=f"answer_{name}"
                )
                for name in ("intake", "measures", "result")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.satisfied}"
