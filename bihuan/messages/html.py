"""HTML mail as plain text: lines where blocks end, "> " before what is quoted, nothing of styles and scripts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = frozenset(("style", "script", "head", "title", "template", "noscript"))
_BLOCKS = frozenset("p div tr table ul ol li h1 h2 h3 h4 h5 h6 blockquote pre section article header footer hr".split())
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_VOID = frozenset(("br", "hr", "img", "meta", "link", "input"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._silent = self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        self._quoted += tag == "blockquote"
        if tag in _BLOCKS or tag == "br":
            self._break(always=tag == "br")
        if tag in ("td", "th"):
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BLOCKS and tag not in _VOID:
            self._break(always=tag == "p")
        if tag == "p":
            self.lines.append("")
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            words = _SPACES.sub(" ", data)
            self.lines[-1] += words if self.lines[-1] else words.lstrip()
            if self._quoted and self.lines[-1] and not self.lines[-1].startswith(">"):
                self.lines[-1] = "> " * self._quoted + self.lines[-1]

    def _break(self, *, always: bool) -> None:
        if always or self.lines[-1].strip():
            self.lines.append("")


def text_of(html: str) -> str:
    """What a reader sees of it, as text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in reader.lines)).strip()
