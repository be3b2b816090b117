"""Names with rare characters do not vanish: they are shown, or stand by their code, and the paper says what that is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bihuan.paper.fonts import characters
from bihuan.paper.legible import _RARE, legible
from bihuan.paper.rendering import printed
from tests.paper.reading import FRAME, record_of, text

NOTE = "以其编码代替"


def of_codec(codec: str) -> set[str]:
    """Every character of a two-byte character set."""
    found = set()
    for first in range(0x81, 0xFF):
        for second in range(0x40, 0xFF):
            try:
                found.add(bytes([first, second]).decode(codec))
            except UnicodeDecodeError:
                continue
    return {one for one in found if len(one) == 1 and not "\ue000" <= one <= "\uf8ff"}


@pytest.mark.parametrize(("codec", "at_least"), [("gb2312", 7400), ("gbk", 21700), ("big5hkscs", 17000)])
def test_the_fonts_have_every_character_of_simplified_and_traditional_chinese(codec: str, at_least: int) -> None:
    wanted = {one for one in of_codec(codec) if legible(one).strip() == one}
    assert len(wanted) >= at_least
    assert len(wanted) >= 0.999 * len({one for one in of_codec(codec) if one.isprintable() and not one.isspace()})


def test_what_is_taken_for_usual_is_in_the_fonts() -> None:
    usual = {code for code in range(0x20, 0x110000) if not _RARE.match(chr(code))}
    assert usual <= characters()
    assert len(usual) > 20_900


@pytest.mark.parametrize(
    "name", ["鬻", "𠮷野", "䶮", "㛃", "龘", "朱祐樘", "王喆", "ئۆمەر", "Zoë Ångström", "田中さくら", "김민준"]
)
def test_a_rare_name_is_shown_as_it_is(name: str) -> None:
    assert legible(name) == name


def test_the_name_is_on_the_paper() -> None:
    assert "𠮷鬻䶮" in text(printed(record_of("𠮷鬻䶮")))


def test_a_character_that_no_font_has_stands_by_its_code_and_the_foot_says_what_that_is() -> None:
    frame = replace(FRAME, unprintable="[U+…]是字库中没有的字，以其编码代替。")
    found = text(printed(record_of("张\U0002134a", frame=frame)))
    assert "张[U+2134A]" in found
    assert NOTE in found
    assert NOTE not in text(printed(record_of("张三", frame=frame)))


def test_private_and_unassigned_characters_stand_by_their_codes() -> None:
    assert legible("\ue000\U000e1000") == "[U+E000][U+E1000]"


@pytest.mark.parametrize("emoji", ["😀", "👍🏽", "👨‍👩‍👧", "❤️", "🇨🇳", "1️⃣"])
def test_emoji_stay_together(emoji: str) -> None:
    assert legible(emoji) == emoji
    assert len(printed(record_of(emoji))) > 1000


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x00b\x07c\x1bd", "abcd"),
        ("\ufeff张三\u200b", "张三"),
        ("\u202e倒\u202c", "倒"),  # an override of the direction would turn the rest of the line around
        ("一\r\n二\r三\u2028四\x0b五", "一\n二\n三\n四\n五"),
        ("a\tb", "a    b"),
        ("half\ud800pair", "halfpair"),
    ],
)
def test_what_cannot_be_seen_does_not_come_along(typed: str, shown: str) -> None:
    assert legible(typed) == shown


def test_texts_are_made_legible_wherever_they_stand() -> None:
    assert legible({"a": ["\x00b", ("c\x00",)], "n": 1, "none": None}) == {
        "a": ["b", ["c"]],
        "n": 1,
        "none": None,
    }
