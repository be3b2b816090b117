"""The form of a step: built from what the step asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Staff
from bihuan.cases.actions.effects import TAKE_CHARGE
from bihuan.cases.models import Case, Problem, Severity
from bihuan.cases.steps import Step
from bihuan.console.forms.intake import LocalTime

WORDS = {
    "closed": _("Why it may be closed"),
    "restated": _("What was read back"),
    "classified": _("Reasons, if it is judged otherwise than before"),
    "handed_over": _("What to mind"),
    "assigned": _("What to mind"),
    "overrun_requested": _("Why more time is needed"),
    "withdrawn": _("What the customer says"),
    "reopened": _("What is still wrong"),
}
ALL_MEANS = [
    ("", _("The customer is satisfied, or no visit is owed")),
    ("all_means_used", _("All reasonable means are used (site manager)")),
]


class StepForm(forms.Form):
    """Asks what the step asks for, and when it happened where that was earlier."""

    def __init__(self, data: Any = None, *, step: Step, case: Case, actor: Actor) -> None:
        super().__init__(data)
        for name in step.asks:
            field = _FIELDS[name](step, case, actor)
            field.required = name in step.must
            self.fields[name] = field
        if step.verb != "closed":
            self.fields["at"] = LocalTime(label=_("When, if earlier"), required=False)

    def facts(self) -> dict[str, Any]:
        """What was filled in, without the words and the time."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("text", "at") and value}
        if "problem" in told:
            told["problem"] = told["problem"].pk
        if "to" in told:
            told["to"] = told["to"].pk
        return told


def _text(step: Step, case: Case, actor: Actor) -> forms.Field:
    label = WORDS.get(step.verb, _("What was said or done"))
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


def _severity(step: Step, case: Case, actor: Actor) -> forms.Field:
    return forms.ChoiceField(
        label=_("How grave"), choices=Severity.choices, widget=forms.RadioSelect, initial=case.severity or None
    )


def _problem(step: Step, case: Case, actor: Actor) -> forms.Field:
    return forms.ModelChoiceField(Problem.objects.all(), label=_("Problem"), initial=case.problem_id)


def _to(step: Step, case: Case, actor: Actor) -> forms.Field:
    return forms.ModelChoiceField(in_charge_of(case.site_id), label=_("To"), initial=case.in_charge_id)


def _agreed(step: Step, case: Case, actor: Actor) -> forms.Field:
    return LocalTime(label=_("Time agreed with the customer"))


def _until(step: Step, case: Case, actor: Actor) -> forms.Field:
    return LocalTime(label=_("Until when"))


def _reason(step: Step, case: Case, actor: Actor) -> forms.Field:
    return forms.ChoiceField(label=_("Ground"), choices=ALL_MEANS, widget=forms.RadioSelect, initial="")


def in_charge_of(site: str) -> Any:
    """Who can take charge of a case at the site."""
    return (
        Staff.objects.filter(is_active=True, posts__site=site, posts__post__in=TAKE_CHARGE, posts__until=None)
        .distinct()
        .order_by("name")
    )


_FIELDS = {
    "text": _text,
    "severity": _severity,
    "problem": _problem,
    "to": _to,
    "agreed_at": _agreed,
    "agreed_until": _until,
    "reason": _reason,
}
