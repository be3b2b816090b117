"""The form of a visit: what the customer answers, or that nobody was reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import Staff
from bihuan.console import words
from bihuan.console.forms.intake import LocalTime
from bihuan.visits.actions import STARS, Answers
from bihuan.visits.models import Solved
from bihuan.visits.signatures import keep

MARKS = [
    (1, _("very dissatisfied")),
    (2, _("dissatisfied")),
    (3, _("so-so")),
    (4, _("satisfied")),
    (5, _("very satisfied")),
]
SOLVED = [
    (Solved.SOLVED, _("Solved")),
    (Solved.PARTLY, _("Partly solved")),
    (Solved.UNSOLVED, _("Not solved, to be put right")),
]
ANSWERED = ("yes", "basically", "no")
OUTCOMES = (*ANSWERED, "not_reached", "declined")
LARGEST = 420_000  # characters of a signature as a data URL, a little more than the room keeps


def _marks(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=MARKS, coerce=int, empty_value=None, widget=forms.RadioSelect, required=False
    )


class Colleagues(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who works here, with the posts."""

    def label_from_instance(self, obj: Any) -> str:
        """The name and the posts."""
        posts = words.listed(dict.fromkeys(words.post(one.post) for one in obj.held))
        return f"{obj.name} · {posts}" if posts else str(obj.name)


class VisitForm(forms.Form):
    """What was said. `outcome` is the button that was pressed: yes, basically, no, not_reached or declined."""

    intake = _marks(_("How it was received"))
    measures = _marks(_("What was done"))
    result = _marks(_("How it came out"))
    solved = forms.ChoiceField(
        label=_("Is the problem solved?"),
        choices=SOLVED,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far the problem is solved.")},
    )
    shortcomings = forms.CharField(
        label=_("What is wanting, in the customer's words"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
        required=False,
    )
    companion = Colleagues(
        Staff.objects.none(),
        label=_("Made together with"),
        error_messages={"required": _("A complaint is visited by two (GC-6.3.1): choose who was with you.")},
    )
    signature = forms.CharField(
        label=_("The customer's signature"),
        widget=forms.HiddenInput(attrs={"data-keep": ""}),
        max_length=LARGEST,
        required=False,
    )
    signed_on_paper = forms.BooleanField(label=_("Signed on paper"), required=False)
    again_at = LocalTime(label=_("Try again at"), required=False)
    note = forms.CharField(label=pgettext_lazy("of an attempt", "Note"), max_length=200, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, colleagues: Any, two: bool, about_a_problem: bool
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["companion"].queryset = colleagues
        fields["companion"].empty_label = _("Choose a colleague") if two else _("Nobody")
        fields["companion"].required = self.two = two
        if not about_a_problem:
            del self.fields["solved"]

    def clean(self) -> dict[str, Any]:
        """What is needed depends on how it came out: who was not reached has answered nothing."""
        given = super().clean() or self.cleaned_data
        outcome = self.data.get("outcome")
        if outcome not in OUTCOMES:
            raise forms.ValidationError(_("Press one of the buttons below to say how it came out."))
        if outcome not in ANSWERED:
            for name in ("solved", "companion"):
                self.errors.pop(name, None)
        elif outcome == "no" and not given.get("shortcomings") and "shortcomings" not in self.errors:
            self.add_error("shortcomings", _("Write down in the customer's words what is wrong."))
        return given

    def answers(self) -> Answers:
        """The answers, with the signature kept."""
        given = self.cleaned_data
        return Answers(
            satisfied=self.data["outcome"],
            solved=given.get("solved") or Solved.SOLVED,
            stars={name: given[name] for name in STARS if given[name]},
            shortcomings=given["shortcomings"],
            companion=given["companion"],
            signature=keep(given["signature"]),
            signed_on_paper=given["signed_on_paper"],
        )
