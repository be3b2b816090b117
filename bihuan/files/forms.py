"""Fields for what is sent along: photos and scans, and a signature drawn on the screen."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from bihuan.files.actions import LARGEST, Upload
from bihuan.files.drawings import LONGEST, drawn
from bihuan.kernel.errors import Refused

MOST = 10  # files at once
TAKEN = "image/*,application/pdf"


class _ManyInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class Uploads(forms.FileField):
    """Any number of pictures and PDFs, up to `most`, each up to `largest` bytes; gives them as what
    `files.actions.keep` takes."""

    def __init__(self, *, most: int = MOST, largest: int = LARGEST, **given: Any) -> None:
        usual: dict[str, Any] = {"label": _("Photos or scans"), "required": False}
        super().__init__(widget=_ManyInput(attrs={"accept": TAKEN}), **usual | given)
        self.most, self.largest = most, largest

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """The uploads that hold something."""
        sent: list[UploadedFile[Any]] = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(sent) > self.most:
            raise forms.ValidationError(_("At most %(most)s files at once.") % {"most": self.most})
        for one in sent:
            if (one.size or 0) > self.largest:
                raise forms.ValidationError(
                    _("%(name)s is larger than %(limit)s MB: send a smaller picture.")
                    % {"name": one.name, "limit": self.largest >> 20}
                )
        return [Upload(one, one.name or "") for one in sent]  # type: ignore[arg-type]


class Signature(forms.CharField):
    """A signature drawn on the screen; gives it as an upload, None where nothing was drawn."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            widget=forms.HiddenInput(attrs={"data-keep": ""}), max_length=LONGEST, **{"required": False, **given}
        )

    def clean(self, value: Any) -> Upload | None:
        """The picture, checked."""
        try:
            picture = drawn(super().clean(value) or "")
        except Refused as refused:
            raise forms.ValidationError(f"{refused.what} {refused.remedy}") from None
        return Upload(BytesIO(picture), "signature.png") if picture else None
