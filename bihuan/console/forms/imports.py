"""The form that takes a sheet."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetForm(forms.Form):
    """One Excel workbook. What it is, is told by its content and not by its name."""

    sheet = forms.FileField(
        label=_("The sheet of homes and people (.xlsx)"),
        help_text=_("Choose it, or drag it here. Nothing is changed yet: first you see what it would do."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": f".xlsx,{XLSX}"}),
        error_messages={"required": _("Choose a file first.")},
    )
