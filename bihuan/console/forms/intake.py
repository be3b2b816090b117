"""The intake: only what was said is ever needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.calls.models import MOST_RINGS
from bihuan.cases.models import GROUNDS, CaseKind, Channel, Problem, Severity, Urgency
from bihuan.files.forms import Signature, Uploads
from bihuan.kernel.phones import read_phone
from bihuan.kernel.text import normal, shortened

LOCAL = "%Y-%m-%dT%H:%M"
SHORT_NUMBER = forms.NumberInput(attrs={"inputmode": "numeric"})
CHANNELS = (
    Channel.PHONE,
    Channel.WALK_IN,
    Channel.WEBSITE,
    Channel.EMAIL,
    Channel.DROP_BOX,
    Channel.FAX,
    Channel.LETTER,
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


def people(written: str) -> list[tuple[str, str]]:
    """Names and telephone numbers from lines; a line may hold either, or both in any order."""
    found = []
    for line in filter(None, (normal(one) for one in written.splitlines())):
        words = line.replace(",", " ").replace("、", " ").split()
        phone = next((word for word in words if read_phone(word)), "")
        found.append((" ".join(word for word in words if word != phone), phone))
    return found


def grounds() -> list[tuple[Any, Any]]:
    """The reasons of XQ-C5.2, by severity."""
    groups = [(grave.label, [(one.value, one.label) for one in GROUNDS[grave]]) for grave in Severity]
    return [("", _("not said")), *groups]


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
    agitated = forms.BooleanField(label=_("Agitated"), required=False)
    calmed = forms.BooleanField(label=_("Customer is calm again"), required=False)
    rings = forms.IntegerField(
        label=_("Rings before answering"), min_value=0, max_value=MOST_RINGS, required=False, widget=SHORT_NUMBER
    )
    urgency = forms.ChoiceField(
        label=_("To be acted on at once, because"), choices=[("", _("no need")), *Urgency.choices], required=False
    )
    ground = forms.ChoiceField(label=_("Because"), choices=grounds, required=False)
    signed_by = forms.CharField(
        label=_("Who signs with them: one a line, name and telephone"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=8000,
        required=False,
    )
    restated = forms.BooleanField(label=_("Read back and confirmed"), required=False)
    settled = forms.CharField(
        label=_("Settled on the spot: how"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False
    )
    signature = Signature(label=_("The customer signs to be satisfied: the complaint is closed (TS-4)"))
    signed_paper = Uploads(label=_("Or a photo of the paper the customer signed"))
    files = Uploads()  # type: ignore[assignment]

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
            given["ground"] = given["urgency"] = given["signed_by"] = ""
        elif bool(given.get("problem")) != bool(given.get("severity")):
            missing = "severity" if given.get("problem") else "problem"
            self.add_error(missing, _("Choose both the problem and how grave it is, or leave both for later."))
        elif given.get("settled") and not given.get("problem"):
            self.add_error("problem", _("A complaint is classified before it is settled."))
        return given

    def receipt(self) -> dict[str, Any]:
        """What the receipt of the case takes from the form."""
        given = self.cleaned_data
        plain = (
            "kind",
            "channel",
            "severity",
            "contact_name",
            "contact_phone",
            "anonymous",
            "agitated",
            "urgency",
            "ground",
        )
        paper = given["signed_paper"][0] if given["signed_paper"] else None
        return {name: given[name] for name in (*plain, "restated", "settled", "files")} | {
            "signature": given["signature"] or paper,
            "summary": given["summary"] or shortened(given["said"]),
            "details": given["said"],
            "problem": given["problem"].pk if given["problem"] else "",
            "signers": given["signers"] or 1,
            "signed_by": people(given["signed_by"]),
            "agreed_at": given["agreed_at"],
            "requested_by": given["requested_by"],
        }
