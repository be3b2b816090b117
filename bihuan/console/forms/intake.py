"""The intake: only what was said is ever needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import CaseKind, Channel, Problem, Severity
from bihuan.kernel.phones import read_phone

SUMMARY = 24  # characters of what was said that stand for it where nobody wrote a heading
LOCAL = "%Y-%m-%dT%H:%M"
CHANNELS = (
    Channel.PHONE,
    Channel.WALK_IN,
    Channel.WEBSITE,
    Channel.EMAIL,
    Channel.DROP_BOX,
    Channel.FAX,
    Channel.PATROL,
)
KINDS = (
    CaseKind.DEMAND,
    CaseKind.COMPLAINT,
    CaseKind.ENQUIRY,
    CaseKind.SUGGESTION,
    CaseKind.PRAISE,
    CaseKind.EMERGENCY,
)


class LocalTime(forms.DateTimeField):
    """A day and a time of the site's clock, typed or picked."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    input_formats = (LOCAL, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


class IntakeForm(forms.Form):
    """What the front desk takes down while listening."""

    channel = forms.ChoiceField(
        label=_("How it reached us"),
        choices=[(one.value, one.label) for one in CHANNELS],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(one.value, one.label) for one in KINDS],
        initial=CaseKind.DEMAND,
        widget=forms.RadioSelect,
    )
    said = forms.CharField(
        label=_("What the customer says (write while listening)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        error_messages={"required": _("Write down what it is about.")},
    )
    summary = forms.CharField(label=_("In a few words"), max_length=80, required=False)
    problem = forms.ModelChoiceField(Problem.objects.all(), label=_("Problem"), required=False, empty_label=_("later"))
    severity = forms.ChoiceField(
        label=_("How grave"), choices=Severity.choices, widget=forms.RadioSelect, required=False
    )
    requested_by = LocalTime(label=_("The customer wants it by"), required=False)
    agreed_at = LocalTime(label=_("Time agreed with the customer"), required=False)
    contact_name = forms.CharField(label=_("Name, if not on file"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("Telephone, if not on file"), max_length=30, required=False)
    signers = forms.IntegerField(label=_("How many sign it"), min_value=1, max_value=9999, initial=1, required=False)
    anonymous = forms.BooleanField(label=_("Anonymous"), required=False)
    agitated = forms.BooleanField(label=_("Agitated: pass to the supervisor"), required=False)
    urgent = forms.BooleanField(label=_("Must be acted on at once"), required=False)
    restated = forms.BooleanField(label=_("Read back and confirmed"), required=False)
    settled = forms.CharField(
        label=_("Settled on the spot: how"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False
    )

    def clean_contact_phone(self) -> str:
        """The number as it is kept."""
        given = self.cleaned_data["contact_phone"].strip()
        if not given:
            return ""
        kept = read_phone(given)
        if kept is None:
            raise forms.ValidationError(_("This is no telephone number. Leave it empty if there is none."))
        return kept

    def clean(self) -> dict[str, Any]:
        """A complaint has both problem and severity, or neither yet; what is no complaint has none."""
        given = super().clean() or self.cleaned_data
        if given.get("kind") != CaseKind.COMPLAINT:
            given["problem"], given["severity"], given["signers"] = None, "", 1
        elif bool(given.get("problem")) != bool(given.get("severity")):
            missing = "severity" if given.get("problem") else "problem"
            self.add_error(missing, _("Choose both the problem and how grave it is, or leave both for later."))
        elif given.get("settled") and not given.get("problem"):
            self.add_error("problem", _("A complaint is classified before it is settled."))
        return given

    def receipt(self) -> dict[str, Any]:
        """What the receipt of the case takes from the form."""
        given = self.cleaned_data
        plain = ("kind", "channel", "severity", "contact_name", "contact_phone", "anonymous", "agitated", "urgent")
        return {name: given[name] for name in (*plain, "restated", "settled")} | {
            "summary": given["summary"] or shortened(given["said"]),
            "details": given["said"],
            "problem": given["problem"].pk if given["problem"] else "",
            "signers": given["signers"] or 1,
            "agreed_at": given["agreed_at"],
            "requested_by": given["requested_by"],
        }


def shortened(said: str) -> str:
    """The beginning of what was said, as a heading."""
    first = said.strip().splitlines()[0] if said.strip() else ""
    for mark in "。！？；!?;":
        first = first.split(mark)[0]
    return first if len(first) <= SUMMARY else first[: SUMMARY - 1] + "…"
