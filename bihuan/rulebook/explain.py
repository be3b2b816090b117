"""Explaining: what was owed about a subject, why, and how it went, in 中文 or English.

A trace is made of codes and values, so that it can be stored and worded in whatever language its reader has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from bihuan.rulebook.durations import Duration
from bihuan.rulebook.event import Event
from bihuan.rulebook.load import HOME, Rulebook
from bihuan.rulebook.obligation import MET, OPEN, Obligation
from bihuan.rulebook.sitetime import SiteTimes
from bihuan.rulebook.source import read

TOLD = ("problem", "satisfied")  # facts of free form that a story tells
_PARTS = re.compile(r"(\d+)(WD|[YMWDHS])")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace: when, what (a code), and the values that go with it."""

    at: int
    code: str
    values: dict[str, Any]


@cache
def wording() -> Any:
    """The words, read once."""
    return read(HOME / "wording.yaml", name="wording.yaml")


def trace(one: Obligation) -> list[Step]:
    """What an obligation says of itself, from its opening to its end, by time."""
    steps = [_opened(one)]
    steps += [Step(at, code, {"due": due}) for code, at, due in one.moves or () if at != one.opened_at]
    if one.breached_at is not None and one.breached_at >= one.opened_at:
        steps.append(Step(one.breached_at, "breached", {}))
    if one.state == MET and one.met_at is not None:
        late = one.late_seconds or 0
        steps.append(Step(max(one.met_at, one.opened_at), "met_late" if late else "met", {"late": late}))
    elif one.state != OPEN:
        steps.append(Step(one.ended_at or one.opened_at, one.state, {"reason": one.reason}))
    return sorted(steps, key=lambda step: step.at)


def _opened(one: Obligation) -> Step:
    first = next((due for _, at, due in one.moves or () if at == one.opened_at), one.original_due_at)
    values = {"due": first, "start": one.started_by, "start_at": one.start, "value": one.value.duration.text}
    values |= {"since": one.value.since.isoformat(), "ours": one.value.ours, "clock": one.value.clock}
    code = "opened"
    if one.again:
        code = "again"
    elif one.late_birth:
        code = "opened_late"
    elif first != one.original_due_at or one.value.duration.form == "agreed":
        code = "opened_agreed"
    return Step(one.opened_at, code, values)


class Teller:
    """Words traces and events in one language."""

    def __init__(self, rulebook: Rulebook, calendars: SiteTimes, lang: str) -> None:
        self._words, self.lang = wording(), lang
        self._vocabulary, self._calendars = rulebook.vocabulary, calendars
        self._grace = rulebook.settings.born_late

    def step(self, step: Step, one: Obligation) -> str:
        """A step of an obligation's trace as a sentence."""
        rule, values = one.rule, step.values
        told = {
            "post": self._vocabulary.posts[rule.by][self.lang],
            "duty": self._vocabulary.duties[rule.duty].words[self.lang],
            "clause": rule.clause,
            "due": self.time(values.get("due", one.due_at), one.site),
            "grace": self.duration(self._grace),
        }
        if "start" in values:
            told["start"] = self.kind(values["start"])
            told["start_at"] = self.time(values["start_at"], one.site)
            told["value"] = self.duration(one.value.duration, working=one.value.clock == "working")
            told["ours"] = self._word("ours") if values["ours"] else ""
        told["late"] = self.lateness(values.get("late", 0))
        told["reason"] = self.reason(str(values.get("reason", "")))
        return str(self._words["trace"][step.code][self.lang]).format(**told)

    def event(self, event: Event, *, of: str = "") -> str:
        """An event with what it told, and with its subject where that is not the one the story is `of`."""
        if of and event.subject != of:
            return f"{self.event(event)} [{event.subject}]"
        facts = [self._fact(name, value, event.site) for name, value in event.facts.items()]
        told = ("，" if self.lang == "zh" else ", ").join(fact for fact in facts if fact)
        if not told:
            return self.kind(event.kind)
        return f"{self.kind(event.kind)}（{told}）" if self.lang == "zh" else f"{self.kind(event.kind)} ({told})"

    def kind(self, kind: str) -> str:
        """A kind of event in words."""
        noun, _, verb = kind.partition(".")
        noun, verb = self._word("nouns", noun), self._word("verbs", verb)
        return f"{noun}{verb}" if self.lang == "zh" else f"{noun} {verb}"

    def reason(self, code: str) -> str:
        """Why something was waived or void: a word of its own, a fact's name, or a verb."""
        for group in ("reasons", "verbs"):
            if code in self._words[group]:
                return self._word(group, code)
        fact = self._vocabulary.facts.get(code)
        return fact.words[self.lang] if fact else code

    def time(self, at: int, site: str) -> str:
        """An instant in the site's time, to the minute, or to the second where there are seconds."""
        moment = datetime.fromtimestamp(at, self._calendars[site].zone)
        return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")

    def duration(self, duration: Duration, *, working: bool = False) -> str:
        """A duration in words."""
        if duration.text in self._words["forms"]:
            return self._word("forms", duration.text)
        if working:
            return self._working(duration)
        day, _, clock = duration.text[1:].partition("T")
        parts = _PARTS.findall(day) + [(count, "N" if unit == "M" else unit) for count, unit in _PARTS.findall(clock)]
        return (" " if self.lang == "en" else "").join(self._count(int(count), unit) for count, unit in parts)

    def _working(self, duration: Duration) -> str:
        return str(self._words["working"][self.lang]).format(self.duration(duration).strip())

    def lateness(self, seconds: int) -> str:
        """A lateness in its two largest units."""
        parts = []
        for unit, size in (("D", 86400), ("H", 3600), ("N", 60), ("S", 1)):
            if seconds >= size:
                parts.append(self._count(seconds // size, unit))
                seconds %= size
        return (" " if self.lang == "en" else "").join(parts[:2])

    def _count(self, count: int, unit: str) -> str:
        words = self._words["units"]["M" if unit == "Y" else unit][self.lang]
        count = count * 12 if unit == "Y" else count
        return f" {count} {words}" if self.lang == "zh" else f"{count} {words[count != 1]}"

    def _fact(self, name: str, value: Any, site: str) -> str:
        fact = self._vocabulary.facts[name]
        if value is None or (fact.type in ("any", "text") and name not in TOLD):
            return ""
        if value is True:
            return fact.words[self.lang]
        if value is False:
            return self._word("not_so", name) if name in self._words["not_so"] else ""
        told = self.time(value, site) if fact.type == "instant" else self._value(value)
        return f"{fact.words[self.lang]}{'：' if self.lang == 'zh' else ': '}{told}"

    def _value(self, value: Any) -> str:
        return self._word("values", value) if value in self._words["values"] else str(value)

    def _word(self, *path: str) -> str:
        words = self._words
        for name in path:
            words = words[name]
        return str(words[self.lang])


def story(events: Iterable[Event], obligations: Sequence[Obligation], teller: Teller) -> list[str]:
    """The life of a subject as lines: each event, and under it what it made owed, met, moved or void."""
    subject = obligations[0].subject if obligations else ""
    told = [(event.at, 0, event.site, teller.event(event, of=subject)) for event in events]
    for one in obligations:
        for step in trace(one):
            rank = 2 if step.code.startswith(("opened", "again")) else 1  # what ends is told before what begins
            told.append((step.at, rank, one.site, "    " + teller.step(step, one)))
    told.sort(key=lambda line: line[:2])
    lines: list[str] = []
    last = ""
    for at, indent, site, text in told:
        time = teller.time(at, site)
        if indent and time != last:
            lines.append(time)
        lines.append(text if indent else f"{time}  {text}")
        last = time
    return lines
