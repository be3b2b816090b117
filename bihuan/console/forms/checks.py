"""The forms of a check: a mark and words for each line, the signature; and what follows from a finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Staff
from bihuan.accounts.queries import staff_of_sites
from bihuan.cases.models import CaseKind
from bihuan.files.forms import Signature
from bihuan.supervision.actions import OPENED_AS, Said
from bihuan.supervision.lines import Line
from bihuan.supervision.models import Mark


class SheetForm(forms.Form):
    """What is said of each line."""

    def __init__(self, data: Any = None, *, lines: Sequence[Line], signed: bool) -> None:
        super().__init__(data)
        self.lines = lines
        for line in lines:
            self.fields[f"mark-{line.key}"] = forms.ChoiceField(
                label=_("Is it all right?"), choices=Mark.choices, widget=forms.RadioSelect
            )
            self.fields[f"words-{line.key}"] = forms.CharField(
                label=_("Review") if line.needs_words else _("What you found"),
                required=line.needs_words,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2 if line.needs_words else 1}),
            )
        if signed:
            self.fields["signature"] = Signature(label=_("Signature of whoever checked"), required=True)

    def clean(self) -> dict[str, Any]:
        """A finding says what was found."""
        given = super().clean() or self.cleaned_data
        for line in self.lines:
            name = f"words-{line.key}"
            finding = given.get(f"mark-{line.key}") == Mark.FINDING
            if finding and not given.get(name, "").strip() and name not in self.errors:
                self.add_error(name, _("Write down what you found."))
        return given

    def said(self) -> dict[str, Said]:
        """What is said of each line, by its key."""
        given = self.cleaned_data
        return {one.key: Said(given[f"mark-{one.key}"], given[f"words-{one.key}"]) for one in self.lines}


class CaseForm(forms.Form):
    """As what a finding is opened."""

    kind = forms.ChoiceField(label=_("As"), choices=[(one.value, one.label) for one in CaseKind if one in OPENED_AS])


class ImprovementForm(forms.Form):
    """What is to be made better, and by whom."""

    words = forms.CharField(label=_("What is to be better"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(Staff.objects.none(), label=_("Who sees to it"))

    def __init__(self, data: Any = None, *, site: str) -> None:
        super().__init__(data)
        people: Any = self.fields["owner"]
        people.queryset = staff_of_sites([site])
