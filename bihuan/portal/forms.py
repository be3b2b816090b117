"""What customers fill in. Only what it is about is ever needed. What was typed is there again when it is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases.models import CaseKind
from bihuan.files.forms import Uploads
from bihuan.kernel.errors import Refused
from bihuan.kernel.phones import read_phone
from bihuan.portal.actions import Wish, Word
from bihuan.portal.marks import new_mark, read_mark

KINDS = (
    (CaseKind.COMPLAINT.value, pgettext_lazy("a customer", "I complain")),
    (CaseKind.DEMAND.value, pgettext_lazy("a customer", "Something needs repair")),
    (CaseKind.ENQUIRY.value, pgettext_lazy("a customer", "I have a question")),
    (CaseKind.SUGGESTION.value, pgettext_lazy("a customer", "I suggest")),
    (CaseKind.PRAISE.value, pgettext_lazy("a customer", "I praise")),
)
NAMED, ANONYMOUS = "named", "anonymous"
LONGEST = 4000  # characters
PHOTOS = 4
LARGEST_PHOTO = 10 * 1024 * 1024  # bytes
SOONEST = timedelta(seconds=3)  # within which no person reads and fills in a form


class _Sent(forms.Form):
    """What every form of customers has: words, photos, its mark, and a field that only programs fill in."""

    said = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}), error_messages={"required": _("Write what it is about.")}
    )
    photos = Uploads(label=_("Photos"), most=PHOTOS, largest=LARGEST_PHOTO)
    mark = forms.CharField(widget=forms.HiddenInput, required=False)
    homepage = forms.CharField(
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        required=False,
    )

    def __init__(self, data: Any = None, files: Any = None, *, at: datetime, **given: Any) -> None:
        self._typed: Any = data.copy() if data is not None else None
        super().__init__(self._typed, files, **given)
        self.at, self.token = at, ""
        self.fields["mark"].initial = new_mark(at)

    def clean_said(self) -> str:
        """The words, if there is room for them."""
        said = self.cleaned_data["said"].replace("\r\n", "\n")
        if len(said) > LONGEST:
            what = _("This has %(has)s characters; %(most)s find room. Shorten it, or send the rest as a photo or PDF.")
            raise forms.ValidationError(what % {"has": len(said), "most": LONGEST})
        return str(said)

    def clean(self) -> dict[str, Any]:
        """Whether a person seems to have sent it. Nothing is thrown away: a person presses once more."""
        given = super().clean() or self.cleaned_data
        mark = read_mark(given.get("mark", ""))
        self.token = mark.token if mark else ""
        if mark is None or given.get("homepage") or self.at - mark.given_at < SOONEST:
            self._typed["homepage"] = ""
            if mark is None:
                self._typed["mark"] = new_mark(self.at)
            if not self.errors:
                self.add_error(None, _("We could not make sure that a person sent this. Press the button again."))
        return given

    def put(self, refused: Refused) -> None:
        """Says a refusal beside what it speaks of."""
        told = f"{refused.what} {refused.remedy}".strip()
        if refused.code == "no_summary":
            self.add_error("said", told)
        elif refused.code.startswith("file_") or refused.code == "bad_file":
            self.add_error("photos", f"{refused.where}: {told}" if refused.where else told)
        else:
            self.add_error(None, told)


class TalkForm(_Sent):
    """A complaint, a repair, a question, a suggestion or praise."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    place = forms.CharField(
        label=pgettext_lazy("a place", "Where"),
        help_text=_("Your home, or the place: a lobby, the garage, a path."),
        max_length=80,
        required=False,
    )
    who = forms.ChoiceField(
        label=_("How we reach you"),
        choices=[(NAMED, _("I leave a name or telephone")), (ANONYMOUS, _("I stay anonymous"))],
        widget=forms.RadioSelect,
        initial=NAMED,
    )
    name = forms.CharField(
        label=_("Name"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    field_order = ("kind", "said", "place", "photos", "who", "name", "phone")

    def __init__(self, data: Any = None, files: Any = None, *, at: datetime, **given: Any) -> None:
        super().__init__(data, files, at=at, **given)
        self.fields["said"].label = _("What it is about")

    def clean_phone(self) -> str:
        """The number as it is kept; of whoever stays anonymous none is read."""
        given = self.cleaned_data["phone"].strip()
        if not given or self.cleaned_data.get("who") == ANONYMOUS:
            return ""
        kept = read_phone(given)
        if kept is None:
            raise forms.ValidationError(_("This is no telephone number. Leave it empty if you like."))
        return kept

    def wish(self) -> Wish:
        """What was sent. Whoever leaves neither name nor number is anonymous, whatever was chosen."""
        given = self.cleaned_data
        named = given["who"] != ANONYMOUS
        name, phone = (given["name"].strip(), given["phone"]) if named else ("", "")
        return Wish(
            token=self.token,
            said=given["said"],
            uploads=given["photos"],
            kind=given["kind"],
            place=given["place"].strip(),
            name=name,
            phone=phone,
        )


class WordForm(_Sent):
    """Something more about what was sent before."""

    field_order = ("said", "photos")

    def __init__(self, data: Any = None, files: Any = None, *, at: datetime, **given: Any) -> None:
        super().__init__(data, files, at=at, **given)
        self.fields["said"].label = _("What you would like to add")
        self.fields["said"].widget.attrs["rows"] = 3

    def word(self) -> Word:
        """What was sent."""
        return Word(token=self.token, said=self.cleaned_data["said"], uploads=self.cleaned_data["photos"])
