"""What is wrong with the form of a request, in sentences: the first mistake that was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as said

from bihuan.accounts.access import NotFound
from bihuan.api.problems import Problem, of_refusal

# pydantic's type of error → our code, what is wrong, what to do
SENTENCES: dict[str, tuple[str, str, str]] = {
    "missing": ("missing", said("this is needed."), said("Fill it in.")),
    "extra_forbidden": (
        "unknown_field",
        said("there is no such field."),
        said("Leave it out, or look at its spelling."),
    ),
    "enum": ("not_a_choice", said("this is none of the choices."), said("Choose one of: %(expected)s.")),
    "literal_error": ("not_a_choice", said("this is none of the choices."), said("Choose one of: %(expected)s.")),
    "not_a_choice": ("not_a_choice", said("there is no such event."), said("Choose one of: %(expected)s.")),
    "string_too_long": ("too_long", said("this is too long."), said("At most %(max_length)s characters.")),
    "string_too_short": ("too_short", said("this is empty."), said("Fill it in.")),
    "greater_than_equal": ("out_of_range", said("this number is too small."), said("At least %(ge)s.")),
    "less_than_equal": ("out_of_range", said("this number is too large."), said("At most %(le)s.")),
    "string_type": ("bad_value", said("this must be a text."), said("Put it in quotation marks.")),
    "int_type": ("bad_value", said("this must be a whole number."), said("Write it without quotation marks.")),
    "bool_type": ("bad_value", said("this must be true or false."), said("Write it without quotation marks.")),
    "model_type": ("bad_value", said("this must be an object."), said("Write it in braces.")),
    "string_pattern_mismatch": (
        "bad_value",
        said("this has another form than it must."),
        said("It must match %(pattern)s."),
    ),
    "bad_time": (
        "bad_time",
        said("this is no time."),
        said("Write it like 2026-11-23T09:30:00+08:00 (in an address %%2B for +)."),
    ),
    "unknown_field": ("unknown_field", said("this does not go with the outcome."), said("It takes: %(expected)s.")),
    "half_classified": (
        "half_classified",
        said("severity and problem come together."),
        said("Give both, or neither for now."),
    ),
    "not_classified": (
        "not_classified",
        said("only a complaint is classified."),
        said("Leave severity and problem out."),
    ),
    "two_customers": ("two_customers", said("party and contact both say who it is."), said("Give one of them.")),
    "bad_value": (
        "bad_value",
        said("this is neither the id of a member of staff nor a user name."),
        said("Write a whole number, or a user name in quotation marks."),
    ),
}
UNKNOWN = ("bad_value", said("this value cannot be used."), said("See its description."))


def problem(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem of the first error; of an address that names nothing, that there is nothing there."""
    first = errors[0]
    source, *place = first["loc"]
    if source == "path":
        return of_refusal(NotFound())
    if source == "body" and first["type"] == "missing" and len(place) == 1 and not first.get("ctx"):
        return Problem(422, "missing", _("the body is not sent as JSON."), remedy=_("Send one JSON object."))
    code, what, remedy = SENTENCES.get(first["type"], UNKNOWN)
    told = {"pattern": "", "expected": "", **first.get("ctx", {})}
    inside = place[1:] if source == "body" else place[-1:]  # a body's first part is our own name for it
    where = str(told.get("where", "")) or ".".join(str(one) for one in inside)
    return Problem(422, code, _(what), where=where, remedy=_(remedy) % told)
