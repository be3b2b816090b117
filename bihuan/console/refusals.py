"""Refusals as forms show them: beside the field they speak of, or above the form with what is possible now."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from bihuan.cases.errors import NotNow
from bihuan.console import words
from bihuan.kernel.errors import Refused


def put(form: forms.Form, refused: Refused) -> bool:
    """Puts a refusal beside the field it speaks of; False where the form has no such field."""
    where = "at" if refused.code == "in_the_future" else refused.where
    if where not in form.fields:
        return False
    form.add_error(where, words.sentences([refused.what, refused.remedy]))
    return True


def told(refused: Refused) -> Refused:
    """The refusal as a page says it: without the name of a field; of a step that is not possible, with the words of
    those that are."""
    remedy = refused.remedy
    if isinstance(refused, NotNow) and refused.allowed:
        remedy = _("Possible now: %s.") % " · ".join(words.verb(one) for one in refused.allowed)
    return Refused(refused.what, remedy=remedy, code=refused.code)
