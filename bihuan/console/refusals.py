"""Refusals as forms show them: beside the field they speak of, or above the form with what is possible now."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from bihuan.cases.errors import NotNow
from bihuan.console import words
from bihuan.kernel.errors import Refused


def put(form: forms.Form, refused: Refused) -> bool:
    """Puts a refusal beside the field it speaks of; False where the form has no such field."""
    if refused.where not in form.fields:
        return False
    form.add_error(refused.where, " ".join(_(part) for part in (refused.what, refused.remedy) if part))
    return True


def told(refused: Refused) -> Refused:
    """The refusal in the reader's language; of a step that is not possible, with the words of those that are."""
    if isinstance(refused, NotNow):
        steps = _(", ").join(words.verb(one) for one in refused.allowed)
        remedy = _("Possible now: %s.") % steps if steps else _("Nothing more can be done with it.")
        return Refused(_(refused.what), remedy=remedy, code=refused.code)
    return Refused(_(refused.what), remedy=_(refused.remedy) if refused.remedy else "", code=refused.code)
