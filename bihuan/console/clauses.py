"""The rulebook as pages show it: each clause with what it says, its rules in words, and how well it is being kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.console import rules, words
from bihuan.kernel.text import simplified
from bihuan.obligations.books import rulebook
from bihuan.obligations.figures import Figures, Kept, RuleFigures
from bihuan.obligations.models import State
from bihuan.rulebook import Policy
from bihuan.rulebook.model import Clause, Rule, Target, Waiver

NEARLY = 0.1  # below the target by no more than this is amber, further red
STEP, BAR, HIGH = 7, 5, 20  # of the bars: from one to the next, width, height


@dataclass(frozen=True, slots=True)
class Part:
    """What a policy makes of a clause: rules of its own, exemptions, or a rate over the rules of others."""

    clause: Clause
    rules: list[Rule] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    counted: list[Rule] = field(default_factory=list)  # whose promises make its figures
    done: bool = False  # its rate is that of what was done, late or not

    @property
    def modelled(self) -> bool:
        """Whether a rule, an exemption or a target stands behind it."""
        return bool(self.rules or self.waivers or self.targets)

    @property
    def promises(self) -> Q:
        """The promises behind its figures."""
        clauses = sorted({one.clause for one in self.counted})
        if self.rules:
            return Q(clause=self.clause.id)
        if self.waivers:
            reasons = sorted({one.why for one in self.waivers})
            return Q(clause__in=clauses, state=State.WAIVED, reason__in=reasons)
        return Q(clause__in=clauses, rule__in=[one.id for one in self.counted])

    def figures(self, held: Figures) -> RuleFigures | None:
        """Its figures; None where nothing is counted for it."""
        if not self.counted or self.waivers:
            return None
        return held.of(one.id for one in self.counted)

    def rate(self, kept: Kept) -> float | None:
        """The rate it is judged by, from 0 to 1."""
        return kept.done_rate if self.done else kept.rate

    @property
    def bound(self) -> float:
        """What the rate should reach."""
        return next((one.value for one in self.targets if one.value is not None), 1.0)


def parts(policy: Policy) -> list[Part]:
    """Every clause of every regulation, with what the policy makes of it."""
    by_clause: dict[str, dict[str, list[Any]]] = defaultdict(lambda: {"rules": [], "waivers": [], "targets": []})
    for name in ("rules", "waivers", "targets"):
        for one in getattr(policy, name):
            by_clause[one.clause][name].append(one)
    return [_part(clause, by_clause[clause.id], policy) for clause in rulebook().clauses.values()]


def _part(clause: Clause, held: dict[str, list[Any]], policy: Policy) -> Part:
    own, waivers, targets = held["rules"], held["waivers"], held["targets"]
    if own:
        return Part(clause, own, waivers, targets, counted=own)
    exempt = {(one.case, one.duty) for one in waivers}
    rated = [one for one in targets if one.figure in ("visit_rate", "on_time_rate")]
    visits = [one for one in policy.rules if one.duty == "visit"] if rated else []
    counted = [one for one in visits if any(target.of in ("all", "visit", one.noun) for target in rated)]
    counted += [one for one in policy.rules if (one.noun, one.duty) in exempt]
    done = any(one.figure == "visit_rate" for one in rated)
    return Part(clause, own, waivers, targets, counted=counted, done=done)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which clauses are looked for. What is left empty does not narrow it."""

    regulation: str = ""
    kind: str = ""
    text: str = ""
    everything: bool = False  # also clauses without rules

    def wants(self, one: Part) -> bool:
        """Whether a clause is one of them."""
        clause = one.clause
        if self.regulation not in ("", clause.regulation) or self.kind not in ("", clause.kind):
            return False
        text = simplified(self.text.strip()).lower()
        return (self.everything or one.modelled) and text in f"{clause.id} {clause.zh} {clause.en}".lower()


def line(
    one: Part, held: Figures, *, policy: Policy, on: date, waived: dict[str, int], more: str = ""
) -> dict[str, Any]:
    """A clause as a line of the table; `more` is what its links say besides."""
    url, figures = reverse("console:clause", args=[one.clause.id]), one.figures(held)
    return {
        "code": one.clause.id,
        "url": url,
        "says": words.clause(one.clause.id),
        "kind": rules.KINDS[one.clause.kind],
        "rules": [rules.rule(each, policy, on=on) for each in one.rules],
        "targets": [rules.target(each) for each in one.targets],
        "exempts": exempts(one, waived) if one.waivers else None,
        "bars": bars(one, figures, held.months) if figures else None,
        "year": cell(one, figures.year, f"{url}?in=year{more}") if figures else None,
        "month": cell(one, figures.month, f"{url}?in={held.months[-1]:%Y-%m}{more}") if figures else None,
        "waived_url": f"{url}?in={held.months[-1]:%Y-%m}",
        "figures": figures,
    }


def exempts(one: Part, waived: dict[str, int]) -> dict[str, Any]:
    """An exemption with how often it was used, by reason."""
    reasons = [(words.reason(each.why), waived.get(each.why, 0)) for each in one.waivers]
    used = [f"{reason} {count}" for reason, count in reasons if count]
    return {
        "duty": words.duty(one.waivers[0].duty),
        "reasons": words.listed([reason for reason, count in reasons]),
        "count": sum(count for reason, count in reasons),
        "used": words.listed(used),
    }


def cell(one: Part, kept: Kept, url: str) -> dict[str, str] | None:
    """A rate with its colour and what it opens; None where nothing was owed."""
    rate = one.rate(kept)
    if rate is None:
        return None
    done = kept.in_time + kept.late if one.done else kept.in_time
    told = _("%(done)d of %(owed)d") % {"done": done, "owed": kept.owed}
    return {"value": percent(done, kept.owed), "told": told, "state": state(rate, one.bound), "url": url}


def percent(part: int, whole: int) -> str:
    """A share with one decimal, never rounded up: 100% is said of all alone."""
    tenths = part * 1000 // whole
    return f"{tenths // 10}%" if tenths % 10 == 0 and part in (0, whole) else f"{tenths // 10}.{tenths % 10}%"


def state(rate: float, bound: float) -> str:
    """How a rate stands against what it should reach, as the style sheet knows it."""
    return "kept" if rate >= bound else "soon" if rate >= bound - NEARLY else "overdue"


def bars(one: Part, figures: RuleFigures, months: Sequence[date]) -> dict[str, Any]:
    """Twelve months as bars: in full what was owed, below the share that was kept, above the share that was not."""
    kept, broken, told = [], [], []
    for place, (month, held) in enumerate(zip(months, figures.months, strict=True)):
        rate = one.rate(held)
        name = f"{month.year}/{month.month}"
        if rate is None:
            told.append(_("%s nothing due") % name)
            continue
        missed = max(2, round((1 - rate) * HIGH)) if rate < 1 else 0
        at = place * STEP
        kept.append(f"M{at} {HIGH}h{BAR}V{missed + 1 if missed else 0}h-{BAR}z" if missed < HIGH else "")
        broken.append(f"M{at} 0h{BAR}v{missed}h-{BAR}z" if missed else "")
        told.append(f"{name} {percent(round(rate * held.owed), held.owed)}")
    label = _("The last 12 months: %s") % words.listed(told)
    return {"kept": "".join(kept), "broken": "".join(broken), "label": label}
