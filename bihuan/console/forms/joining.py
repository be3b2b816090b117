"""Several people, one complaint: who joins it, and whether two are the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.console.forms.intake import people

SAME, REPEATS = "same", "repeats"


class JoinForm(forms.Form):
    """The people who join a complaint."""

    signed_by = forms.CharField(
        label=_("Who joins: one a line, name and telephone"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=8000,
        error_messages={"required": _("Write down at least one name.")},
    )

    def people(self) -> list[tuple[str, str]]:
        """Names and numbers."""
        return people(self.cleaned_data["signed_by"])


class SameForm(forms.Form):
    """What one complaint has to do with another."""

    what = forms.ChoiceField(
        label=_("What has this complaint to do with the other?"),
        choices=[
            (SAME, _("It is the same matter: make them one, and its people sign the other")),
            (REPEATS, _("The trouble came back: it repeats the other, and stays a complaint of its own")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one, or go back.")},
    )
    text = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False)

    def __init__(self, data: Any = None, *, may_merge: bool) -> None:
        super().__init__(data)
        if not may_merge:
            what: Any = self.fields["what"]
            what.choices = [choice for choice in what.choices if choice[0] == REPEATS]
