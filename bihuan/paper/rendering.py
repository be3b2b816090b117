"""From data to PDF. Data goes in as JSON that the template reads; it is never part of what is compiled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from bihuan.paper.fonts import fonts
from bihuan.paper.legible import legible
from bihuan.paper.shapes import Paper

TEMPLATES = Path(__file__).with_name("templates")


def printed(paper: Paper) -> bytes:
    """A paper as PDF."""
    return render(paper.template, asdict(paper))


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """The template of that name, filled in, as PDF. `data` holds texts, numbers, lists, and pictures as bytes.

    The same data gives the same bytes. It may be called by several threads at once: they share the fonts, and what was
    laid out before stays laid out.
    """
    told = json.dumps(legible(data), ensure_ascii=False)
    made = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=fonts(),
        sys_inputs={"data": told},
        format="pdf",
    )
    assert isinstance(made, bytes)
    return made
