"""Obligations as tables, in 中文 or English."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.ops.table import cut, table
from bihuan.rulebook import Obligation, Rulebook, SiteTimes
from bihuan.rulebook.explain import Teller
from bihuan.rulebook.vocabulary import Vocabulary

HEADS = {
    "zh": ("时限", "事项", "承诺", "条款", "状态", "结果", "责任岗位"),
    "en": ("due", "subject", "duty", "clause", "state", "how it went", "owed by"),
}
SUMMARY = {
    "zh": ("条款", "应做", "按时", "逾期完成", "逾期未做", "未到期", "免除", "作废", "要求"),
    "en": ("clause", "owed", "in time", "late", "overdue", "open", "waived", "void", "what it asks"),
}
STATES = {
    "zh": {"open": "待办", "overdue": "逾期", "met": "已兑现", "late": "迟兑现", "waived": "免除", "void": "作废"},
    "en": {
        "open": "open",
        "overdue": "overdue",
        "met": "kept",
        "late": "kept late",
        "waived": "waived",
        "void": "void",
    },
}
COLOURS = {"open": "open", "overdue": "overdue", "met": "kept", "late": "soon", "waived": "waived", "void": "waived"}


def standing(one: Obligation) -> str:
    """How a promise stands: open, overdue, met, late, waived or void."""
    if one.state == "open":
        return "overdue" if one.breached_at is not None else "open"
    return "late" if one.state == "met" and one.late_seconds else one.state


def obligations_table(obligations: Sequence[Obligation], rulebook: Rulebook, calendars: SiteTimes, lang: str) -> str:
    """One line an obligation."""
    teller = Teller(rulebook, calendars, lang)
    rows = [_row(one, rulebook.vocabulary, calendars, teller) for one in obligations]
    return table(HEADS[lang], rows, colours=[COLOURS[standing(one)] for one in obligations], wide=wide())


def _row(one: Obligation, words: Vocabulary, calendars: SiteTimes, teller: Teller) -> tuple[str, ...]:
    lang = teller.lang
    zone = calendars[one.site].zone
    state = standing(one)
    return (
        datetime.fromtimestamp(one.due_at, zone).strftime("%Y-%m-%d %H:%M"),
        one.subject,
        words.duties[one.rule.duty].words[lang],
        one.rule.clause,
        STATES[lang][state],
        _result(one, calendars, teller),
        words.posts[one.rule.by][lang],
    )


def _result(one: Obligation, calendars: SiteTimes, teller: Teller) -> str:
    zone = calendars[one.site].zone
    ended = datetime.fromtimestamp(one.ended_at, zone).strftime("%m-%d %H:%M") if one.ended_at else ""
    if one.state == "met":
        return f"{ended} {late(one.late_seconds or 0, teller.lang)}".strip()
    return f"{ended} {teller.reason(one.reason)}".strip()


def late(seconds: int, lang: str) -> str:
    """How late, in the largest unit that fits: 迟 2 小时."""
    if not seconds:
        return ""
    units = (("天", "d", 86400), ("小时", "h", 3600), ("分钟", "min", 60), ("秒", "s", 1))
    zh, en, size = next(unit for unit in units if seconds >= unit[2])
    return f"迟 {seconds // size} {zh}" if lang == "zh" else f"{seconds // size} {en} late"


def wide() -> int:
    """The width of the terminal, or 0 where nothing needs cutting."""
    return shutil.get_terminal_size((0, 0)).columns if sys.stdout.isatty() else 0


@dataclass(slots=True)
class Tally:
    """How well something was kept. `owed` leaves out what was waived or void."""

    owed: int = 0
    met: int = 0
    late: int = 0
    overdue: int = 0
    open: int = 0
    waived: int = 0
    void: int = 0

    def add(self, one: Obligation) -> None:
        """Counts one obligation."""
        state = standing(one)
        setattr(self, state, getattr(self, state) + 1)
        self.owed += state not in ("waived", "void")


def summary_table(obligations: Sequence[Obligation], rulebook: Rulebook, lang: str) -> str:
    """One line a clause."""
    tallies: dict[str, Tally] = {}
    for one in obligations:
        tallies.setdefault(one.rule.clause, Tally()).add(one)
    rows = []
    for clause, tally in sorted(tallies.items()):
        counts = (tally.owed, tally.met, tally.late, tally.overdue, tally.open, tally.waived, tally.void)
        text = getattr(rulebook.clauses[clause], lang)
        rows.append((clause, *map(str, counts), cut(text, 60)))
    colours = ["overdue" if tallies[row[0]].overdue else "" for row in rows]
    return table(SUMMARY[lang], rows, right=range(1, 8), colours=colours, wide=wide())
