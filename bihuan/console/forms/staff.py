"""Forms about staff and sites: people, posts, passwords, hours, days off, turns of duty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import PostCode, Site, Staff, Trade, Unit
from bihuan.console import words
from bihuan.console.staffing import DAYS
from bihuan.kernel.errors import Refused
from bihuan.rulebook.sitetime import WEEKLY

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})")
_BETWEEN = re.compile(r"[\s,，、;；]*")
_FIELDS = {"username": "username", "password": "password", "until": "until", "ends_at": "until", "site": "place"}


class DayField(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d", "%Y/%m/%d")


class PersonForm(forms.Form):
    """Somebody new."""

    name = forms.CharField(label=_("Name"), max_length=40)
    username = forms.CharField(label=_("User name"), max_length=40, help_text=_("Letters, digits and . _ @ -"))
    password = forms.CharField(
        label=_("First password"),
        max_length=200,
        required=False,
        strip=False,
        help_text=_("At least 10 characters; without one they cannot sign in yet."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)


class PasswordForm(forms.Form):
    """A new password for somebody."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_("At least 10 characters. It signs the person out everywhere."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PostForm(forms.Form):
    """What somebody does where, from a day on."""

    post = forms.ChoiceField(label=_("Post"), choices=PostCode.choices)
    place = forms.ChoiceField(label=_("Where"))
    trade = forms.ChoiceField(label=_("Trade"), choices=[("", _("none")), *Trade.choices], required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("Until"), required=False, help_text=_("The last day; empty for as long as it goes."))

    def __init__(self, data: Any = None, *, sites: Iterable[Site], units: Iterable[Unit], day: date) -> None:
        super().__init__(data, initial={"since": day})
        places: Any = self.fields["place"]
        places.choices = [(f"site:{one.code}", one.name) for one in sites]
        places.choices += [(f"unit:{one.pk}", _("%s and all its sites") % one.name) for one in units]

    def assignment(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        kind, _colon, key = given["place"].partition(":")
        where = {"site": key} if kind == "site" else {"unit": int(key)}
        return {name: given[name] for name in ("post", "trade", "since", "until")} | where


class EndForm(forms.Form):
    """The last day of a post."""

    on = DayField(label=_("Last day"))


class HolidayForm(forms.Form):
    """A day of the year that is not like its weekday."""

    day = DayField(label=_("Day"))
    worked = forms.ChoiceField(
        label=_("It is"), choices=[("", _("off")), ("1", _("worked"))], widget=forms.RadioSelect, required=False
    )


class HoursForm(forms.Form):
    """When a site works, day by day: 09:00-12:00 13:30-18:00."""

    def __init__(self, data: Any = None, *, weekly: dict[str, Sequence[Sequence[str]]]) -> None:
        super().__init__(data)
        for number, day in enumerate(DAYS):
            spans = " ".join("-".join(span) for span in (weekly or WEEKLY).get(day, ()))
            self.fields[day] = forms.CharField(label=WEEKDAYS[number], max_length=60, required=False, initial=spans)

    def clean(self) -> dict[str, Any]:
        """Every day as spans; a week without any is refused."""
        given = super().clean() or self.cleaned_data
        for day in DAYS:
            try:
                given[day] = spans_of(given.get(day, ""))
            except ValueError:
                self.add_error(day, _("Write it like 09:00-12:00 13:30-18:00, or leave it empty for a day off."))
        if not self.errors and not any(given[day] for day in DAYS):
            self.add_error(None, _("A site works at some time: fill in at least one day."))
        return given

    def weekly(self) -> dict[str, list[tuple[str, str]]]:
        """What the action takes."""
        return {day: self.cleaned_data[day] for day in DAYS if self.cleaned_data[day]}


class ShiftForm(forms.Form):
    """A turn of duty on the roster of a site."""

    person = forms.ModelChoiceField(Staff.objects.none(), label=_("Who"))
    post = forms.ChoiceField(label=_("As"), choices=PostCode.choices)
    day = DayField(label=_("Day"))
    begin = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    until = forms.TimeField(
        label=_("until"), widget=forms.TimeInput(attrs={"type": "time"}), help_text=_("Before the start: the next day.")
    )

    def __init__(self, data: Any = None, *, people: Iterable[Staff], day: date) -> None:
        super().__init__(data, initial={"day": day})
        known: Any = self.fields["person"]
        known.queryset = Staff.objects.filter(pk__in=[one.pk for one in people]).order_by("name", "username")

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """From when to when, by the site's clocks."""
        given, clocks = self.cleaned_data, ZoneInfo(zone)
        last = given["day"] + timedelta(days=given["until"] <= given["begin"])
        start = datetime.combine(given["day"], given["begin"], clocks)
        return start, datetime.combine(last, given["until"], clocks)


def spans_of(text: str) -> list[tuple[str, str]]:
    """The spans of a day as they were typed; ValueError for what is none."""
    found = [(f"{int(a):02d}:{b}", f"{int(c):02d}:{d}") for a, b, c, d in _SPAN.findall(text)]
    if _BETWEEN.sub("", _SPAN.sub("", text)):
        raise ValueError(text)
    return found


def lay(form: forms.Form, refused: Refused) -> None:
    """Says a refusal beside the field it is about, or above the form."""
    field = _FIELDS.get(refused.where)
    form.add_error(field if field in form.fields else None, words.sentences([refused.what, refused.remedy]))
