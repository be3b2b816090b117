"""The form with which an authority letter is granted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Site, Staff
from bihuan.cases.actions.granting import LARGEST
from bihuan.cases.models import Problem
from bihuan.console.forms.staff import DayField
from bihuan.files.forms import Uploads


class LetterForm(forms.Form):
    """How far the manager of a site may go, and for how long."""

    holder = forms.ChoiceField(label=_("Site and manager"))
    amount = forms.IntegerField(label=_("Up to how many yuan a promise"), min_value=0, max_value=LARGEST)
    since = DayField(label=_("From"))
    until = DayField(label=_("Last day"), help_text=_("A year at most."))
    problems = forms.ModelMultipleChoiceField(
        Problem.objects.all(),
        label=_("For which problems"),
        required=False,
        help_text=_("None chosen: for all."),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    files = Uploads(label=_("The signed letter, as a scan"), most=1)  # type: ignore[assignment]

    def __init__(
        self, data: Any = None, files: Any = None, *, holders: Sequence[tuple[Site, Staff]], initial: dict[str, date]
    ) -> None:
        super().__init__(data, files, initial=initial)
        self.holders = {f"{site.pk}:{manager.pk}": (site, manager) for site, manager in holders}
        chosen: Any = self.fields["holder"]
        chosen.choices = [(key, f"{site.name} · {manager.name}") for key, (site, manager) in self.holders.items()]

    def letter(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        site, manager = self.holders[given["holder"]]
        problems = [one.pk for one in given["problems"]]
        told = {name: given[name] for name in ("amount", "since", "until")}
        file = given["files"][0] if given["files"] else None
        return told | {"site": site, "manager": manager, "problems": problems, "file": file}
