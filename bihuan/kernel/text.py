"""Chinese text in the forms that sorting and finding need: pinyin keys, initials, two-character pieces.

No wheel of PostgreSQL knows how to sort Chinese, so a row stores its key. Every function takes text as people typed it.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from functools import lru_cache

from opencc import OpenCC

from bihuan.kernel.surnames import COMPOUND, SINGLE

SUMMARY = 24  # characters of what was said that stand for it where nobody wrote a heading
DIGITS = 10  # a run of digits in a sort key is padded to as many; longer runs stay as they are

_HAN = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"  # with kana: written without spaces too
)
_PIECE = re.compile(rf"[{_HAN}]+|[0-9]+|[^\W0-9_{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")
_NAME = range(1, 5)  # characters: from 曾 to 欧阳女士
_PLACES = frozenset("栋幢楼层号室座区寓墅店铺厂司社部库位场站校局厦巷街路")  # no given name ends with one of these
_FAMILIAR = frozenset("老小阿")
# Chat programs and spreadsheets put these into what is copied out of them; they are seen by nobody and break equality.
_UNSEEN = dict.fromkeys([0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])


def normal(text: str) -> str:
    """Return the text in NFKC (full-width letters and digits become ordinary), trimmed, with single spaces inside."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_UNSEEN)).split())


def shortened(said: str) -> str:
    """Return the beginning of what was said, as a heading of at most `SUMMARY` characters; empty where it has no words
    before the first stop."""
    first = said.strip().splitlines()[0] if said.strip() else ""
    for mark in "。！？；!?;":
        first = first.split(mark)[0]
    return first if len(first) <= SUMMARY else first[: SUMMARY - 1] + "…"


def simplified(text: str) -> str:
    """Return the text with traditional characters turned into simplified ones: 電梯 becomes 电梯."""
    return str(_converter().convert(text))


def pinyin_key(text: str) -> str:
    """Return a key that sorts as people expect: toneless syllables joined by spaces, digits padded (2栋 before 10栋).

    A text that can be a name is read as one: 单女士 is `shan nv shi`, though 单元 is `dan yuan`. Characters without a
    known reading stand for themselves and sort last; punctuation counts for nothing.
    """
    return " ".join(sound.zfill(DIGITS) if sound.isdecimal() else sound for sound in _sounds(text))


def initials(text: str) -> str:
    """Return the first letter of each syllable, with Latin words and digits kept whole: 王女士 is `wns`, A栋2 `ad2`."""
    return "".join(_sounds(text, initial=True))


def bigrams(text: str) -> list[str]:
    """Return the pieces by which a text is indexed and found, each once, in their order.

    A run of Chinese gives its overlapping pairs of characters, a run of one gives that one; Latin words and runs of
    digits stay whole, lower-cased. A query of a single Chinese character therefore finds only where it stands alone:
    look for it in another way.
    """
    pieces = (piece for run in _PIECE.findall(normal(text).lower()) for piece in _pairs(run))
    return list(dict.fromkeys(pieces))


def _pairs(run: str) -> Iterator[str]:
    if len(run) < 3 or not _IS_HAN.match(run):
        return iter((run,))
    return (run[at : at + 2] for at in range(len(run) - 1))


def _sounds(text: str, *, initial: bool = False) -> Iterator[str]:
    runs: list[str] = _PIECE.findall(simplified(normal(text)).lower())
    for place, run in enumerate(runs):
        if _IS_HAN.match(run):
            syllables = _read(run, opening=place == 0)
            yield from (one[0] for one in syllables) if initial else syllables
        else:
            yield _unaccented(run)


def _read(run: str, *, opening: bool) -> list[str]:
    """Return the syllables of a run of Chinese; only what opens a text can be a name."""
    known = _surname(run) if opening and _may_be_name(run) else None
    if known is None:
        return _plainly(run)
    before, surname, reading = known
    return [*_plainly(before), *reading.split(), *_plainly(run[len(before) + len(surname) :])]


def _may_be_name(run: str) -> bool:
    # A word of the dictionary (单元, 小区, 解放) is that word; so short a name would be a rare one.
    return len(run) in _NAME and run[-1] not in _PLACES and (run in COMPOUND or run not in _phrases())


def _surname(run: str) -> tuple[str, str, str] | None:
    """Return what stands before a surname (老曾), the surname, and its reading, where it differs from the usual one."""
    before = run[0] if len(run) == 2 and run[0] in _FAMILIAR else ""
    rest = run[len(before) :]
    for surname, reading in ((rest[:2], COMPOUND.get(rest[:2])), (rest[0], SINGLE.get(rest[0]))):
        if reading:
            return before, surname, reading
    return None


def _plainly(run: str) -> list[str]:
    # What has no reading comes back in one piece.
    return [one for sound in _reader()(run) for one in ([sound] if sound.isascii() else sound)]


def _unaccented(word: str) -> str:
    kept = (mark for mark in unicodedata.normalize("NFD", word) if not unicodedata.combining(mark))
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=1)
def _reader() -> Callable[[str], list[str]]:
    from pypinyin import lazy_pinyin  # its dictionary takes half a second to load, and few commands need it

    return lazy_pinyin


@lru_cache(maxsize=1)
def _phrases() -> Container[str]:
    from pypinyin.constants import PHRASES_DICT

    return PHRASES_DICT


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")
