"""The intake in haste: somebody is agitated and is handed up now, with what is there (TS-1b)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from bihuan.cases.models import CaseKind, Channel
from bihuan.console.forms.intake import IntakeForm
from bihuan.kernel import clock

INSTEAD = {"channel": Channel.PHONE.value}
UNDONE = ("settled", "signature")  # not yet, when the supervisor is called
TOGETHER = ("problem", "severity", "ground")  # one of them says nothing without the others


def in_haste(data: QueryDict, files: MultiValueDict[str, Any]) -> IntakeForm:
    """The form as a complaint of somebody agitated. What is wrong or half done there holds nothing up: it is left
    out, and what was typed stands among the words, so that nothing is lost."""
    given = data.copy()
    given["kind"], given["agitated"], given["calmed"] = CaseKind.COMPLAINT.value, "on", ""
    said = given.get("said", "").strip() or _("Agitated; handed up to the supervisor at once.")
    given["said"] = said
    wrong = _wrong(IntakeForm(given, files))
    fields = IntakeForm.base_fields
    typed = [f"{fields[name].label}: {given[name]}" for name in (*wrong, "settled") if given.get(name)]
    for name in (*wrong, *UNDONE):
        given[name] = INSTEAD.get(name, "")
    given["said"] = "\n".join([said, *typed])
    return IntakeForm(given, files)


def _wrong(form: IntakeForm) -> list[str]:
    """The fields that cannot be used, but for the words themselves."""
    found = {name for name in form.errors if name in form.fields and name != "said"}
    past = {name: form.cleaned_data.get(name) for name in ("agreed_at", "requested_by")}
    found |= {name for name, at in past.items() if isinstance(at, datetime) and at <= clock.now()}
    return sorted(found | set(TOGETHER) if found.intersection(TOGETHER) else found)
