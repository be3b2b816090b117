"""The form of a step: built from what the step asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.access import Actor
from bihuan.accounts.models import Staff
from bihuan.cases.actions.effects import TAKE_CHARGE
from bihuan.cases.actions.granting import LARGEST
from bihuan.cases.actions.judging import UNDERSTOOD
from bihuan.cases.authority import in_force
from bihuan.cases.models import Case, Problem, Severity, Unit, Urgency
from bihuan.cases.steps import Step
from bihuan.console.forms.intake import LocalTime, grounds
from bihuan.files.forms import Signature, Uploads
from bihuan.kernel import clock
from bihuan.messages.models import Means
from bihuan.messages.wording import GAP

WORDS = {
    "closed": _("Why it may be closed"),
    "restated": _("What was read back"),
    "classified": _("Reasons, if it is judged otherwise than before"),
    "handed_over": _("What to mind"),
    "assigned": _("What to mind"),
    "overrun_requested": _("Why more time is needed"),
    "withdrawn": _("What the customer says"),
    "transferred": _("What it is about, and what we ask of them"),
    "returned": _("What came of it"),
    "promised": _("What is promised"),
    "promise_reported": _("What the branch should know beside"),
    "reopened": _("What is still wrong"),
}
LETTER = 14  # lines of the box in which a letter is written
BESIDE = ("text", "at", "files", "signed_paper")
ALL_MEANS = [
    ("", _("The customer is satisfied, or no visit is owed")),
    ("all_means_used", _("All reasonable means are used (site manager)")),
]


class StepForm(forms.Form):
    """Asks what the step asks for, and when it happened where that was earlier."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        step: Step,
        case: Case,
        actor: Actor,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        for name in step.asks:
            field = _FIELDS[name](step, case, actor)
            field.required = name in step.must
            self.fields[name] = field
        if "text" in step.asks:
            self.fields["files"] = Uploads()
        if step.verb != "closed":
            self.fields["at"] = LocalTime(label=_("When, if earlier"), required=False)
        if self.initial.get("text"):
            self.fields["text"].widget.attrs["rows"] = LETTER

    def clean(self) -> dict[str, Any]:
        """A letter leaves when its gaps are filled."""
        given = super().clean() or self.cleaned_data
        if given.get("means") == Means.EMAIL and GAP in given.get("text", ""):
            self.add_error("text", _("Fill the gap in the letter: ____"))
        return given

    def facts(self) -> dict[str, Any]:
        """What was filled in, without the words, the time and what was sent along."""
        given = self.cleaned_data.items()
        told = {name: value for name, value in given if name not in BESIDE and (value or name == "amount")}
        paper = self.cleaned_data.get("signed_paper")
        if paper and "signature" not in told:
            told["signature"] = paper[0]
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


def _ground(step: Step, case: Case, actor: Actor) -> forms.Field:
    return forms.ChoiceField(label=_("Because"), choices=grounds(), initial=case.ground)


def _urgency(step: Step, case: Case, actor: Actor) -> forms.Field:
    ways = [("", _("no need")), *Urgency.choices]
    return forms.ChoiceField(label=_("To be acted on at once, because"), choices=ways, initial=case.urgency)


def _understood(step: Step, case: Case, actor: Actor) -> forms.Field:
    answers = [("", _("Not yet: explain once more")), (UNDERSTOOD, _("The customer understands"))]
    label = _("If it was found invalid")
    return forms.ChoiceField(label=label, choices=answers, widget=forms.RadioSelect, initial="")


def _unit(step: Step, case: Case, actor: Actor) -> forms.Field:
    return forms.ChoiceField(label=_("To whom"), choices=Unit.choices, widget=forms.RadioSelect)


def _unit_name(step: Step, case: Case, actor: Actor) -> forms.Field:
    return forms.CharField(label=_("Name of the unit"), max_length=80)


def _amount(step: Step, case: Case, actor: Actor) -> forms.Field:
    letter = in_force(case.site_id, actor.staff.pk, clock.now())
    told = _("Your authority letter goes up to %(limit)s yuan, until %(day)s.")
    known = (
        told % {"limit": letter.amount, "day": letter.until}
        if letter
        else _("No authority letter of yours is in force.")
    )
    label = _("What it may cost, in whole yuan; 0 if nothing")
    return forms.IntegerField(label=label, min_value=0, max_value=LARGEST, help_text=known)


def _agreed(step: Step, case: Case, actor: Actor) -> forms.Field:
    return LocalTime(label=_("Time agreed with the customer"))


def _until(step: Step, case: Case, actor: Actor) -> forms.Field:
    return LocalTime(label=_("Until when"))


def _signature(step: Step, case: Case, actor: Actor) -> forms.Field:
    return Signature(label=_("The customer signs to be satisfied: the complaint is closed (TS-4)"))


def _signed_paper(step: Step, case: Case, actor: Actor) -> forms.Field:
    return Uploads(label=_("Or a photo of the paper the customer signed"))


def _means(step: Step, case: Case, actor: Actor) -> forms.Field:
    label, ways = _("How the customer is told"), [("", _("not said")), *Means.choices]
    return forms.ChoiceField(label=label, choices=ways, widget=forms.RadioSelect, initial="")


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
    "ground": _ground,
    "urgency": _urgency,
    "understood": _understood,
    "unit": _unit,
    "unit_name": _unit_name,
    "problem": _problem,
    "to": _to,
    "amount": _amount,
    "agreed_at": _agreed,
    "agreed_until": _until,
    "reason": _reason,
    "means": _means,
    "signature": _signature,
    "signed_paper": _signed_paper,
}
