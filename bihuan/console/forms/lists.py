"""What a list shows. Lists are found by their addresses, so what is wrong with one counts as not said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import Trade
from bihuan.cases.models import CaseKind, Problem, Severity
from bihuan.console.forms.steps import in_charge_of

STATES = [
    ("open", _("Open cases")),
    ("handled", _("Handled, to be closed")),
    ("closed", _("Ended")),
    ("all", _("All cases")),
]
VISITS = [("planned", _("To be made")), ("overdue", _("Overdue visits")), ("done", _("Made or declined"))]
ORDERS = [("today", _("In hand, and done today")), ("done", _("Finished and cancelled"))]


class Filters(forms.Form):
    """Fields that narrow a list; each has a state to begin with."""

    states: Sequence[tuple[str, Any]] = STATES
    state = forms.ChoiceField(label=pgettext_lazy("of a case", "State"), widget=forms.RadioSelect, required=False)

    def __init__(self, given: Mapping[str, Any]) -> None:
        first = self.states[0][0]
        known = given.get("state") in dict(self.states)
        super().__init__({name: given[name] for name in given} | ({} if known else {"state": first}))
        self.fields["state"].choices = self.states  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """What was said and can be used."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether more is asked for than the list shows by itself."""
        said = self.said()
        return said.pop("state") != self.states[0][0] or bool(said)


class CaseFilters(Filters):
    """Narrows a list of cases: severity for complaints, problem for those and requests, kind for the others."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    problem = forms.ModelChoiceField(Problem.objects.none(), label=_("Problem"), required=False)
    in_charge = forms.ModelChoiceField(in_charge_of(""), label=_("In charge"), required=False)
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    q = forms.CharField(label=_("Number, words or home"), max_length=80, required=False)

    def __init__(self, given: Mapping[str, Any], *, kinds: Sequence[str], site: str) -> None:
        super().__init__(given)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = _any(_("Any kind"), [(one, CaseKind(one).label) for one in kinds])
        fields["severity"].choices = _any(_("Any severity"), Severity.choices)
        fields["problem"].queryset, fields["problem"].empty_label = Problem.objects.all(), _("Any problem")
        fields["in_charge"].queryset, fields["in_charge"].empty_label = in_charge_of(site), _("Anybody in charge")
        for name in _needless(kinds):
            del fields[name]


class OrderFilters(Filters):
    """Narrows the list of work orders."""

    states = ORDERS
    trade = forms.ChoiceField(label=_("Trade"), choices=[("", _("Any trade")), *Trade.choices], required=False)
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    q = forms.CharField(label=_("Number or words"), max_length=80, required=False)


class VisitFilters(Filters):
    """Narrows the list of visits."""

    states = VISITS


def _any(words: Any, choices: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", words), *choices]


def _needless(kinds: Sequence[str]) -> list[str]:
    """What does not narrow such a list."""
    needless = [] if len(kinds) > 1 else ["kind"]
    if "complaint" not in kinds:
        needless.append("severity")
    if not {"complaint", "demand"} & set(kinds):
        needless.append("problem")
    return needless
