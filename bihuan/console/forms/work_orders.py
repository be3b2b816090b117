"""Forms of work orders: sending somebody, and the steps of a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Trade
from bihuan.console import words
from bihuan.console.forms.intake import LocalTime
from bihuan.dispatch.queries import Worker

LARGEST_FEE = 99_999


class DispatchForm(forms.Form):
    """Who is sent for what, and when the customer expects them. The trade's own people come first."""

    task = forms.CharField(label=_("What is to be done"), max_length=120)
    trade = forms.ChoiceField(label=_("Trade"), choices=Trade.choices)
    technician = forms.TypedChoiceField(label=_("Technician"), coerce=int, empty_value=None, required=False)
    agreed_at = LocalTime(label=_("Appointment with the customer"), required=False)
    important = forms.BooleanField(label=_("Important: the customer is visited again after a month"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, workers: Iterable[Worker], trade: str, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["technician"].choices = choices(  # type: ignore[attr-defined]
            workers, trade=trade, first=_("Nobody yet")
        )


class StepForm(forms.Form):
    """A step of a job: when it happened, where that was earlier."""

    at = LocalTime(label=_("When, if earlier"), required=False)
    field_order = ("technician", "result", "fee", "reason", "at")


class AssignForm(StepForm):
    """Whom the job is given to."""

    technician = forms.TypedChoiceField(label=_("Technician"), coerce=int)

    def __init__(self, data: Mapping[str, Any] | None = None, *, workers: Iterable[Worker], trade: str) -> None:
        super().__init__(data)
        self.fields["technician"].choices = choices(  # type: ignore[attr-defined]
            workers, trade=trade, first=_("Choose a technician")
        )


class FinishForm(StepForm):
    """What was done, and what it costs the customer."""

    result = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}), max_length=4000
    )
    fee = forms.DecimalField(
        label=_("Fee in yuan"),
        min_value=0,
        max_value=LARGEST_FEE,
        decimal_places=2,
        required=False,
        help_text=_("Leave empty if nothing is charged."),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )


class CancelForm(StepForm):
    """Why the job is not needed."""

    reason = forms.CharField(
        label=_("Why it is not needed any more"),
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
        max_length=400,
    )


def choices(workers: Iterable[Worker], *, trade: str, first: Any) -> list[tuple[str, Any]]:
    """What stands for nobody, then those of the trade, then the others, each with the jobs in hand."""
    fitting = [(str(one.staff.pk), _named(one)) for one in workers if trade in one.trades]
    others = [(str(one.staff.pk), _named(one)) for one in workers if trade not in one.trades]
    own = str(Trade(trade).label) if trade else ""
    groups: list[tuple[str, Any]] = [(own, fitting), (_now("Other trades"), others)]
    return [("", first), *(group for group in groups if group[1])]


def _named(worker: Worker) -> str:
    trades = words.listed(str(Trade(one).label) for one in worker.trades)
    jobs = _now("%d in hand") % worker.jobs if worker.jobs else _now("free")
    return " · ".join(part for part in (worker.staff.name, trades, jobs) if part)
