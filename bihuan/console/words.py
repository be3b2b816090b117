"""Words for codes, in the reader's language. Events, duties and clauses are worded by the rulebook itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from django.utils.translation import get_language, pgettext
from opencc import OpenCC

from bihuan.obligations.books import rulebook
from bihuan.rulebook.durations import Duration
from bihuan.rulebook.explain import Teller, wording
from bihuan.rulebook.sitetime import SiteTimes


def word(words: Mapping[str, str]) -> str:
    """What is given in 中文 and English, in the reader's language; 繁體 is made from 简体."""
    language = get_language() or "zh-hans"
    if language == "en":
        return words["en"]
    return traditional(words["zh"]) if language == "zh-hant" else words["zh"]


@lru_cache(maxsize=4096)
def traditional(text: str) -> str:
    """Simplified Chinese in traditional characters."""
    return str(_converter().convert(text))


@cache
def _converter() -> OpenCC:
    return OpenCC("s2hk")


def listed(parts: Iterable[str]) -> str:
    """Words one after the other, as the language separates them."""
    return pgettext("between parts of a list", ", ").join(parts)


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after the other: 中文 puts no space between them. Each begins as sentences do."""
    return ("" if _chinese() else " ").join(part[0].upper() + part[1:] for part in parts if part)


def kind(code: str) -> str:
    """A kind of event, such as complaint.received."""
    noun, _, verb = code.partition(".")
    return word(wording()["nouns"][noun]) + ("" if _chinese() else " ") + word(wording()["verbs"][verb])


def verb(code: str) -> str:
    """The verb of an event."""
    return word(wording()["verbs"][code.rpartition(".")[2]])


def duty(code: str) -> str:
    """A duty."""
    return word(rulebook().vocabulary.duties[code].words)


def post(code: str) -> str:
    """A post."""
    return word(rulebook().vocabulary.posts[code])


def clause(code: str) -> str:
    """What a clause says, restated."""
    known = rulebook().clauses.get(code)
    return "" if known is None else word({"zh": known.zh, "en": known.en})


def reason(code: str) -> str:
    """Why a promise is waived or void."""
    return _told(lambda teller: teller.reason(code))


def duration(text: str) -> str:
    """A duration such as PT24H."""
    return _told(lambda teller: teller.duration(Duration.parse(text))).strip()


def lateness(seconds: int) -> str:
    """A length of time in its two largest units."""
    return _told(lambda teller: teller.lateness(seconds)).strip()


def _told(say: Any) -> str:
    return word({"zh": say(_teller("zh")), "en": say(_teller("en"))})


@cache
def _teller(language: str) -> Teller:
    return Teller(rulebook(), SiteTimes(), language)


def _chinese() -> bool:
    return get_language() != "en"
