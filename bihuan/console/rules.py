"""Rules in words: when they apply, what is then owed, within what time by which clock, and what else there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bihuan.console import words
from bihuan.obligations.books import rulebook
from bihuan.rulebook import Policy
from bihuan.rulebook.explain import wording
from bihuan.rulebook.load import HOME
from bihuan.rulebook.model import Rule, Target, Value
from bihuan.rulebook.source import read

KINDS = {
    "deadline": gettext_lazy("Deadline"),
    "rate": gettext_lazy("Rate"),
    "duty": gettext_lazy("Duty"),
    "record": gettext_lazy("Record"),
    "form": gettext_lazy("Form"),
    "channel": gettext_lazy("Channel"),
    "content": gettext_lazy("Content"),
    "role": gettext_lazy("Responsibility"),
    "privacy": gettext_lazy("Privacy"),
    "loop": gettext_lazy("Closed loop"),
    "analysis": gettext_lazy("Analysis"),
}
FIGURES = {
    "visit_rate": gettext_lazy("Visit rate"),
    "on_time_rate": gettext_lazy("On-time rate"),
    "satisfaction_rate": gettext_lazy("Satisfaction rate"),
    "resolution_rate": gettext_lazy("Resolution rate"),
    "rings": gettext_lazy("Rings before the call is answered"),
}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in words."""

    id: str
    when: str  # the event, with what must hold
    duty: str
    by: str
    within: str  # the time in force, and what it counts from
    clock: str
    ours: bool
    notes: list[str]


def rule(one: Rule, policy: Policy, *, on: date) -> RuleWords:
    """A rule as it is in force on a day."""
    value = one.value_on(on) or one.values[0]
    holding = [_holds(fact, wanted) for fact, wanted in one.condition.source.items()]
    first = words.kind(one.when[0])
    return RuleWords(
        id=one.id,
        when=pgettext("rule", "%(event)s (%(conditions)s)") % {"event": first, "conditions": words.listed(holding)}
        if holding
        else first,
        duty=words.duty(one.duty),
        by=words.post(one.by),
        within=_within(one, value),
        clock=_("working time") if value.clock == "working" else _("calendar time"),
        ours=value.ours,
        notes=_notes(one, policy),
    )


def dated(one: Rule) -> list[dict[str, Any]]:
    """Every value of a rule with the day from which it holds, newest first."""
    return [
        {"since": value.since, "within": words.duration(value.duration.text), "cite": value.cite, "ours": value.ours}
        for value in reversed(one.values)
    ]


def target(one: Target) -> str:
    """A rate that is to be reached, in words."""
    name = str(FIGURES[one.figure])
    about = {} if one.of in ("all", "visit", "call") else wording()["nouns"][one.of]
    told = f"{name} · {words.word(about)}" if about else name
    if one.value is None:
        return _("%s; the site sets its own target") % told
    bound = f"{one.value:.0%}" if one.figure != "rings" else f"{one.value:.0f}"
    return f"{told} {'≥' if one.bound == 'at_least' else '≤'} {bound}"


def conflicts(code: str) -> list[dict[str, Any]]:
    """Where regulations say different things and this clause is one of them: which there are, and which holds."""
    found = []
    for one in _conflicts()["conflicts"]:
        codes = list(dict.fromkeys(variant["clause"] for variant in one["variants"]))
        if code in codes:
            note = one.get("note") or one.get("ours")
            found.append(
                {
                    "about": words.word(one["about"]),
                    "variants": [
                        {"code": each["clause"], "says": words.clause(each["clause"]), "value": _value(each["value"])}
                        for each in one["variants"]
                    ],
                    "wins": one.get("wins", ""),
                    "note": words.word(note) if note else "",
                }
            )
    return found


def title(regulation: str) -> str:
    """What a regulation is called."""
    return words.word(_regulation(regulation)["title"])


@cache
def _conflicts() -> Any:
    return read(HOME / "regulations" / "conflicts.yaml", name="conflicts.yaml")


@cache
def _regulation(code: str) -> Any:
    return read(HOME / "regulations" / f"{code.lower()}.yaml", name=f"{code.lower()}.yaml")


def _value(given: str | Sequence[str]) -> str:
    """The times of a variant; what is no time is said by the clause itself."""
    several = [given] if isinstance(given, str) else given
    return " / ".join(words.duration(one) for one in several if one == "same_day" or one.startswith("P"))


def _within(one: Rule, value: Value) -> str:
    told = words.duration(value.duration.text)
    if one.every:
        told = _("every %s") % told
    if one.start and one.start[0] != one.when[0]:
        return _("%(time)s from %(event)s") % {"time": told, "event": words.kind(one.start[0])}
    return told


def _notes(one: Rule, policy: Policy) -> list[str]:
    notes = []
    if one.instead and one.values[-1].duration.form != "agreed":
        pattern = _("or by the %s, if that is earlier") if one.cap else _("or by the %s")
        notes.append(pattern % _fact(one.instead))
    if one.extend_by:
        notes.append(_("moved by: %s") % words.listed([words.kind(kind) for kind in sorted(one.extend_by)]))
    if one.target is not None:
        notes.append(_("better %s") % words.duration(one.target.text))
    if one.once:
        notes.append(_("once only"))
    above = policy.yields.get(one.id, ())
    if above:
        clauses = dict.fromkeys(other.clause for other in above)
        notes.append(_("gives way to %s") % words.listed(list(clauses)))
    if one.apart_from in policy.by_id:
        notes.append(_("besides the visit of %s") % policy.by_id[one.apart_from].clause)
    if one.then is not None:
        notes.append(_("done by the system itself"))
    return notes


def _holds(fact: str, wanted: Any) -> str:
    if isinstance(wanted, Mapping):
        return words.listed([_operator(fact, name, value) for name, value in wanted.items()])
    if wanted is True:
        return _fact(fact)
    if wanted is False:
        return _not(fact)
    several = wanted if isinstance(wanted, list) else [wanted]
    return _named(fact, "/".join(_code(one) for one in several if one is not None))


def _named(fact: str, value: str) -> str:
    return value if fact == "severity" else _("%(name)s: %(value)s") % {"name": _fact(fact), "value": value}


def _operator(fact: str, name: str, value: Any) -> str:
    if name == "not" and value is True:
        return _not(fact)
    if name == "not":
        return _named(fact, _("not %s") % _code(value))
    if name == "known":
        return _("with %s") % _fact(fact) if value else _("without %s") % _fact(fact)
    return f"{_fact(fact)} {'≥' if name == 'gte' else '≤'} {value}"


def _not(fact: str) -> str:
    known = wording()["not_so"].get(fact)
    return words.word(known) if known else _("not %s") % _fact(fact)


def _fact(name: str) -> str:
    return words.word(rulebook().vocabulary.facts[name].words)


def _code(value: Any) -> str:
    known = wording()["values"].get(value)
    return words.word(known) if known else str(value)
