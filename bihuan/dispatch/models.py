"""Work orders: one technician's job for a case."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Site, Staff, Trade
from bihuan.cases.models import Case


class OrderState(models.TextChoices):
    """Where a work order stands."""

    ISSUED = "issued", _("To be assigned")
    ASSIGNED = "assigned", _("Assigned")
    PICKED_UP = "picked_up", _("Picked up")
    ARRIVED = "arrived", _("On the spot")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


TRANSITIONS = [
    ("issued", "assigned"),
    ("issued", "cancelled"),
    ("assigned", "picked_up"),
    ("assigned", "cancelled"),
    ("picked_up", "assigned"),  # given to somebody else
    ("picked_up", "arrived"),
    ("picked_up", "cancelled"),
    ("arrived", "finished"),
    ("arrived", "cancelled"),
    ("finished", "assigned"),  # to be done again
]


class WorkOrder(models.Model):
    """A job with its appointment, its technician and its result."""

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="work_orders")
    case = models.ForeignKey(Case, models.PROTECT, related_name="work_orders")
    number = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.ISSUED)
    task = models.CharField(max_length=120)
    trade = models.CharField(max_length=20, choices=Trade.choices)
    technician = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="work_orders")
    important = models.BooleanField(default=False)  # XQ-D2.4c: visited again after a month
    agreed_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    fee = models.DecimalField(max_digits=9, decimal_places=2, null=True)  # yuan

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="work_order_state"),
            models.CheckConstraint(condition=Q(trade__in=Trade.values), name="work_order_trade"),
            models.CheckConstraint(
                condition=Q(state__in=["issued", "cancelled"]) | Q(technician__isnull=False),
                name="work_order_has_technician",
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False), name="work_order_finished_when"
            ),
            models.CheckConstraint(condition=Q(fee=None) | Q(fee__gte=0), name="work_order_fee"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "-issued_at", "-id"], name="work_order_recent"),
            models.Index(
                fields=["site", "issued_at"],
                name="work_order_open",
                condition=~Q(state__in=["finished", "cancelled"]),
            ),
            models.Index(fields=["technician", "site", "-issued_at", "-id"], name="work_order_of"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="work_order_transitions", field="state", transitions=TRANSITIONS),
            pgtrigger.Protect(name="work_order_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """How the ledger names this work order."""
        return f"work_order:{self.pk}"
