"""What is new in an answer: mail programs put all that was written before below it, and words of their own above."""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"^(>|-{2,} ?(原始邮件|原始郵件|回复的原邮件|转发邮件|original message|forwarded message) ?-{0,}"
    r"|_{10,}$|(发件人|發件者|寄件者|寄件人|from)[:：]\s?.*@"
    r"|(在|於|于) ?\d{4}.{4,120}(写道|寫道)[:：]$|\d{4}.{4,120}(写道|寫道)[:：]$|on .{6,160} wrote:$)",
    re.IGNORECASE,
)

_ANSWERING = re.compile(r"^\s*((re|fw|fwd|aw|回复|回覆|答复|转发|轉寄|轉發)\s*[:：]\s*)+", re.IGNORECASE)
_NUMBER = re.compile(r"[\[【［]\s*([A-Z][A-Z0-9]{1,11}-[A-Z0-9-]{3,24}?)\s*[\]】］]", re.IGNORECASE)


def plain_title(title: str) -> str:
    """The title without what mail programs put before it when they answer or forward."""
    return _ANSWERING.sub("", title).strip()


def number_in(title: str) -> str:
    """What stands between brackets in a title and looks like the number of something; "" where nothing does."""
    found = _NUMBER.search(title)
    return found[1].upper() if found else ""


def fresh(text: str) -> str:
    """The part above what is quoted; all of it where nothing stands above."""
    lines = text.splitlines()
    first = next((place for place, line in enumerate(lines) if _BEFORE.match(line.strip())), len(lines))
    return "\n".join(lines[:first]).strip() or text
