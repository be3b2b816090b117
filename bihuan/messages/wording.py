"""Letters to customers as they begin: one for each step that speaks to them, with the facts filled in.

Where only a person knows what to say stands GAP, and a letter does not leave before it is filled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from bihuan.kernel.text import bigrams, simplified

GAP = "____"
WORDS = {
    "acknowledged": gettext_noop(
        "We have received what you wrote to us on %(received)s. It is being looked into; we stay with it until it is"
        " settled and will tell you the result."
    ),
    "progress_told": gettext_noop("This is how far we are: ____"),
    "answered": gettext_noop("Our answer to what you told us on %(received)s: ____"),
    "explained": gettext_noop("We have looked into it and would like to explain what we found: ____"),
    "delay_told": gettext_noop("It will take longer than we said, and we are sorry for that. The reason: ____"),
    "result_told": gettext_noop(
        "It has been dealt with: ____\n\nWe shall ask you before long whether you are satisfied. If something is still"
        " not right, simply answer this mail."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a letter tells; what is "" is left out."""

    name: str
    about: str
    site: str
    received: str
    number: str = ""
    agreed: str = ""
    in_charge: str = ""


def letter(verb: str, facts: Facts, *, language: str) -> str:
    """How a letter begins in a language; "" for a step that has none."""
    if verb not in WORDS:
        return ""
    with override(language):
        greeting = _("Dear %(name)s,") % {"name": facts.name} if facts.name else _("Dear customer,")
        said = _(WORDS[verb]) % {"received": facts.received}
        return "\n\n".join((greeting, said, "\n".join(_lines(facts)), _("%(site)s, customer service") % _site(facts)))


def _lines(facts: Facts) -> Iterator[str]:
    known = {
        _("About: %s"): facts.about,
        _("Number: %s"): facts.number,
        _("We answer by: %s"): facts.agreed,
        _("In charge: %s"): facts.in_charge,
    }
    return (line % value for line, value in known.items() if value)


def _site(facts: Facts) -> dict[str, str]:
    return {"site": facts.site}


def language_of(text: str, *, usual: str) -> str:
    """The language in which somebody wrote, so that they are answered in it; the usual one where that does not show."""
    if not any(character.isalpha() for character in text):
        return usual
    if not any("\u4e00" <= character <= "\u9fff" for piece in bigrams(text) for character in piece):
        return "en"
    return "zh-hans" if simplified(text) == text else "zh-hant"
