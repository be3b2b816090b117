"""Forms about customers: correcting what is known, saying why a number is shown, saying why data go."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.console import words
from bihuan.customers.actions import EraseReason, RevealReason
from bihuan.customers.actions.parties import Changes
from bihuan.customers.models import CustomerClass, Email, Party, PartyKind, Phone
from bihuan.kernel.errors import Refused

FIELDS = {one: one for one in ("name", "needs", "email", "customer_class", "kind")} | {"phone": "new_phones"}


class CustomerForm(forms.Form):
    """What is known of a customer. Numbers stand masked; they are added or taken away, never shown."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind of customer"), choices=PartyKind.choices, widget=forms.RadioSelect)
    customer_class = forms.ChoiceField(label=_("Class"), choices=CustomerClass.choices, widget=forms.RadioSelect)
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[("", _("not known")), ("m", _("Male")), ("f", _("Female"))],
        widget=forms.RadioSelect,
        required=False,
    )
    needs = forms.CharField(
        label=_("To mind"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    rest_from = forms.TimeField(label=_("Rests from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    rest_until = forms.TimeField(label=_("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    remove = forms.ModelMultipleChoiceField(
        Phone.objects.none(), label=_("Take these numbers away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_phones = forms.CharField(
        label=_("Add numbers"),
        help_text=_("One a line."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "inputmode": "tel", "autocomplete": "off"}),
    )
    first = forms.BooleanField(label=_("Call the first new number first"), required=False)
    remove_emails = forms.ModelMultipleChoiceField(
        Email.objects.none(),
        label=_("Take these e-mail addresses away"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    email = forms.CharField(
        label=_("New e-mail address"),
        help_text=_("From now on it is written to this one."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, party: Party, data: Any = None) -> None:
        super().__init__(data, initial=_initial(party))
        phones: Any = self.fields["remove"]
        phones.queryset = party.phones.order_by("-primary", "id")
        if not phones.queryset:
            del self.fields["remove"], self.fields["first"]
        emails: Any = self.fields["remove_emails"]
        emails.queryset = party.emails.order_by("-primary", "id")
        if not emails.queryset:
            del self.fields["remove_emails"]

    def clean(self) -> dict[str, Any]:
        """Rest hours have a beginning and an end, or are none."""
        given = super().clean() or self.cleaned_data
        if (given.get("rest_from") is None) != (given.get("rest_until") is None):
            missing = "rest_until" if given.get("rest_from") else "rest_from"
            self.add_error(missing, _("Give both, or leave both empty."))
        return given

    def changes(self) -> Changes:
        """What the action takes."""
        given = self.cleaned_data
        rest: tuple[time, time] | None = None
        if given["rest_from"] is not None:
            rest = (given["rest_from"], given["rest_until"])
        return {
            "name": given["name"],
            "kind": given["kind"],
            "customer_class": given["customer_class"],
            "gender": given["gender"],
            "needs": given["needs"],
            "rest": rest,
        }

    def numbers(self) -> list[str]:
        """The numbers to be added."""
        return [line.strip() for line in self.cleaned_data["new_phones"].splitlines() if line.strip()]


class RevealForm(forms.Form):
    """Why somebody needs the whole number."""

    reason = forms.ChoiceField(
        label=_("Why do you need the number?"), choices=RevealReason.choices, widget=forms.RadioSelect
    )


class EraseForm(forms.Form):
    """Why the data of a customer go."""

    reason = forms.ChoiceField(label=_("Why"), choices=EraseReason.choices, widget=forms.RadioSelect)


def lay(form: forms.Form, refused: Refused) -> None:
    """Says a refusal beside the field it is about, or above the form."""
    field = FIELDS.get(refused.where)
    form.add_error(field if field in form.fields else None, words.sentences([refused.what, refused.remedy]))


def _initial(party: Party) -> dict[str, Any]:
    names = ("name", "kind", "customer_class", "gender", "needs", "rest_from", "rest_until")
    return {name: getattr(party, name) for name in names}
