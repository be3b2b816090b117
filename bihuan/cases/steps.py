"""The steps of a case: which kinds have them, in which states they are possible, who may take them.

One table for the buttons, the forms, the API's `allowed` and the refusals. The database refuses the rest by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.cases.models import Case

ALL = frozenset(("demand", "complaint", "enquiry", "suggestion", "praise", "emergency"))
COMPLAINT = frozenset(("complaint",))
WORKED_ON = frozenset(("demand", "complaint", "emergency"))
ALIVE = frozenset(("received", "in_hand"))
UNFINISHED = ALIVE | {"handled"}
EVER = UNFINISHED | {"closed", "withdrawn"}
TOLD = ("means", "text")  # what the customer was told, and how


@dataclass(frozen=True, slots=True)
class Step:
    """One verb: the kinds and states that know it, the act it needs, and what its form asks for."""

    verb: str
    act: str
    kinds: frozenset[str] = ALL
    states: frozenset[str] = ALIVE
    asks: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    numbered: bool = False  # a complaint must be classified first


STEPS = {
    step.verb: step
    for step in (
        Step("restated", "case.speak", asks=("text",)),
        Step("time_agreed", "case.speak", asks=("agreed_at", "text"), must=("agreed_at",)),
        Step("acknowledged", "case.speak", asks=TOLD),
        Step(
            "classified",
            "case.classify",
            COMPLAINT,
            asks=("severity", "ground", "problem", "text"),
            must=("severity", "problem"),
        ),
        Step("handed_up", "case.speak", COMPLAINT, asks=("text",)),
        Step("calmed", "case.speak", COMPLAINT, asks=("text",)),
        Step("handed_over", "case.hand_over", asks=("to", "text"), must=("to",), numbered=True),
        Step("assigned", "case.hand_over", asks=("to", "text"), must=("to",), numbered=True),
        Step("reviewed", "case.handle", COMPLAINT, asks=("urgency", "text"), numbered=True),
        Step("action_taken", "case.handle", asks=("text",), must=("text",)),
        Step("investigated", "case.handle", WORKED_ON, asks=("text",), must=("text",), numbered=True),
        Step("found_valid", "case.handle", COMPLAINT, asks=("text",), numbered=True),
        Step("found_invalid", "case.handle", COMPLAINT, asks=("text",), must=("text",), numbered=True),
        Step("explained", "case.speak", COMPLAINT, asks=(*TOLD, "understood"), must=("text",)),
        Step(
            "transferred",
            "case.hand_over",
            WORKED_ON,
            asks=("unit", "unit_name", "text"),
            must=("unit", "text"),
            numbered=True,
        ),
        Step("returned", "case.hand_over", WORKED_ON, asks=("text",), must=("text",)),
        Step("solution_proposed", "case.handle", WORKED_ON, asks=("text",), must=("text",), numbered=True),
        Step("solution_agreed", "case.handle", WORKED_ON, asks=("text",), numbered=True),
        Step("delay_told", "case.speak", WORKED_ON, asks=("agreed_until", *TOLD), must=("agreed_until",)),
        Step("progress_told", "case.speak", states=UNFINISHED, asks=TOLD, must=("text",)),
        Step("answered", "case.speak", states=UNFINISHED, asks=TOLD, must=("text",)),
        Step(
            "overrun_requested",
            "case.ask_overrun",
            COMPLAINT,
            asks=("agreed_until", "text"),
            must=("agreed_until", "text"),
        ),
        Step("overrun_approved", "case.approve_overrun", COMPLAINT, asks=("text",)),
        Step("overrun_refused", "case.approve_overrun", COMPLAINT, asks=("text",), must=("text",)),
        Step("promised", "case.promise", COMPLAINT, asks=("amount", "text"), must=("amount", "text"), numbered=True),
        Step("promise_reported", "case.handle", COMPLAINT, states=UNFINISHED, asks=("text",)),
        Step("reported_to_branch", "case.handle", COMPLAINT, states=UNFINISHED, asks=("text",)),
        Step(
            "settled_on_the_spot",
            "case.handle",
            states=frozenset(("received",)),
            asks=("text", "signature", "signed_paper"),
            must=("text",),
            numbered=True,
        ),
        Step("handled", "case.handle", asks=("text",), must=("text",), numbered=True),
        Step("result_told", "case.speak", states=frozenset(("handled",)), asks=TOLD, must=("text",)),
        Step("closed", "case.close", states=frozenset(("handled",)), asks=("reason", "text")),
        Step("reopened", "case.close", states=frozenset(("handled", "closed")), asks=("text",), must=("text",)),
        Step("withdrawn", "case.withdraw", states=UNFINISHED, asks=("text",), must=("text",)),
        Step("noted", "case.note", states=EVER, asks=("text",), must=("text",)),  # no rule reads it: it is no answer
    )
}
PENDING = frozenset(("overrun_approved", "overrun_refused"))
WITH_OVERRUN = frozenset(("B", "C"))  # XQ-C7.4B2, C2: of these the manager may move the limit


def possible(case: Case) -> list[str]:
    """The verbs that the case, as it stands, can take next, whoever takes them."""
    return [verb for verb, step in STEPS.items() if fits(case, step)]


def fits(case: Case, step: Step) -> bool:
    """Whether the step is possible for the case as it stands."""
    if case.kind not in step.kinds or case.state not in step.states:
        return False
    if step.numbered and case.kind == "complaint" and not case.number:
        return False
    if step.verb in ("transferred", "returned"):
        return bool(case.transferred_to) is (step.verb == "returned")
    if step.verb == "promised":
        return case.valid is not None  # XQ-C7.5b: the facts are established and weighed first
    if step.verb in PENDING:
        return case.overrun_until is not None
    if step.verb == "overrun_requested":
        return case.overrun_until is None and case.severity in WITH_OVERRUN
    return True
