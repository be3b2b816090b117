"""The six monthly rates of complaints (XQ-C8.2), each with its formula. Pure: counts in, figures out.

Shares are cut to one decimal and never rounded up: 100 % is said of all alone. Nothing is divided by nought.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.figures import parts
from bihuan.figures.counting import Tally

PERCENT, PER_THOUSAND = "percent", "per_thousand"
TENTH = Decimal("0.1")
HOMES = "homes"
LABELS = {
    "on_time": gettext_noop("Handled on time"),
    "correct": gettext_noop("Handled correctly"),
    "visit": gettext_noop("Visit rate"),
    "satisfaction": gettext_noop("Satisfaction rate"),
    "complaint": gettext_noop("Complaint rate"),
    "valid": gettext_noop("Valid complaints"),
}
FORMULAS = {
    "on_time": gettext_noop(
        "complaints handled within their first limit / complaints whose limit fell in the month; those with approved"
        " more time are shown apart, those still open past the limit are late"
    ),
    "correct": gettext_noop("complaints closed without having been reopened / complaints closed in the month"),
    "visit": gettext_noop(
        "visits made, late or not / visits that fell due in the month; exempt and declined ones are in neither"
    ),
    "satisfaction": gettext_noop("(satisfied + %(weight)s × basically satisfied) / visits answered in the month"),
    "complaint": gettext_noop("complaints received in the month / occupied homes × 1000"),
    "valid": gettext_noop("found valid / all decided, of the complaints received in the month"),
}
LESS_IS_BETTER = frozenset({"complaint"})
NEITHER = frozenset({"valid"})  # neither more nor less of it is better


@dataclass(frozen=True, slots=True)
class Part:
    """A number beside a figure, and the list behind it."""

    label: str
    count: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its formula. `above` and `below` name the lists behind numerator and denominator (see parts.py).

    `value` has one decimal, in per cent or per thousand; None where the denominator is nought.
    """

    code: str
    label: str
    formula: str
    numerator: Decimal
    denominator: int
    value: Decimal | None
    unit: str = PERCENT
    above: str = ""
    below: str = ""
    beside: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """The value as it is read: 95.2%, 100%, 17.4, or — where there is none."""
        return said(self.value, self.unit)


def said(value: Decimal | None, unit: str = PERCENT) -> str:
    """A value with its unit; the complaint rate is a number of complaints, whose unit its label says."""
    if value is None:
        return "—"
    if unit == PER_THOUSAND:
        return f"{value:.1f}"
    return f"{value:.0f}%" if value in (0, 100) else f"{value:.1f}%"


def share(part: Decimal | int, whole: int) -> Decimal | None:
    """Part of whole in per cent, cut to one decimal."""
    return (Decimal(part) * 100 / whole).quantize(TENTH, ROUND_DOWN) if whole else None


def per_thousand(count: int, whole: int) -> Decimal | None:
    """Count for each thousand of whole, rounded to one decimal."""
    return (Decimal(count) * 1000 / whole).quantize(TENTH, ROUND_HALF_UP) if whole else None


def figures(tally: Tally, *, homes: int, weights: Iterable[Decimal]) -> list[Figure]:
    """The six rates, in the order of the clause."""
    weight = " | ".join(f"{one.normalize():f}" for one in sorted(set(weights)))
    return [
        _share("on_time", tally, "on_time", "due", _parts(tally, "extended", "late")),
        _share("correct", tally, "right", "closed", _parts(tally, "reopened")),
        _share("visit", tally, "visited", "visits", _parts(tally, "unvisited", "exempt", "declined")),
        _satisfaction(tally, weight),
        _complaint(tally, homes),
        _share("valid", tally, "valid", "decided", _parts(tally, "invalid", "undecided")),
    ]


def difference(now: Figure, before: Figure) -> Decimal | None:
    """By how much a figure differs, in percentage points or in complaints per thousand; None where one has no value."""
    return None if now.value is None or before.value is None else now.value - before.value


def better(code: str, by: Decimal) -> bool | None:
    """Whether a figure that grew by so much is better; None where that cannot be said."""
    if not by or code in NEITHER:
        return None
    return (by < 0) == (code in LESS_IS_BETTER)


def _share(code: str, tally: Tally, above: str, below: str, beside: tuple[Part, ...]) -> Figure:
    part, whole = (tally.of(parts.WHATS[what]) for what in (above, below))
    return Figure(
        code=code,
        label=_(LABELS[code]),
        formula=_(FORMULAS[code]),
        numerator=Decimal(part),
        denominator=whole,
        value=share(part, whole),
        above=above,
        below=below,
        beside=beside,
    )


def _satisfaction(tally: Tally, weight: str) -> Figure:
    code, content, answered = "satisfaction", tally.content(), tally.of(parts.ANSWERED)
    return Figure(
        code=code,
        label=_(LABELS[code]),
        formula=_(FORMULAS[code]) % {"weight": weight},
        numerator=content,
        denominator=answered,
        value=share(content, answered),
        above="content",
        below="answered",
        beside=_parts(tally, "satisfied", "basically", "dissatisfied"),
    )


def _complaint(tally: Tally, homes: int) -> Figure:
    code, received = "complaint", tally.of(parts.RECEIVED)
    return Figure(
        code=code,
        label=_(LABELS[code]),
        formula=_(FORMULAS[code]),
        numerator=Decimal(received),
        denominator=homes,
        value=per_thousand(received, homes),
        unit=PER_THOUSAND,
        above="received",
        below=HOMES,
    )


def _parts(tally: Tally, *names: str) -> tuple[Part, ...]:
    return tuple(Part(_(PARTS[name]), tally.of((name,)), name) for name in names)


PARTS = {
    "valid": gettext_noop("found valid"),
    "invalid": gettext_noop("found invalid"),
    "undecided": gettext_noop("not decided yet"),
    "on_time": gettext_noop("handled within the first limit"),
    "extended": gettext_noop("handled within approved more time"),
    "late": gettext_noop("handled late"),
    "visited": gettext_noop("visits made"),
    "unvisited": gettext_noop("visits not made"),
    "exempt": gettext_noop("visits exempt"),
    "declined": gettext_noop("visits declined"),
    "satisfied": gettext_noop("answered: satisfied"),
    "basically": gettext_noop("answered: basically satisfied"),
    "dissatisfied": gettext_noop("answered: not satisfied"),
    "right": gettext_noop("closed without reopening"),
    "reopened": gettext_noop("closed after reopening"),
    "open": gettext_noop("open at the end"),
    "received": gettext_noop("complaints received"),
    "decided": gettext_noop("complaints decided"),
    "due": gettext_noop("complaints whose limit fell in the month"),
    "visits": gettext_noop("visits that fell due"),
    "answered": gettext_noop("visits answered"),
    "content": gettext_noop("satisfied or basically satisfied"),
    "closed": gettext_noop("complaints closed"),
}
