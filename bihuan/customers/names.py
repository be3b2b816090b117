"""Names in the forms that finding and sorting need."""

from __future__ import annotations

from bihuan.kernel.text import bigrams, initials, normal, pinyin_key, simplified

LONGEST = 40  # characters of a term
_SORT = 160  # characters of a sort key
_FIRST, _LAST = 2, 8  # initials are found from the second letter on; nobody types more than eight


def sort_key(name: str) -> str:
    """What parties are sorted by."""
    return pinyin_key(name)[:_SORT]


def terms(name: str) -> list[str]:
    """What a name is found by: each two adjacent characters, each Latin word, and how its initials begin."""
    sounds = initials(name)
    begun = [sounds[:length] for length in range(_FIRST, min(len(sounds), _LAST) + 1)]
    return list(dict.fromkeys([*_pieces(name), *begun]))


def asked(text: str) -> list[list[str]]:
    """What to look for when this was typed: any one of the lists, all of its terms."""
    pieces, together = _pieces(text), normal(text).lower().replace(" ", "")
    wanted = [pieces] if any(not one.isdecimal() for one in pieces) else []
    if together.isascii() and together.isalnum() and not together.isdecimal() and [together[:_LAST]] not in wanted:
        wanted.append([together[:_LAST]])
    return wanted


def _pieces(text: str) -> list[str]:
    return [one[:LONGEST] for one in bigrams(simplified(text))]
