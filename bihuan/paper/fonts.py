"""The fonts of papers: those that came with the installation, never those of the machine; so every PDF is alike."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont
from typst import Fonts

# Noto Sans CJK in every weight, with the shapes of 简体 and 繁體; emoji, symbols and the scripts of other names.
PACKAGES = ("manimgx_fonts_cjk", "manimgx_fonts")


def folders() -> list[str]:
    """Where the fonts lie."""
    found = [find_spec(name) for name in PACKAGES]
    return [path for spec in found if spec for path in spec.submodule_search_locations or ()]


@cache
def fonts() -> Fonts:
    """The fonts, opened once by each process."""
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders())


@cache
def characters() -> frozenset[int]:
    """The code points that one of the fonts can show; a quarter of a second, once, and only when a rare one is met."""
    files = sorted({str(font.path) for font in fonts().fonts() if font.path})
    return frozenset().union(*(TTFont(Path(path), fontNumber=0, lazy=True).getBestCmap() for path in files))
